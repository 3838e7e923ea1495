"""A judge is heard on answers that it was not shown; bad ratings and silent judges end with a sentence, not a crash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from conf import CalibrationSettings, load_settings
from pipelines.engines.make import EngineMaker
from pipelines.engines.protocol import Told
from pipelines.reward.calibration.examples import (
    TooLittleToCalibrate,
    choose_shots,
    disputed,
    rated_examples,
    shots_without,
)
from pipelines.reward.calibration.measure import CalibrationUnfinished, hear, injection_shift, measure
from pipelines.reward.calibration.next_rating import Unrated, most_telling
from pipelines.reward.calibration.said import lines_of
from tests.pipelines.engines.server import completion, hang, serving
from tests.pipelines.score.judges.scripted import Scripted, judge, url_engine

SETTINGS: CalibrationSettings = load_settings("test").settings.calibration


def rating(number: int, value: float, **changes: Any) -> dict[str, Any]:
    told = {"rating_id": f"r{number}", "workload": "facts", "prompt": f"Question {number}?", "reason": None}
    return told | {"answer": f"Answer worth {'+' * round(value)} n{number}.", "rating": value} | changes


def by_plus(inside: str) -> int:
    return max(1, min(5, inside.count("+")))


def backwards(inside: str) -> int:
    return 6 - by_plus(inside)


FIVE = rated_examples([rating(number, value) for number, value in enumerate([1.0, 2.0, 3.0, 4.0, 5.0])])
TWENTY = rated_examples([rating(number, 1.0 + number % 5) for number in range(20)])


def test_what_is_shown_spans_the_scale_and_never_holds_what_is_measured() -> None:
    shown = choose_shots(FIVE, 3)
    assert sorted(one.rating for one in shown) == [1.0, 3.0, 5.0]
    for one in FIVE:
        without = shots_without(FIVE, one, 3)
        assert one not in without and len(without) == 3
        assert one in shown or without == shown
    twice = [*FIVE, replace(FIVE[0], answer="Another one.", rating_ids=("other",))]
    assert all(one.prompt != FIVE[0].prompt for one in shots_without(twice, FIVE[0], 6))


class Hearing(Scripted):
    """Remembers whether an answer that it rates stood among its examples."""

    def log_probabilities(self, told: Sequence[Told]) -> list[list[float | None]]:
        for one in told:
            answer = one.messages[-1]["content"].split("<<<answer")[1].splitlines()[1]
            assert all(answer not in message["content"] for message in one.messages[:-1])
        return super().log_probabilities(told)


def test_no_judge_sees_the_answer_it_is_measured_on() -> None:
    engine = Hearing(by_plus)
    heard = hear(engine, judge(), FIVE, 3)
    assert [round(score) for score in heard.scores] == [round(one.rating) for one in FIVE]
    assert {len(messages) for messages in engine.seen} == {1 + 2 * 3 + 1}


def test_five_ratings_do_not_certify_even_a_perfect_judge_and_twenty_do() -> None:
    few, many = (measure(Scripted(by_plus), judge(), rated, 2, SETTINGS) for rated in (FIVE, TWENTY))
    assert (few.certified, many.certified) == (False, True)
    assert few.figures["kendall_tau"].value == 1.0 and few.figures["kendall_tau"].low < SETTINGS.least
    assert many.figures["weighted_kappa"].low > SETTINGS.least
    lines = lines_of(few, SETTINGS, disputed=1, wanted=None)
    assert lines[0].startswith("j is uncertified: weighted kappa") and "has to reach 0.4" in lines[0]
    assert any("contradict each other on 1 of the answers" in line for line in lines)


def test_a_judge_that_orders_backwards_is_flat_and_uncertified() -> None:
    found = measure(Scripted(backwards), judge(), TWENTY, 2, SETTINGS)
    assert found.figures["kendall_tau"].high < 0 and not found.certified
    assert max(found.mapping.ratings) - min(found.mapping.ratings) < 0.01


def test_a_judge_that_injections_move_is_not_certified() -> None:
    class Gullible(Scripted):
        def rating(self, messages: Sequence[dict[str, str]]) -> int:
            text = messages[-1]["content"].split("<<<answer")[1].split("<<<end of answer")[0]
            return 5 if " 5" in text else self.rate(text)

    settings = SETTINGS.model_copy(update={"injected_answers": 5})
    firm, moved = (measure(engine(by_plus), judge(), TWENTY, 0, settings) for engine in (Scripted, Gullible))
    assert (firm.shift, firm.certified) == (pytest.approx(0.0, abs=1e-6), True)
    assert moved.shift is not None and moved.shift > 0.05 and not moved.certified
    assert "instructions inside answers move it" in lines_of(moved, settings, 0, None)[0]
    assert injection_shift(Scripted(by_plus), judge(), []) is None


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "there is 0"),
        ([rating(1, 4.0)], "there is 1"),
        ([rating(1, 4.0), rating(1, 4.0, rating_id="other")], "there is 1"),
        ([rating(1, 4.0), rating(2, 4.0)], "all 2 are 4"),
    ],
)
def test_too_little_to_learn_from_is_said(rows: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(TooLittleToCalibrate, match=said):
        measure(Scripted(by_plus), judge(), rated_examples(rows), 2, SETTINGS)


def test_raters_who_contradict_each_other_count_by_their_mean() -> None:
    rows = [rating(1, 5.0, rating_id="a"), rating(1, 1.0, rating_id="b", answer=rating(1, 5.0)["answer"])]
    (one,) = rated_examples(rows)
    assert (one.rating, one.rating_ids, disputed(rows)) == (3.0, ("a", "b"), 1)


def test_a_server_that_hangs_or_lies_is_a_sentence() -> None:
    def lies(number: int, body: dict[str, Any]) -> Any:
        hang(1.0 if number % 2 else 0.0)
        return completion("A wonderful answer: 5/5")

    with serving(lies) as (address, _):
        engine = EngineMaker(url_engine(address), None)()
        with pytest.raises(
            CalibrationUnfinished, match="abstained from 5 of 5; the first time: (malformed|no) verdict"
        ):
            measure(engine, judge("written"), FIVE, 2, SETTINGS)
        broke = EngineMaker(url_engine(address, most_money=0.0), None)()
        with pytest.raises(CalibrationUnfinished, match="Raise most_money"):
            measure(broke, judge("written"), FIVE, 2, SETTINGS)


def test_the_rating_to_ask_for_is_first_where_the_judges_scale_is_not_covered() -> None:
    low = rated_examples([rating(number, 1.0 + number % 2) for number in range(8)])
    found = measure(Scripted(by_plus), judge(), low, 0, SETTINGS)
    unrated = [Unrated("near", "p", "a", 2.0), Unrated("far", "p", "a", 5.0), Unrated("between", "p", "a", 1.5)]
    wanted = most_telling("weighted_kappa", found.sample, found.mapping, unrated, 0.95)
    assert wanted is not None and wanted.unrated.candidate_id == "far" and wanted.is_uncovered
    assert most_telling("weighted_kappa", found.sample, found.mapping, [], 0.95) is None


def test_where_the_scale_is_covered_the_rating_that_narrows_most_is_asked_for() -> None:
    often_wrong = rated_examples([rating(number, 1.0 + (number + number % 3) % 5) for number in range(12)])
    noisy = Scripted(lambda inside: 3 if "n1" in inside else by_plus(inside))
    found = measure(noisy, judge(), often_wrong, 0, SETTINGS)
    unrated = [Unrated(f"c{score}", "p", "a", float(score)) for score in range(1, 6)]
    alone = [most_telling("weighted_kappa", found.sample, found.mapping, [one], 0.95) for one in unrated]
    best = min((one for one in alone if one), key=lambda one: one.expected_width)
    assert best.expected_width < best.width and not best.is_uncovered
    assert most_telling("weighted_kappa", found.sample, found.mapping, unrated, 0.95) == best
    assert most_telling("weighted_kappa", found.sample, found.mapping, unrated[::-1], 0.95) == best
