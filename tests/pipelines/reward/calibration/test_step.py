"""From ratings in the table to a certified judge that scores; once however often, and gone with its raters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from mlflow.tracking import MlflowClient

from conf import Resolved, load_settings
from lakehouse.asking import spark_asker
from lakehouse.erasure import plan_erasure
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.tracking import tracking_uri
from lakehouse.write import append_missing
from pipelines.reward.calibration.makers import judge_maker
from pipelines.reward.calibration.step import Calibration, calibrate
from pipelines.score.judges.judge import judge_of
from pipelines.score.judges.means import JudgeUnknown, Means, means_of
from pipelines.score.protocol import Score, Subject
from tests.lakehouse.rows import RATING, frame, stored
from tests.pipelines.generate.story import add_prompts
from tests.pipelines.reward.calibration.test_measure import by_plus, rating
from tests.pipelines.score.judges.scripted import Scripted, question

SECTION = (
    "rubric: Be right., workloads: [facts], engine: null, model: null, reading: auto, temperature: 0, max_tokens: 9"
)
CONF = [
    "judges.j={kind: absolute, shots: 2, " + SECTION + "}",
    "judges.pairs={kind: pairwise, shots: 0, " + SECTION + "}",
]
CANDIDATE = {
    "policy_id": "base",
    "strategy": "bare",
    "strategy_digest": "d",
    "sample_index": 0,
    "round": 1,
    "finish_reason": "stop",
    "prompt_tokens": 1,
    "answer_tokens": 1,
    "seed": 1,
    "engine": "echo",
    "model_digest": "echo",
    "run_id": "run",
}


@pytest.fixture
def means() -> Means:
    settings = load_settings("test", CONF).settings
    section = settings.judges["j"]
    return Means(judge_of("j", section, settings.engine), section, lambda: Scripted(by_plus), "m")


@pytest.fixture
def calibrated(
    lakehouse: Lakehouse, resolved: Resolved, provenance: Provenance, means: Means
) -> Callable[..., Calibration]:
    def run(*rating_ids: str) -> Calibration:
        settings = resolved.settings
        chosen = rating_ids or None
        return calibrate(lakehouse, means, settings.calibration, settings.tracking, provenance, chosen)

    return run


@pytest.mark.slow
def test_ratings_make_a_certified_judge_and_their_rater_takes_it_along(
    lakehouse: Lakehouse, resolved: Resolved, calibrated: Callable[..., Calibration], means: Means
) -> None:
    told = [rating(number, 1.0 + number % 5) for number in range(20)]
    told.append(rating(99, 1.0, workload="form"))  # another workload's, which this judge does not judge
    append_missing(lakehouse, "ratings", frame(lakehouse, "ratings", [RATING | one for one in told]))
    add_prompts(lakehouse, {"p": "What now?"})
    rows = [CANDIDATE | {"candidate_id": "c", "prompt_id": "p", "answer": "+++"}]
    append_missing(lakehouse, "candidates", frame(lakehouse, "candidates", rows))
    before = judge_maker(lakehouse, means)
    first, again = calibrated(), calibrated()
    assert (first.row["certified"], first.row["ratings"], first.row["abstained"]) == (True, 20, 0)
    assert first.wanted is not None and first.wanted.unrated.candidate_id == "c"
    assert first.row["calibration_id"] == again.row["calibration_id"]
    assert stored(lakehouse, "calibrations", "verdict") == [first.lines[0]]
    few = calibrated("r0", "r1", "r2", "r3", "r4")
    assert (few.row["ratings"], few.row["certified"]) == (5, False)

    client = MlflowClient(tracking_uri(resolved.settings.tracking, lakehouse.place.home))
    shown = {one.path for one in client.list_artifacts(first.row["tracking_run_id"])}
    assert shown == {"calibration.png", "verdict.txt"}
    assert client.get_run(few.row["tracking_run_id"]).data.metrics["certified"] == 0.0

    maker = judge_maker(lakehouse, means)  # the latest: of five ratings, uncertified
    assert maker.calibrated is not None and maker.calibrated.calibration_id == few.row["calibration_id"]
    assert maker.digest != before.digest and len(maker.judge.shots) == 2
    (score,) = maker().score([Subject("facts", question(), "+++++")])
    assert isinstance(score, Score) and score.value is not None
    assert score.value == pytest.approx((maker.calibrated.ratings[-1] - 1) / 4)
    assert (score.reason or "").endswith("(uncertified)")
    assert judge_maker(lakehouse, replace(means, model_digest="another")).calibrated is None

    doomed = {one.table: one.rows for one in plan_erasure(spark_asker(lakehouse), "anna").doomed if one.rows}
    assert doomed == {"ratings": 21, "calibrations": 2}


def test_a_judge_of_pairs_and_one_that_is_not_there_are_told_apart(
    lakehouse: Lakehouse, provenance: Provenance
) -> None:
    settings = load_settings("test", CONF).settings
    with pytest.raises(JudgeUnknown, match="there are: j, pairs. Did you mean `pairs`"):
        means_of("pair", settings, lakehouse.place.home)
    pairs = means_of("pairs", settings, lakehouse.place.home)
    with pytest.raises(JudgeUnknown, match="expected a judge of kind absolute, and `pairs` compares pairs"):
        calibrate(lakehouse, pairs, settings.calibration, settings.tracking, provenance)
