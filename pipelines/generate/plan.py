"""The plan: which candidates are wanted and not there, by an anti-join against what was drawn or refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conf import GenerateSettings
from lakehouse.identity import identity_column
from lakehouse.rim import StepRun
from pipelines.crew.batches import Batch
from pipelines.generate.asking import Piece, messages_of
from pipelines.generate.strategies import Shot, Way, ways

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

STEP = "generate"
COMBINED = "combined"


@dataclass(frozen=True)
class Plan:
    """The batches that are to be drawn, and how much that is."""

    batches: list[Batch]
    candidates: int
    prompts: int
    ways: list[Way]


def plan_candidates(run: StepRun, settings: GenerateSettings, policy_id: str, most_prompts: int | None = None) -> Plan:
    """What is missing for a policy, cut into batches that are a function of what is missing."""
    every = run.read("prompts")
    prompts = training_prompts(every)
    if most_prompts:
        prompts = prompts.orderBy("prompt_id").limit(most_prompts)  # ids are digests: the first are as good as any
    workloads = sorted(row[0] for row in prompts.select("workload").distinct().collect())
    has_ratings = run.lakehouse.exists("ratings")
    rated = rated_examples(run.read("ratings"), every, settings.least_rating) if has_ratings else []
    asked = ways(settings, workloads, rated)
    if not asked:
        return Plan([], 0, 0, [])
    missing = _missing(run, _wanted(run, prompts, asked, settings, policy_id))
    rows = _by_prompt(missing).collect()
    batches = _batches(rows, asked, settings.prompts_per_batch)
    candidates = sum(len(piece.candidate_ids) for batch in batches for piece in batch.pieces)
    return Plan(batches, candidates, len({row["prompt_id"] for row in rows}), asked)


def training_prompts(prompts: DataFrame) -> DataFrame:
    """Prompts that may train, and are no near copy of another one."""
    kept = prompts.where("split = 'train' AND near_duplicate_of IS NULL")
    return kept.select("prompt_id", "workload", "messages")


def rated_examples(ratings: DataFrame, prompts: DataFrame, least_rating: float) -> list[Shot]:
    """The rated answers that are good enough to be shown, each once however many people rated it.

    None to a held-out prompt: what is shown is copied, and what was copied would be measured.
    """
    from pyspark.sql import functions as F

    measured = prompts.where("split <> 'train'").select("prompt_id")
    free = ratings.join(measured, on="prompt_id", how="left_anti")
    good = free.where(f"rating >= {least_rating}").groupBy("workload", "prompt", "answer")
    rows = good.agg(F.min("rating_id").alias("rating_id")).orderBy("rating_id").collect()
    return [Shot(**row.asDict()) for row in rows]


def _wanted(
    run: StepRun, prompts: DataFrame, asked: Sequence[Way], settings: GenerateSettings, policy_id: str
) -> DataFrame:
    """One row for each candidate that there ought to be; more for prompts whose scores disagree."""
    from pyspark.sql import functions as F

    listed = [(way.workload, way.digest, way.samples, way.most_samples) for way in asked]
    columns = "workload string, strategy_digest string, samples int, most_samples int"
    by_way = run.lakehouse.spark.createDataFrame(listed, columns)
    open_ended = prompts.join(F.broadcast(by_way), on="workload", how="inner").join(
        _disagreeing(run, policy_id, settings.disagreement), on="prompt_id", how="left"
    )
    samples = F.when(F.col("disagrees"), F.col("most_samples")).otherwise(F.col("samples"))
    one_each = open_ended.withColumn("sample_index", F.explode(F.sequence(F.lit(0), samples - 1)))
    named = identity_column(F.lit(policy_id), "prompt_id", "strategy_digest", "sample_index")
    return one_each.select(
        named.alias("candidate_id"), "prompt_id", "workload", "messages", "strategy_digest", "sample_index"
    )


def _disagreeing(run: StepRun, policy_id: str, disagreement: float) -> DataFrame:
    """Prompts whose first answers were scored apart: there, more answers may find a better one."""
    from pyspark.sql import functions as F

    if not (run.lakehouse.exists("scores") and run.lakehouse.exists("candidates")):
        return run.lakehouse.spark.createDataFrame([], "prompt_id string, disagrees boolean")
    own = run.read("candidates").where(F.col("policy_id") == policy_id).select("candidate_id")
    combined = run.read("scores").where(F.col("scorer") == COMBINED).where("value IS NOT NULL")
    scored = combined.join(own, on="candidate_id", how="left_semi")
    spread = scored.groupBy("prompt_id").agg(F.stddev_pop("value").alias("spread"))
    return spread.select("prompt_id", (F.col("spread") > disagreement).alias("disagrees"))


def _missing(run: StepRun, wanted: DataFrame) -> DataFrame:
    """What was neither drawn nor refused before."""
    from pyspark.sql import functions as F

    missing = wanted
    if run.lakehouse.exists("candidates"):
        missing = missing.join(run.read("candidates").select("candidate_id"), on="candidate_id", how="left_anti")
    if run.lakehouse.exists("rejections"):
        refused = run.read("rejections").where(F.col("step") == STEP)
        named = refused.select(F.col("entity_id").alias("candidate_id"))
        missing = missing.join(named, on="candidate_id", how="left_anti")
    return missing


def _by_prompt(missing: DataFrame) -> DataFrame:
    from pyspark.sql import functions as F

    sample = F.struct("sample_index", "candidate_id")
    return missing.groupBy("strategy_digest", "workload", "prompt_id", "messages").agg(
        F.sort_array(F.collect_list(sample)).alias("samples")
    )


def _batches(rows: Sequence[Any], asked: Sequence[Way], size: int) -> list[Batch]:
    """Prompts that are asked alike, of like length together; the longest first: the end has little to wait for."""
    ways_by_key = {(way.digest, way.workload): way for way in asked}
    alike: dict[str, list[Any]] = {way.digest: [] for way in asked}
    for row in sorted(rows, key=lambda row: (-_length(row), row["prompt_id"])):
        alike[row["strategy_digest"]].append(row)
    batches = []
    for own in alike.values():
        for start in range(0, len(own), size):
            some = own[start : start + size]
            pieces = tuple(_piece(row, ways_by_key[row["strategy_digest"], row["workload"]]) for row in some)
            batches.append(Batch(pieces, tuple(piece.name for piece in pieces)))
    return batches


def _length(row: Any) -> int:
    return sum(len(message["content"]) for message in row["messages"])


def _piece(row: Any, way: Way) -> Piece:
    return Piece(
        way,
        row["prompt_id"],
        messages_of(row),
        tuple(sample["candidate_id"] for sample in row["samples"]),
        tuple(sample["sample_index"] for sample in row["samples"]),
    )
