"""Over-optimisation: the reward model finds a tuned model better, and nobody who can contradict it does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lakehouse.asking import Asker
from pipelines.evaluate.figures import BITS, DIFFERENCE, WINS
from pipelines.statistics.estimate import ALL, Figure

REWARD = "reward"
WITNESSES = ("judge:", "gold:", "human", "agreement")
"""Whose word does not come from the reward model."""
EVEN = {DIFFERENCE: 0.0, WINS: 0.5}
TABLES = ("evaluations", "policies", "runs")


class OverOptimised(RuntimeError):
    """The last model pleased the reward model alone, so another round would only go further that way."""


def overoptimised(figures: Sequence[Figure]) -> str | None:
    """Why a model looks over-optimised, from its figures against the base over all prompts; None where it does not.

    The reward has to be up beyond doubt. A witness is up if its figure is; where witnesses are few, the interval rarely
    tells, so what counts is that none of them is up at all, or that one is down beyond doubt.
    """
    known = {one.metric: one for one in figures if one.slice == ALL and one.value is not None}
    rewarded = [one for one in _of(known, REWARD) if one.low is not None and one.low > _even(one)]
    witnesses = [one for metric in _witnesses(known) for one in _of(known, metric)[:1]]
    if not rewarded or not witnesses:
        return None
    down = [one for one in witnesses if one.high is not None and one.high < _even(one)]
    if not down and any(_is_up(one) for one in witnesses):
        return None
    told = ", ".join(_said(one) for one in down or witnesses)
    verdict = "it is worse by" if down else "nobody else does by"
    return f"the reward model finds the tuned model better than the base ({_said(rewarded[0])}), and {verdict} {told}"


def _of(known: Mapping[str, Figure], scorer: str) -> list[Figure]:
    """A scorer's comparisons: by how much first, then how often."""
    return [known[kind + scorer] for kind in EVEN if kind + scorer in known]


def _witnesses(known: Mapping[str, Figure]) -> list[str]:
    scorers = {metric.removeprefix(kind) for metric in known for kind in EVEN if metric.startswith(kind)}
    return sorted(one for one in scorers if one.startswith(WITNESSES) and one != BITS)


def _even(figure: Figure) -> float:
    return next(even for kind, even in EVEN.items() if figure.metric.startswith(kind))


def _is_up(figure: Figure) -> bool:
    return figure.value is not None and figure.value > _even(figure)


def _said(figure: Figure) -> str:
    interval = "" if figure.low is None or figure.high is None else f" [{figure.low:.3f}, {figure.high:.3f}]"
    return f"{figure.metric} {figure.value:.3f}{interval}"


def newest_figures(rows: Iterable[Mapping[str, Any]]) -> tuple[str | None, list[Figure]]:
    """The tuned model that was measured last, and its newest figures."""
    in_time = sorted(rows, key=lambda row: str(row["started_at"] or ""))
    if not in_time:
        return None, []
    policy_id = str(in_time[-1]["policy_id"])
    last = {row["metric"]: row for row in in_time if row["policy_id"] == policy_id}
    return policy_id, [Figure(row["metric"], row["value"], row["low"], row["high"]) for row in last.values()]


def last_model(asker: Asker, suite: str) -> tuple[str | None, str | None]:
    """The tuned model that was measured last, and why it looks over-optimised, if it does."""
    if not all(asker.exists(name) for name in TABLES):
        return None, None
    evaluations, policies, runs = map(asker.called, TABLES)
    rows = asker.rows(
        "SELECT e.policy_id, e.metric, e.value, e.low, e.high, r.started_at "
        f"FROM {evaluations} e JOIN {policies} p ON e.policy_id = p.policy_id "
        f"JOIN {policies} b ON e.rival_policy_id = b.policy_id LEFT JOIN {runs} r ON e.run_id = r.run_id "
        f"WHERE e.suite = {asker.dialect.literal(suite)} AND e.prompt_id IS NULL AND e.slice = '{ALL}' "
        "AND p.kind = 'tuned' AND b.kind = 'base'"
    )
    policy_id, figures = newest_figures(rows)
    return policy_id, overoptimised(figures)


def check_last_model(asker: Asker, suite: str) -> None:
    """Refuse to go further in a direction that only the reward model likes."""
    policy_id, why = last_model(asker, suite)
    if why:
        raise OverOptimised(
            f"the last model, {policy_id}, looks over-optimised: {why}. Another round would go further that way. "
            "Bring more preferences or ratings and train the reward model anew, give other scorers more weight "
            "(score.workloads), or look at the answers (`lakewheel evaluate`); then run `lakewheel tao --anyway`. "
            "Nothing was done."
        )
