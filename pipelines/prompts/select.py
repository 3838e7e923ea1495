"""Select prompts from the requests: fit, distinct, named by workload, capped, weighed, and split once for all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conf.selection import SelectionSettings
from lakehouse.ensure import ensure
from lakehouse.frames import held
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rim import StepRun, step_run
from pipelines.near_duplicates import Found, find_near_duplicates
from pipelines.prompts.caps import with_over_caps_refused, with_person
from pipelines.prompts.decontaminate import with_contaminated_refused
from pipelines.prompts.evaluation_sets import evaluation_prompts
from pipelines.prompts.fitness import with_unfit_refused
from pipelines.prompts.gather import gathered_prompts, requests_not_gathered
from pipelines.prompts.holdout import split_column
from pipelines.prompts.nearness import known_texts, texts_of
from pipelines.prompts.recency import newest_request, weight_column
from pipelines.prompts.refusals import is_open, refusals
from pipelines.prompts.repeats import REFRESHED, refreshed
from pipelines.prompts.workloads import with_workloads

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

STEP = "prompts.select"


@dataclass(frozen=True)
class Selected:
    """What a selection came to, in distinct prompts that no earlier one had selected."""

    round: int
    taken_up: int
    new: int
    near_duplicates: int
    rejected: int


def select_prompts(lakehouse: Lakehouse, settings: SelectionSettings, provenance: Provenance, round: int) -> Selected:
    """The requests that no prompt names yet into prompts of this round, or rejections with their reasons."""
    ensure(lakehouse, "prompts", "signatures")
    evaluated = evaluation_prompts(settings.evaluation_sets)
    with step_run(lakehouse, STEP, provenance, round) as run:
        requests, known = run.read("requests"), run.read("prompts")
        with held(gathered_prompts(requests_not_gathered(requests, known))) as gathered:
            fresh = gathered.join(known, on="prompt_id", how="left_anti")
            with held(_judged(fresh, known, requests, evaluated, settings, round)) as judged:
                selected = _write(run, judged, known, requests, settings)
            if not known.isEmpty():
                repeated = refreshed(known, gathered, requests, settings.half_life_days)
                run.append("prompts", repeated, counts=False, refresh=REFRESHED)
    return selected


def _judged(
    fresh: DataFrame,
    known: DataFrame,
    requests: DataFrame,
    evaluated: list[str],
    settings: SelectionSettings,
    round: int,
) -> DataFrame:
    """New prompts, each with a workload or the reason why it is refused."""
    fit = with_unfit_refused(fresh, settings.max_characters)
    clean = with_contaminated_refused(fit, evaluated)
    named = with_workloads(clean, known, settings).withColumn("subject_id", clean["first_request"]["subject_id"])
    return with_over_caps_refused(named, with_person(known.where(f"round = {round}"), requests), settings)


def _write(
    run: StepRun, judged: DataFrame, known: DataFrame, requests: DataFrame, settings: SelectionSettings
) -> Selected:
    """Prompts come last: until they are there, a run that died is simply made again."""
    run.take(judged.count())
    rejected = run.reject_frame(refusals(judged))
    assert run.round is not None
    if rejected == run.rows_in:
        return Selected(run.round, run.rows_in, 0, 0, rejected)
    kept = judged.where(is_open())
    found = find_near_duplicates(texts_of(kept), known_texts(known), run.read("signatures"), settings.near_duplicates)
    run.append("signatures", found.signatures, counts=False)
    with held(_rows(run, kept, known, found, requests, settings)) as rows:
        written = run.append("prompts", rows)
        near = rows.where("near_duplicate_of IS NOT NULL").count()
    return Selected(run.round, run.rows_in, written.new, near, rejected)


def _rows(
    run: StepRun, kept: DataFrame, known: DataFrame, found: Found, requests: DataFrame, settings: SelectionSettings
) -> DataFrame:
    """The columns of the table; a near duplicate has its survivor's split, so nothing close to a holdout trains."""
    from pyspark.sql import functions as F

    decided = known.select(F.col("prompt_id").alias("survivor_id"), F.col("split").alias("survivor_split"))
    near = found.survivors.join(decided, on="survivor_id", how="left").withColumnRenamed("entity_id", "prompt_id")
    drawn = split_column("survivor_id", settings.holdout_salt, settings.holdout_share)
    is_duplicate = F.col("survivor_id") != F.col("prompt_id")
    weight = weight_column("last_asked_at", newest_request(requests), settings.half_life_days)
    return kept.join(near, on="prompt_id", how="inner").select(
        "prompt_id",
        "messages",
        "request_ids",
        "workload",
        "workload_origin",
        F.coalesce("survivor_split", drawn).alias("split"),
        F.lit(run.round).cast("int").alias("round"),
        weight.alias("weight"),
        F.when(is_duplicate, F.col("survivor_id")).alias("near_duplicate_of"),
        "asked_at",
    )
