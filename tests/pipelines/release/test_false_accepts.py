"""How often the gate is wrong, by simulation: a model as good as the champion is accepted at most at alpha."""

from __future__ import annotations

from collections import Counter

import numpy
from numpy.typing import NDArray

from pipelines.release.evidence import Measured
from pipelines.release.gate import decide
from tests.pipelines.release.figures import compared, evidence, settings_with, win_rate

ROUNDS, PROMPTS = 1000, 200
BETTER_ALONE = settings_with(
    "thresholds=[{metric: 'win_rate:reward', slice: all, against: champion, bound: low, above: 0.5, kind: proof}]"
)
WHOLE = settings_with()
ALPHA = (1 - WHOLE.confidence) / 2
"""One side of the interval: only chance that favours the new model is a false accept."""
ALLOWED = ROUNDS * ALPHA + 3 * (ROUNDS * ALPHA * (1 - ALPHA)) ** 0.5
"""Three standard deviations of the binomial above it."""
FORGOT_NOTHING = compared("difference:forgetting:exact_match", "all", 0.0, -0.01, 0.01)


def votes(random: numpy.random.Generator, win: float, tie: float, prompts: int) -> NDArray[numpy.float64]:
    return random.choice([1.0, 0.5, 0.0], size=prompts, p=[win, tie, 1 - win - tie])


def judged(random: numpy.random.Generator, orders: float, stock: float, tie: float) -> tuple[Measured, ...]:
    """Two workloads of equal size, each with its share of wins, and what they are together."""
    each = [votes(random, win, tie, PROMPTS // 2) for win in (orders, stock)]
    return (
        win_rate(numpy.concatenate(each), "all"),
        win_rate(each[0], "orders"),
        win_rate(each[1], "stock"),
        FORGOT_NOTHING,
    )


def test_under_no_difference_superiority_is_claimed_at_most_at_alpha() -> None:
    random = numpy.random.default_rng(7)
    rounds = [decide(evidence(*judged(random, 0.35, 0.35, 0.3)), BETTER_ALONE).decision for _ in range(ROUNDS)]
    counted = Counter(rounds)
    assert counted["accept"] <= ALLOWED
    assert counted["accept"] >= 5  # a gate that never accepts would pass too
    assert counted["cannot_tell"] >= ROUNDS - 2 * ALLOWED


def test_the_whole_gate_accepts_no_oftener_than_its_first_threshold() -> None:
    random = numpy.random.default_rng(11)
    counted = Counter(decide(evidence(*judged(random, 0.35, 0.35, 0.3)), WHOLE).decision for _ in range(ROUNDS))
    assert 0 < counted["accept"] <= ALLOWED


def test_better_equal_and_broken_models_get_the_decision_that_they_deserve() -> None:
    random = numpy.random.default_rng(13)
    better = [decide(evidence(*judged(random, 0.5, 0.5, 0.3)), WHOLE).decision for _ in range(100)]
    broken = [decide(evidence(*judged(random, 0.8, 0.05, 0.1)), WHOLE) for _ in range(100)]
    assert Counter(better)["accept"] >= 95
    assert [one.decision for one in broken] == ["refuse"] * 100
    assert all(any("in workload stock" in objection for objection in one.objections) for one in broken)
    assert not any("in workload orders" in objection for one in broken for objection in one.objections)
