"""The report as a whole: it trusts what deserves it, says why not, and becomes rows and pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy
import pytest

from lakehouse.arrow import arrow_schema
from lakehouse.frames import arrow_rows
from lakehouse.tables import table_named
from pipelines.reward.trust.inputs import Candidates, Pairs, TrustInputError, TrustInputs
from pipelines.reward.trust.pages import write_pages
from pipelines.reward.trust.report import TrustReport, rows_of, trust_report
from tests.pipelines.reward.trust.arrays import candidates_of, made_up, pairs_of, settings_with

SETTINGS = settings_with(resamples=500)
EMPTY = TrustInputs(pairs_of(("a", 1.0, 0.0), tie=[True]), candidates_of({"a": [1.0]}), numpy.empty(0))


def report_on(inputs: TrustInputs, **changes: object) -> TrustReport:
    return trust_report(inputs, SETTINGS.model_copy(update=changes))


def test_a_reward_that_sees_quality_may_be_tuned_on_and_its_uncertified_judge_is_named() -> None:
    report = report_on(made_up(3.0))
    assert report.verdict.reasons == ()
    assert report.verdict.tune
    assert report.verdict.warnings == ("The judge judge is uncertified: nobody has shown that it agrees with people.",)
    share = report.figure("oracle_share")
    assert share is not None and share.low is not None and share.low > 0.7


def test_noise_is_refused_with_reasons_although_it_promises_itself_headroom() -> None:
    report = report_on(made_up(0.0))
    headroom = report.figure("headroom")
    assert headroom is not None and headroom.low is not None and headroom.low > 1.0
    said = (
        "It tells the better of two held-out answers in 0.",
        "It is not shown to be better than choosing by length alone",
        "Its choice is not shown to be better than a random candidate",
        "of what a perfect choice would gain",
    )
    reasons = report.verdict.reasons
    assert [words in reason for words, reason in zip(said, reasons, strict=True)] == [True] * 4


def test_high_pair_accuracy_does_not_save_a_reward_whose_choice_gains_little() -> None:
    """The lesson of gold against own answers: nearly all pairs right, and a ninth of the possible gain."""
    skilled, noise = made_up(3.0), made_up(0.0)
    easy = pairs_of(*[(f"p{number}", 5.0 + number % 3, 0.0) for number in range(100)], lengths=[(1, 2), (2, 1)] * 50)
    report = report_on(replace(noise, pairs=easy))
    accuracy, above = report.figure("pair_accuracy"), report.figure("above_length")
    assert accuracy is not None and above is not None and (accuracy.value, above.value) == (1.0, 0.5)
    assert not report.verdict.tune
    assert any("Train it on harder pairs" in reason for reason in report.verdict.reasons)
    assert report_on(replace(skilled, pairs=easy)).verdict.tune


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"least_prompts": 500}, "are too few to tell anything; 500 are wanted"),
        ({"least_accuracy": 0.99}, "the lower end has to be above 0.99"),
        ({"least_beyond_length": 0.9}, "not shown to be better than choosing by length alone"),
        ({"least_headroom": 100.0}, "There is little to choose from"),
        ({"least_oracle_share": 1.0}, "of what a perfect choice would gain"),
    ],
)
def test_each_threshold_stops_tuning_in_its_own_words(change: dict[str, float], words: str) -> None:
    reasons = report_on(made_up(3.0), **change).verdict.reasons
    assert any(words in reason for reason in reasons)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"most_calibration_error": 0.0}, "the calibration error is"),
        ({"most_length_correlation": 0.0}, "Reward follows length within prompts"),
        ({"most_drift": 0.0}, "do not look like those it was trained on"),
        ({"least_agreement": 1.0}, "It parts from judge"),
    ],
)
def test_each_other_threshold_warns(change: dict[str, float], words: str) -> None:
    report = report_on(made_up(3.0), **change)
    assert any(words in warning for warning in report.verdict.warnings)
    assert report.verdict.tune


def test_nothing_measured_is_never_a_yes() -> None:
    report = report_on(EMPTY)
    assert not report.verdict.tune
    assert len(report.verdict.reasons) == 6
    assert all(figure.value is None for figure in report.figures if figure.metric != "length_correlation")


def test_the_same_inputs_in_another_order_are_the_same_report() -> None:
    inputs = made_up(1.0)
    order = numpy.random.default_rng(1).permutation(len(inputs.pairs.prompt_id))
    turned = replace(inputs.pairs, **{name: values[order] for name, values in vars(inputs.pairs).items()})
    assert report_on(replace(inputs, pairs=turned)) == report_on(inputs)


def test_rows_fit_the_table_and_their_keys_are_distinct() -> None:
    report = report_on(made_up(1.0))
    rows = rows_of(report, "reward-1", 2)
    table = table_named("evaluations")
    filled = arrow_rows(table, [row | {"run_id": "run"} for row in rows])
    assert filled.schema == arrow_schema(table)
    assert len({row["evaluation_id"] for row in rows}) == len(rows) > 30
    (tune,) = [row for row in rows if row["metric"] == "tune"]
    assert (tune["value"], tune["suite"], tune["round"]) == (float(report.verdict.tune), "trust", 2)
    again = {row["evaluation_id"] for row in rows_of(report_on(made_up(1.0), least_accuracy=0.9), "reward-1", 2)}
    assert not again & {row["evaluation_id"] for row in rows}


def test_inputs_are_made_of_rows_and_nothing_is_not_a_number() -> None:
    pair = {"prompt_id": "a", "workload": "facts", "tie": False, "chosen_length": 3, "rejected_length": 4}
    pairs = Pairs.of([pair | {"chosen_score": 2, "rejected_score": 1.5}])
    assert (pairs.chosen_score.tolist(), pairs.prompt_id.tolist(), pairs.tie.tolist()) == ([2.0], ["a"], [False])
    with pytest.raises(TrustInputError, match="1 are NaN"):
        Pairs.of([pair | {"chosen_score": None, "rejected_score": 1.5}])
    row = {"prompt_id": "a", "workload": "facts", "score": 1.0, "length": 2}
    rows = [row | {"gold_value": None, "others": {"judge": 4}}, row | {"gold_value": 0.5, "others": {"rule": None}}]
    candidates = Candidates.of(rows)
    assert numpy.isnan(candidates.gold_value).tolist() == [True, False]
    assert {name: numpy.isnan(values).tolist() for name, values in candidates.others.items()} == {
        "judge": [False, True],
        "rule": [True, True],
    }


@pytest.mark.parametrize("name", ["chosen_score", "rejected_length"])
def test_a_score_that_is_no_number_is_refused(name: str) -> None:
    pairs = pairs_of(("a", 1.0, 0.0), ("b", 1.0, 0.0))
    with pytest.raises(TrustInputError, match=f"pairs.{name}, and 1 are NaN"):
        replace(pairs, **{name: numpy.array([1.0, numpy.nan])})
    with pytest.raises(TrustInputError, match=f"one length in pairs, got .*{name} 3"):
        replace(pairs, **{name: numpy.ones(3)})


def test_the_pages_say_it_in_words_and_show_it(tmp_path: Path) -> None:
    inputs = made_up(0.0)
    files = write_pages(report_on(inputs), inputs, tmp_path / "trust", "<reward> 1")
    assert [file.name for file in files] == [
        "accuracy.png",
        "reliability.png",
        "best_of_n.png",
        "length.png",
        "trust.md",
        "trust.html",
    ]
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in files[:4])
    markdown, html = files[4].read_text(), files[5].read_text()
    for said in ("Do not tune on its word", "uncertified judge", "pick", "letters"):
        assert said in markdown and said in html
    assert "&lt;reward&gt; 1" in html and "<reward>" not in html
    assert html.count("data:image/png;base64,") == 4
    nothing = write_pages(report_on(EMPTY), EMPTY, tmp_path / "empty", "none")
    assert [file.name for file in nothing] == ["length.png", "trust.md", "trust.html"]
