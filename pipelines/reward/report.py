"""The step reward.report: whether a reward model can be trusted, as rows, as pages in MLflow, and as a verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from conf import TrackingSettings, TrustSettings
from lakehouse.frames import frame_of
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rim import StepRun, step_run
from lakehouse.tables import table_named
from lakehouse.tracked import tracked_step
from pipelines.feedback.golds import golds_of
from pipelines.generate.asking import messages_of
from pipelines.overlap import token_overlap
from pipelines.reward.scoring import RewardMaker, RewardModel
from pipelines.reward.trust.inputs import Candidates, Pairs, TrustInputs
from pipelines.reward.trust.pages import write_pages
from pipelines.reward.trust.report import TrustReport, rows_of, trust_report
from pipelines.score.combine import COMBINED

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

STEP = "reward.report"
TABLE = "evaluations"
MOST_REFERENCES = 1000
"""So many training pairs are enough to see whether scores have drifted."""


class NothingToReport(ValueError):
    """There are no candidates with a score of the reward model."""


@dataclass(frozen=True)
class Reported:
    """The report, and where its pages are."""

    report: TrustReport
    policy_id: str
    tracking_run_id: str


def report_reward(
    lakehouse: Lakehouse,
    maker: RewardMaker,
    settings: TrustSettings,
    tracking: TrackingSettings,
    pairs_of: Callable[[StepRun], DataFrame],
    certified: Mapping[str, bool],
    provenance: Provenance,
    round: int,
) -> Reported:
    """Measure a reward model on held-out pairs and on the candidates that it scored."""
    with step_run(lakehouse, STEP, provenance, round) as run:
        inputs = _inputs(run, maker, pairs_of(run), certified)
        report = trust_report(inputs, settings)
        rows = [{**row, "run_id": run.run_id} for row in rows_of(report, maker.policy_id, round)]
        name = f"reward-{maker.policy_id[:8]}"
        said = {"policy_id": maker.policy_id}
        with tracked_step(run, tracking, "trust report", said) as logged:
            logged.metrics(_metrics(report), 0)
            with TemporaryDirectory() as folder:
                for page in write_pages(report, inputs, Path(folder), name):
                    logged.client.log_artifact(logged.run_id, str(page), "trust")
        run.take(len(rows))
        run.append(TABLE, frame_of(lakehouse.spark, table_named(TABLE), rows), refresh=("value", "low", "high", "note"))
    return Reported(report, maker.policy_id, logged.run_id)


def _metrics(report: TrustReport) -> dict[str, float]:
    """The figures over everything, as MLflow names them."""
    found = {one.metric: one.value for one in report.figures if one.slice == "all" and one.value is not None}
    return found | {"tune": float(report.verdict.tune)}


def _inputs(run: StepRun, maker: RewardMaker, pairs: DataFrame, certified: Mapping[str, bool]) -> TrustInputs:
    candidates = _candidates(run, maker)
    if not candidates:
        raise NothingToReport(
            f"expected candidates that the reward model {maker.policy_id} has scored, and there are none. Run "
            "`lakewheel score` first."
        )
    model = maker().model
    held_out = _paired(model, pairs.where("split = 'holdout'").collect())
    some = pairs.where("split = 'train'").orderBy("prompt_id", "chosen", "rejected").limit(MOST_REFERENCES).collect()
    reference = [score for row in _paired(model, some) for score in (row["chosen_score"], row["rejected_score"])]
    there = {name for row in candidates for name in row["others"]}
    known = {name: word for name, word in certified.items() if name in there}
    return TrustInputs(Pairs.of(held_out), Candidates.of(candidates), _array(reference), known)


def _paired(model: RewardModel, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """What the model says of both answers of each pair."""
    told = [(messages_of(row), row[side]) for row in rows for side in ("chosen", "rejected")]
    scores = model.rewards(told)
    return [
        {
            "prompt_id": row["prompt_id"],
            "workload": row["workload"],
            "chosen_score": better,
            "rejected_score": worse,
            "chosen_length": len(row["chosen"]),
            "rejected_length": len(row["rejected"]),
            "tie": row["tie"],
        }
        for row, better, worse in zip(rows, scores[::2], scores[1::2], strict=True)
    ]


def _candidates(run: StepRun, maker: RewardMaker) -> list[dict[str, Any]]:
    """Each candidate with what everybody says of it; the newest word of a scorer that has changed."""
    from pyspark.sql import functions as F

    if not run.lakehouse.exists("scores"):
        return []
    scores = run.read("scores").where(F.col("scorer") != COMBINED).where("value IS NOT NULL")
    own = scores.where(F.col("scorer_digest") == maker.digest).select("candidate_id", F.col("value").alias("score"))
    others = (
        scores.where(F.col("scorer") != maker.name)
        .groupBy("candidate_id")
        .agg(F.map_from_entries(F.collect_list(F.struct("scorer", "value"))).alias("others"))
    )
    prompts = run.read("prompts")
    golds = golds_of(prompts, run.read("ratings")) if run.lakehouse.exists("ratings") else None
    drawn = run.read("candidates").select("candidate_id", "prompt_id", "answer")
    joined = drawn.join(own, on="candidate_id", how="inner").join(others, on="candidate_id", how="left")
    known = joined.join(prompts.select("prompt_id", "workload"), on="prompt_id", how="inner")
    none = F.array().cast("array<string>")
    told = known.withColumn("golds", none) if golds is None else known.join(golds, on="prompt_id", how="left")
    return [_candidate(row) for row in told.orderBy("prompt_id", "candidate_id").collect()]


def _candidate(row: Any) -> dict[str, Any]:
    golds = row["golds"] or ()
    return {
        "prompt_id": row["prompt_id"],
        "workload": row["workload"],
        "score": row["score"],
        "length": len(row["answer"]),
        "gold_value": max((token_overlap(row["answer"], gold) for gold in golds), default=None),
        "others": row["others"] or {},
    }


def _array(values: Sequence[float]) -> Any:
    import numpy

    return numpy.array(values, dtype=numpy.float64)
