"""The gate accepts what is shown to be better, says so where nobody can tell, and refuses the rest with the reason."""

from __future__ import annotations

import math

import pytest

from conf import SettingsError
from pipelines.release.gate import NoThresholds, decide
from tests.pipelines.release.figures import GOOD, alone, compared, evidence, instead, settings_with

SETTINGS = settings_with()


def test_a_model_that_is_better_and_broke_nothing_is_accepted_with_the_figures_that_decided() -> None:
    found = decide(evidence(*GOOD), SETTINGS)
    assert (found.decision, found.objections) == ("accept", ())
    assert found.remarks == ("Nothing that begins with regression: was measured, so nothing of it was asked.",)
    assert found.figures["win_rate:reward in all against champion"] == 0.62
    assert found.figures["win_rate:reward in orders against champion low"] == 0.50
    assert len(found.figures) == 4 * 3


@pytest.mark.parametrize(("low", "high"), [(0.44, 0.56), (0.5, 0.56), (0.44, 0.5), (0.5, 0.5)])
def test_of_a_model_that_may_be_equal_nobody_can_tell(low: float, high: float) -> None:
    """Also where every answer is the same as the champion's: a win rate of one half in every resample."""
    found = decide(instead(compared("win_rate:reward", "all", 0.5, low, high)), SETTINGS)
    assert found.decision == "cannot_tell"
    (objection,) = found.objections
    assert objection == (
        f"win_rate:reward over all prompts against the champion base is 0.500 [{low:.3f}, {high:.3f}] on 100 prompts; "
        "the lower end of its interval has to be above 0.5. That is not shown, nor is the contrary. "
        "More prompts would narrow it."
    )


def test_a_model_that_is_shown_to_be_worse_is_refused() -> None:
    found = decide(instead(compared("win_rate:reward", "all", 0.4, 0.32, 0.48)), SETTINGS)
    assert found.decision == "refuse"
    assert "has to be above 0.5, and the whole interval misses that." in found.objections[0]


def test_a_broken_workload_refuses_a_model_that_is_better_on_the_whole() -> None:
    found = decide(instead(compared("win_rate:reward", "stock", 0.1, 0.02, 0.2)), SETTINGS)
    assert found.decision == "refuse"
    assert found.objections == (
        "win_rate:reward in workload stock against the champion base is 0.100 [0.020, 0.200] on 100 prompts; the lower "
        "end of its interval has to be at least 0.35, and the whole interval misses that.",
    )


def test_a_workload_on_which_little_is_known_leaves_it_open() -> None:
    wide = decide(instead(compared("win_rate:reward", "stock", 0.5, 0.3, 0.7)), SETTINGS)
    few = decide(instead(compared("win_rate:reward", "stock", 0.6, 0.5, 0.7, prompts=19)), SETTINGS)
    none = decide(
        instead(compared("win_rate:reward", "stock", 0.6, None, None, note="not enough prompts to tell")), SETTINGS
    )
    assert [one.decision for one in (wide, few, none)] == ["cannot_tell"] * 3
    assert "It rests on 19 prompts; 20 are wanted" in few.objections[0]
    assert none.objections[0].endswith("That is not shown, nor is the contrary. Not enough prompts to tell.")


def test_forgetting_refuses() -> None:
    found = decide(instead(compared("difference:forgetting:exact_match", "all", -0.2, -0.3, -0.1)), SETTINGS)
    assert found.decision == "refuse"
    assert "forgetting" in found.objections[0] and "at least -0.05" in found.objections[0]


def test_what_was_not_measured_refuses_and_says_how_to_measure_it() -> None:
    found = decide(evidence(*GOOD[:3]), SETTINGS)
    assert found.decision == "refuse"
    assert found.objections == (
        "difference:forgetting:exact_match over all prompts against the champion base is missing: it was not measured. "
        "Run `lakewheel evaluate --policy new --against base`.",
    )
    empty = decide(evidence(), SETTINGS)
    assert (empty.decision, len(empty.objections)) == ("refuse", 2)
    assert all("is missing" in one for one in empty.objections)


def test_where_there_is_one_workload_each_means_the_whole() -> None:
    """An evaluation of a single workload tells only figures over all prompts."""
    assert decide(evidence(GOOD[0], GOOD[3]), SETTINGS).decision == "accept"
    bad = compared("win_rate:reward", "all", 0.2, 0.1, 0.3)
    assert len(decide(evidence(bad, GOOD[3]), SETTINGS).objections) == 2


def test_a_workload_that_one_metric_saw_and_another_did_not_is_missing_there() -> None:
    found = decide(evidence(*GOOD, alone("latency_seconds", 0.2, slice="returns")), SETTINGS)
    assert found.decision == "refuse"
    assert "in workload returns" in found.objections[0] and "is missing" in found.objections[0]


