"""Pair accuracy and its baselines by hand, and calibration as scikit-learn computes it."""

from __future__ import annotations

import numpy
import pytest
from sklearn.calibration import calibration_curve

from pipelines.reward.trust.held_out import accuracy_figures, calibration, judged
from pipelines.statistics.estimate import Figure
from tests.pipelines.reward.trust.arrays import made_up, pairs_of, settings_with

SETTINGS = settings_with(resamples=500)


def accuracies(*rows: tuple[str, float, float], **more: object) -> dict[tuple[str, str], Figure]:
    figures = accuracy_figures(judged(pairs_of(*rows, **more), SETTINGS), SETTINGS)
    return {(figure.metric, figure.slice): figure for figure in figures}


def test_equal_scores_are_half_right_and_ties_of_the_rater_are_left_out() -> None:
    rows = [("a", 2.0, 1.0), ("b", 1.0, 1.0 + 1e-9), ("c", 0.0, 3.0), ("d", 9.0, 1.0)]
    found = accuracies(*rows, tie=[False, False, False, True], lengths=[(3, 2), (2, 3), (2, 2), (9, 1)])
    assert found["pair_accuracy", "all"].value == pytest.approx((1 + 0.5 + 0) / 3)
    assert found["pair_accuracy", "all"].prompts == 3
    assert found["pick_longer_accuracy", "all"].value == pytest.approx((1 + 0 + 0.5) / 3)
    assert found["above_pick_longer", "all"].value == pytest.approx(0.0)


def test_a_reward_that_only_takes_the_shorter_is_nothing_above_length() -> None:
    lengths = [(number, number + 5) for number in range(1, 31)] + [(9, 3)] * 10
    rows = [(f"p{number}", -float(one), -float(other)) for number, (one, other) in enumerate(lengths)]
    found = accuracies(*rows, lengths=lengths)
    assert found["pair_accuracy", "all"].value == found["above_length", "all"].value + 0.75 == 0.75  # type: ignore[operator]
    assert found["above_pick_longer", "all"].value == pytest.approx(0.75 - 0.25)
    above = found["above_length", "all"]
    assert (above.low, above.high, above.note) == (0.0, 0.0, "Against picking the shorter.")


def test_the_difference_is_paired_so_its_interval_is_narrower_than_two_intervals() -> None:
    """Where reward and length are right about the same pairs, their difference is certain, and neither is."""
    random = numpy.random.default_rng(3)
    right = random.random(200) < 0.7
    rows = [(f"p{number}", float(one), 0.5) for number, one in enumerate(right)]
    found = accuracies(*rows, lengths=[(2, 1) if one else (1, 2) for one in right])
    accuracy, above = found["pair_accuracy", "all"], found["above_length", "all"]
    assert accuracy.high - accuracy.low > 0.1  # type: ignore[operator]
    assert (above.value, above.low, above.high) == (0.0, 0.0, 0.0)


def test_each_workload_has_its_own_figures() -> None:
    rows = [("a", 1.0, 0.0), ("b", 1.0, 0.0), ("c", 0.0, 1.0)]
    found = accuracies(*rows, workload=["facts", "facts", "letters"])
    assert {slice: found["pair_accuracy", slice].value for slice in ("all", "facts", "letters")} == {
        "all": pytest.approx(2 / 3),
        "facts": 1.0,
        "letters": 0.0,
    }
    only = accuracies(*rows)
    assert {slice for _, slice in only} == {"all"}


def test_the_calibration_curve_and_its_error_are_scikit_learns() -> None:
    """Told both ways round, each pair is a probability with a label; the curve's upper half is ours."""
    pairs = judged(made_up(1.5, prompts=400).pairs, SETTINGS)
    error, curve = calibration(pairs, SETTINGS)
    forth = 1 / (1 + numpy.exp(-pairs.margin))
    labels = numpy.concatenate([numpy.ones(400), numpy.zeros(400)])
    shares, sureness = calibration_curve(labels, numpy.concatenate([forth, 1 - forth]), n_bins=2 * SETTINGS.bins)
    upper = sureness > 0.5
    assert [one.confidence for one in curve] == pytest.approx(sureness[upper].tolist())
    assert [one.accuracy.value for one in curve] == pytest.approx(shares[upper].tolist())
    counts = numpy.array([one.pairs for one in curve])
    assert counts.sum() == 400
    assert error.value == pytest.approx((counts * numpy.abs(shares - sureness)[upper]).sum() / 400)
    assert error.low is not None and error.high is not None and 0 < error.low < error.high < 1


def test_no_pairs_give_no_figures() -> None:
    empty = judged(pairs_of(("a", 1.0, 0.0), tie=[True]), SETTINGS)
    error, curve = calibration(empty, SETTINGS)
    values = [figure.value for figure in accuracy_figures(empty, SETTINGS)]
    assert (error.value, curve, values) == (None, (), [None] * 4)
