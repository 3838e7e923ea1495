"""The step judge.calibrate: from rated answers to a row of calibrations, with a run in MLflow beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import Any

from conf import CalibrationSettings, TrackingSettings
from lakehouse.frames import frame_of
from lakehouse.identity import identity
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rim import StepRun, step_run
from lakehouse.tables import table_named
from lakehouse.tracked import Tracked, tracked
from pipelines.reward.calibration.examples import disputed, rated_examples
from pipelines.reward.calibration.measure import Measured, measure
from pipelines.reward.calibration.next_rating import NextRating, most_telling
from pipelines.reward.calibration.plot import plot_of
from pipelines.reward.calibration.said import lines_of, verdict_of
from pipelines.reward.calibration.unrated import unrated_candidates
from pipelines.score.judges.means import JudgeUnknown, Means

STEP = "judge.calibrate"
TABLE = "calibrations"


@dataclass(frozen=True)
class Calibration:
    """What a run of the step came to: the stored row, and what to tell a person."""

    row: dict[str, Any]
    lines: tuple[str, ...]
    wanted: NextRating | None


def calibrate(
    lakehouse: Lakehouse,
    means: Means,
    settings: CalibrationSettings,
    tracking: TrackingSettings,
    provenance: Provenance,
    rating_ids: Sequence[str] | None = None,
) -> Calibration:
    """Calibrate a judge from these ratings of the table, or from all that it applies to."""
    if means.judge.kind != "absolute":
        raise JudgeUnknown(
            f"expected a judge of kind absolute, and `{means.judge.name}` compares pairs, which ratings do not. "
            "Describe an absolute one beside it, with the same rubric."
        )
    with step_run(lakehouse, STEP, provenance) as run:
        rows = _ratings(run, means, rating_ids)
        run.take(1)
        engine = means.make_engine()
        try:
            found = measure(engine, means.judge, rated_examples(rows), means.settings.shots, settings)
            unrated = unrated_candidates(run, engine, found, means.settings.workloads, settings.most_unrated)
        finally:
            engine.close()
        wanted = most_telling(settings.metric, found.sample, found.mapping, unrated, settings.confidence)
        lines = tuple(lines_of(found, settings, disputed(rows), wanted))
        return Calibration(_stored(run, means, settings, tracking, found, lines), lines, wanted)


def _ratings(run: StepRun, means: Means, rating_ids: Sequence[str] | None) -> list[dict[str, Any]]:
    from pyspark.sql import functions as F

    frame = run.read("ratings")
    if rating_ids is not None:
        frame = frame.where(F.col("rating_id").isin(list(rating_ids)))
    if means.settings.workloads is not None:
        frame = frame.where(F.col("workload").isin(list(means.settings.workloads)))
    columns = ("rating_id", "workload", "prompt", "answer", "rating", "reason")
    return [row.asDict() for row in frame.select(*columns).collect()]


def _stored(
    run: StepRun,
    means: Means,
    settings: CalibrationSettings,
    tracking: TrackingSettings,
    found: Measured,
    lines: Sequence[str],
) -> dict[str, Any]:
    row = row_of(means, settings, found)
    tags = {"lakewheel.step": STEP, "lakewheel.run_id": run.run_id, "lakewheel.judge": means.judge.name}
    parameters = {name: str(row[name]) for name in ("judge_digest", "metric", "least", "confidence", "ratings")}
    with tracked(tracking, run.lakehouse.place.home, f"calibrate judge {means.judge.name}", tags, parameters) as shown:
        shown.metrics(row["figures"] | {"certified": float(found.certified)}, 0)
        _show(shown, found, lines)
        row["tracking_run_id"] = shown.run_id
    frame = frame_of(run.lakehouse.spark, table_named(TABLE), [row])
    run.append(TABLE, frame, refresh=("calibrated_at", "tracking_run_id"))
    return row


def row_of(means: Means, settings: CalibrationSettings, found: Measured) -> dict[str, Any]:
    """A row of the table calibrations."""
    decisive = found.figures[settings.metric]
    figures = {
        f"{name}{end}": getattr(figure, field)
        for name, figure in found.figures.items()
        for end, field in (("", "value"), ("_low", "low"), ("_high", "high"))
    }
    row: dict[str, Any] = {
        "judge": means.judge.name,
        "judge_digest": means.digest,
        "mapping_scores": list(found.mapping.scores),
        "mapping_ratings": list(found.mapping.ratings),
        "shot_rating_ids": [name for shot in found.judge.shots for name in shot.rating_ids],
        "rating_ids": sorted(name for one in found.heard.examples for name in one.rating_ids),
        "ratings": len(found.sample),
        "abstained": len(found.heard.silent),
        "metric": settings.metric,
        **asdict(decisive),
        "least": settings.least,
        "confidence": settings.confidence,
        "figures": figures | ({} if found.shift is None else {"injection_shift": found.shift}),
        "certified": found.certified,
        "verdict": verdict_of(found, settings),
    }
    row["calibration_id"] = identity(TABLE, json.dumps(row, sort_keys=True))
    row["calibrated_at"] = datetime.now(timezone.utc)
    return row


def _show(shown: Tracked, found: Measured, lines: Sequence[str]) -> None:
    """The picture and the words; a store that is away costs them, not the calibration."""
    from mlflow.exceptions import MlflowException

    try:
        shown.client.log_figure(shown.run_id, plot_of(found, found.judge.name), "calibration.png")
        shown.client.log_text(shown.run_id, "\n".join(lines), "verdict.txt")
    except (MlflowException, OSError):
        shown.metrics({}, 0)
