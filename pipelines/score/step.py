"""The step score: plan what has no score yet, let the crew score and stage it, merge it, and combine.

A run that was killed left listed parts in staging; the next one takes them over, as in generating.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from conf import RaySettings, ScoreSettings, TrackingSettings
from lakehouse.faults import fault_point
from lakehouse.frames import frame_of, held
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.read import current_version
from lakehouse.rim import StepRun, step_run
from lakehouse.staging import discard_staged, load_staged, manifest_parts, sole_writer, staged_keys, sweep
from lakehouse.tables import table_named
from lakehouse.tracked import tracked_step
from pipelines.budget import Budget, budget_in
from pipelines.crew.batches import Batch, Lost
from pipelines.crew.progress import Progress
from pipelines.crew.staged import Staging, Watch, remaining, work_staged
from pipelines.feedback.golds import golds_of
from pipelines.score.agreement import AGREEMENT, agreement_scores
from pipelines.score.combine import combined_scores, normalised_scores, weights_for
from pipelines.score.examiner import TABLE, ExaminerMaker, ScorePiece, score_rows
from pipelines.score.plan import Plan, answers_to_score, plan_scores
from pipelines.score.protocol import Score, ScorerMaker

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

STEP = "score"
REFRESHED = ("value", "normalised", "passed", "reason")


@dataclass(frozen=True)
class Bench:
    """Who scores, where, and how scores become one."""

    makers: tuple[ScorerMaker, ...]
    settings: ScoreSettings
    ray: RaySettings
    tracking: TrackingSettings
    budget: Budget | None = None


@dataclass(frozen=True)
class Scored:
    """What a run of the step came to."""

    planned: int
    """Scores that were missing, of every scorer."""
    copied: int
    """Those that another candidate with the same answer had already."""
    taken_over: int
    new: int
    given_up: int
    """Answers that killed or stopped their scorer again and again; they are abstentions with the reason."""
    left: int
    combined: int
    seconds: float
    stopped: str | None = None
    """Why it ended with work left, where its budget is spent."""


def score(
    lakehouse: Lakehouse,
    bench: Bench,
    provenance: Provenance,
    round: int,
    watch: Watch = lambda progress: None,
) -> Scored:
    """Score every answer by every scorer that has not scored it; nothing is written where nothing is missing."""
    folder = lakehouse.place.home.staging / STEP
    with sole_writer(lakehouse, folder), step_run(lakehouse, STEP, provenance, round) as run:
        with held(answers_to_score(run, _golds(run))) as answers:
            weights = _weights(run, bench, answers)
            plan = plan_scores(run, answers, bench.makers, bench.settings.answers_per_batch)
            sweep(folder, TABLE)
            scored = _scored(run, bench, plan, folder, staged_keys(folder, TABLE), watch)
            combined, has_changed = _combine(run, bench, answers, weights)
        run.is_idle = not (scored.new or scored.copied or has_changed)
        return replace(scored, combined=combined)


def _golds(run: StepRun) -> DataFrame:
    if run.lakehouse.exists("ratings"):
        return golds_of(run.read("prompts"), run.read("ratings"))
    return run.lakehouse.spark.createDataFrame([], "prompt_id string, golds array<string>")


def _scored(run: StepRun, bench: Bench, plan: Plan, folder: Path, staged: set[tuple[str, ...]], watch: Watch) -> Scored:
    batches = list(remaining(plan.batches, lambda piece: piece.without(staged)))
    left = sum(len(piece.candidate_ids) for batch in batches for piece in batch.pieces)
    progress = Progress("scores", left, budget=budget_in(run, bench.budget))
    fault_point("score.planned")
    may_begin = bool(batches) and not progress.stopped
    lost = _examined(run, bench, batches, folder, progress, watch) if may_begin else []
    sweep(folder, TABLE)
    fault_point("score.before_merge")
    copied = _appended(run, _copies(run, plan)) if run.lakehouse.exists(TABLE) else 0
    new = _appended(run, load_staged(run.lakehouse, folder, TABLE)) if manifest_parts(folder, TABLE) else 0
    given_up = _appended(run, _abstentions(run, lost)) if lost else 0
    fault_point("score.after_merge")
    run.costs += progress.costs("scorers")
    discard_staged(folder)
    run.is_complete = not progress.left
    return Scored(plan.scores, copied, len(staged), new, given_up, progress.left, 0, progress.seconds, progress.stopped)


def _appended(run: StepRun, frame: DataFrame) -> int:
    written = run.append(TABLE, frame)
    run.take(written.rows)
    return written.new


def _examined(
    run: StepRun, bench: Bench, batches: list[Batch], folder: Path, progress: Progress, watch: Watch
) -> Sequence[Lost]:
    maker = ExaminerMaker(folder, run.round or 0, run.run_id)
    said = {"scorers": ", ".join(one.name for one in bench.makers), "scores": str(progress.planned)}
    with tracked_step(run, bench.tracking, "score", said) as tracking:
        return work_staged(maker, batches, Staging(folder, TABLE), bench.ray, progress, tracking, watch).lost


def _copies(run: StepRun, plan: Plan) -> DataFrame:
    """Rows for candidates whose answer was scored under another name."""
    from pyspark.sql import functions as F

    columns = [column.name for column in table_named(TABLE).columns if column.name != "run_id"]
    told = {"round": F.lit(run.round), "normalised": F.lit(None).cast("double")}
    return plan.copies.withColumns(told).select(*columns)


def _abstentions(run: StepRun, lost: Sequence[Lost]) -> DataFrame:
    told = ExaminerMaker(Path(), run.round or 0, run.run_id)
    pieces: list[tuple[ScorePiece, Score]] = [(one.piece, Score(None, reason=one.detail)) for one in lost]
    rows = [row for piece, given in pieces for row in score_rows(piece, given, told)]
    return frame_of(run.lakehouse.spark, table_named(TABLE), rows)


def _combine(run: StepRun, bench: Bench, answers: DataFrame, weights: DataFrame) -> tuple[int, bool]:
    """Normalise what the scorers of now say; how many combined scores there are, and whether anything has changed."""
    from pyspark.sql import functions as F

    before = current_version(run.lakehouse, TABLE) if run.lakehouse.exists(TABLE) else None
    known = answers.select("candidate_id", "workload", "answer_tokens")
    told = _told(run, bench, answers).join(known, on="candidate_id", how="inner")
    parts = normalised_scores(told, bench.settings.uncertainty_factor)
    weighed = parts.join(F.broadcast(weights), on=["workload", "scorer"], how="inner")
    combined = combined_scores(weighed, bench.settings).withColumn("round", F.lit(run.round))
    columns = [column.name for column in table_named(TABLE).columns if column.name != "run_id"]
    rows = parts.select(*columns).unionByName(combined, allowMissingColumns=True).select(*columns)
    written = run.append(TABLE, rows, counts=False, refresh=REFRESHED)
    return combined.count(), written.version != before


def _told(run: StepRun, bench: Bench, answers: DataFrame) -> DataFrame:
    """What the scorers of now said of each answer, and how far answers agree."""
    from pyspark.sql import functions as F

    nobody = F.lit(None).cast("string")
    agreed = agreement_scores(answers).withColumns({"round": F.lit(run.round), "policy_id": nobody})
    if not run.lakehouse.exists(TABLE):
        return agreed
    digests = [maker.digest for maker in bench.makers]
    said = run.read(TABLE).where(F.col("scorer_digest").isin(digests))
    return said.unionByName(agreed, allowMissingColumns=True)


def _weights(run: StepRun, bench: Bench, answers: DataFrame) -> DataFrame:
    """Whose word counts, asked before anything is scored: a workload that nobody judges is said at once."""
    workloads = sorted(row[0] for row in answers.select("workload").distinct().collect())
    there = {workload: [AGREEMENT, *_names(bench, workload)] for workload in workloads}
    listed = weights_for(bench.settings, workloads, there)
    return run.lakehouse.spark.createDataFrame(listed, "workload string, scorer string, weight double, is_gate boolean")


def _names(bench: Bench, workload: str) -> list[str]:
    return [maker.name for maker in bench.makers if maker.applies_to(workload)]