def test_slices_of_what_has_its_own_prompts_are_no_workloads() -> None:
    tasks = compared("difference:forgetting:exact_match", "arithmetic", 0.0, -0.1, 0.1)
    assert decide(evidence(*GOOD, tasks), SETTINGS).decision == "accept"


@pytest.mark.parametrize(
    "changed",
    [
        compared("win_rate:reward", "all", None, 0.6, 0.7),
        compared("win_rate:reward", "all", math.nan, 0.6, 0.7),
        compared("win_rate:reward", "all", 0.65, math.nan, math.nan),
        compared("win_rate:reward", "all", 0.65, math.inf, math.inf),
    ],
    ids=str,
)
def test_no_value_and_no_number_refuse(changed: object) -> None:
    found = decide(instead(changed), SETTINGS)  # type: ignore[arg-type]
    assert found.decision == "refuse"
    assert len(found.objections) == 1
    assert all(math.isfinite(value) for value in found.figures.values())


def test_two_figures_of_one_name_refuse_whichever_comes_first() -> None:
    other = compared("win_rate:reward", "all", 0.7, 0.6, 0.8)
    for told in (evidence(*GOOD, other), evidence(other, *GOOD)):
        found = decide(told, SETTINGS)
        assert found.decision == "refuse"
        assert "was measured twice on this version of the suite" in found.objections[0]


def test_a_figure_against_somebody_else_does_not_count() -> None:
    """The base was beaten, and a champion is there."""
    found = decide(evidence(*GOOD, champion="old"), SETTINGS)
    assert found.decision == "refuse"
    assert all("against the champion old" in one and "is missing" in one for one in found.objections)


def test_a_regression_test_that_fails_refuses_and_one_that_passes_does_not() -> None:
    passed, failed = alone("regression:greeting", 1.0), alone("regression:refund", 0.5)
    assert decide(evidence(*GOOD, passed), SETTINGS).decision == "accept"
    found = decide(evidence(*GOOD, passed, failed), SETTINGS)
    assert found.decision == "refuse"
    assert found.objections == (
        "regression:refund over all prompts is 0.500 without an interval; it has to be at least 0.9.",
    )


def test_costs_above_the_ceiling_refuse_and_a_ceiling_wants_a_measured_cost() -> None:
    dear = settings_with("most_cost_per_thousand=2.0")
    assert decide(evidence(*GOOD, alone("cost_per_thousand", 2.0)), dear).decision == "accept"
    found = decide(evidence(*GOOD, alone("cost_per_thousand", 2.5)), dear)
    assert (found.decision, found.objections[0].split(";")[1]) == ("refuse", " it has to be at most 2.")
    assert "cost_per_thousand over all prompts is missing" in decide(evidence(*GOOD), dear).objections[0]


def test_a_scorer_that_nobody_trusts_refuses_unless_settings_waive_that() -> None:
    said = evidence(*GOOD, distrust={"reward": "The reward model is not trusted.", "judge:other": "Nobody asked it."})
    assert decide(said, SETTINGS).objections == ("The reward model is not trusted.",)
    assert decide(said, SETTINGS).decision == "refuse"
    assert decide(said, settings_with("require_trust=false")).decision == "accept"


def test_a_must_refuses_what_a_proof_leaves_open() -> None:
    must = settings_with(
        "thresholds=[{metric: 'win_rate:reward', slice: all, against: champion, bound: low, above: 0.5, kind: must}]"
    )
    assert decide(instead(compared("win_rate:reward", "all", 0.5, 0.45, 0.55)), must).decision == "refuse"
    assert decide(evidence(*GOOD), must).decision == "accept"


def test_every_objection_is_told_at_once_and_one_refusal_outweighs_an_open_question() -> None:
    found = decide(
        instead(
            compared("win_rate:reward", "all", 0.5, 0.4, 0.6),
            compared("win_rate:reward", "orders", 0.1, 0.0, 0.2),
            compared("difference:forgetting:exact_match", "all", math.nan, None, None),
        ),
        SETTINGS,
    )
    assert found.decision == "refuse"
    assert len(found.objections) == 3


def test_no_thresholds_is_an_error() -> None:
    with pytest.raises(NoThresholds, match="release.thresholds is empty, so that anything would be accepted"):
        decide(evidence(*GOOD), settings_with("thresholds=[]"))


@pytest.mark.parametrize("limits", ["", ", above: 0.5, at_least: 0.5"])
def test_a_threshold_has_exactly_one_limit(limits: str) -> None:
    with pytest.raises(SettingsError, match="exactly one of above, at_least and at_most"):
        settings_with(f"thresholds=[{{metric: a, slice: all, bound: low, kind: must{limits}}}]")


def test_the_same_evidence_has_the_same_digest_and_any_figure_changes_it() -> None:
    assert evidence(*GOOD).digest == evidence(*GOOD[::-1]).digest
    other = instead(compared("win_rate:reward", "all", 0.62, 0.56, 0.69))
    assert len({evidence(*GOOD).digest, other.digest, evidence(*GOOD, champion="old").digest}) == 3
