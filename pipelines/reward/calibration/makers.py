"""All judges of the settings as scorers, each with its latest calibration where it has one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conf.settings import Settings
from lakehouse.place import Lakehouse
from lakehouse.read import read
from pipelines.reward.calibration.examples import rated_examples
from pipelines.score.judges.judge import RatedExample
from pipelines.score.judges.means import Means, means_of
from pipelines.score.judges.scorer import Calibrated, JudgeMaker

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def judge_makers(lakehouse: Lakehouse, settings: Settings) -> list[JudgeMaker]:
    """A maker for each absolute judge; pairwise ones compare for evaluations and score nothing."""
    absolute = [name for name, section in settings.judges.items() if section.kind == "absolute"]
    return [judge_maker(lakehouse, means_of(name, settings, lakehouse.place.home)) for name in absolute]


def judge_maker(lakehouse: Lakehouse, means: Means) -> JudgeMaker:
    """The judge as it was calibrated last; a judge that changed since counts as not calibrated."""
    row = latest_calibration(lakehouse, means.digest)
    judge, calibrated = means.judge, None
    if row is not None:
        judge = replace(judge, shots=tuple(_shots(lakehouse, row["shot_rating_ids"])))
        scores, ratings = tuple(row["mapping_scores"]), tuple(row["mapping_ratings"])
        calibrated = Calibrated(row["calibration_id"], scores, ratings, row["certified"])
    workloads = means.settings.workloads
    return JudgeMaker(judge, means.make_engine, means.model_digest, workloads, calibrated)


def latest_calibration(lakehouse: Lakehouse, judge_digest: str) -> Any:
    """The row that was calibrated last, or None."""
    from pyspark.sql import functions as F

    if not lakehouse.exists("calibrations"):
        return None
    own = read(lakehouse, "calibrations").frame.where(F.col("judge_digest") == judge_digest)
    return own.orderBy(F.desc("calibrated_at"), "calibration_id").first()


def _shots(lakehouse: Lakehouse, rating_ids: Sequence[str]) -> list[RatedExample]:
    """The examples in the order in which they were shown when the judge was measured."""
    from pyspark.sql import functions as F

    if not rating_ids:
        return []
    frame: DataFrame = read(lakehouse, "ratings").frame.where(F.col("rating_id").isin(list(rating_ids)))
    examples = rated_examples([row.asDict() for row in frame.collect()])
    return sorted(examples, key=lambda one: list(rating_ids).index(one.rating_ids[0]))
