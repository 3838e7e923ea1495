"""The evaluation as a whole: every figure of every model, every comparison, the battery, and their rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conf import EvaluateSettings
from lakehouse.identity import identity
from pipelines.evaluate.figures import Measured, comparison_figures, level_figures
from pipelines.evaluate.regressions import Before, form_difference, form_share
from pipelines.evaluate.suite import HOLDOUT, REGRESSION, Item, Suite
from pipelines.statistics.estimate import ALL, Figure
from pipelines.statistics.power import least_detectable
from pipelines.statistics.rows import figure_row

Earlier = Callable[[str, str, str], Before | None]
"""From a model, a metric and the version of now to what the version before said."""


@dataclass(frozen=True)
class Report:
    """What was found; the first model is the one that is measured, the others are its rivals."""

    suite: str
    suite_digest: str
    models: tuple[Measured, ...]
    levels: Mapping[str, tuple[Figure, ...]]
    comparisons: Mapping[str, tuple[Figure, ...]]
    """For each rival, the measured model against it."""
    workloads: Mapping[str, str]
    battery: tuple[Item, ...]
    planned: str
    """What the suite can show, as it was said before the first answer was drawn."""

    @property
    def policy(self) -> Measured:
        return self.models[0]

    @property
    def rivals(self) -> tuple[Measured, ...]:
        return self.models[1:]

    def level(self, policy_id: str, metric: str, slice: str = ALL) -> Figure | None:
        """One figure of a model; None where there is none."""
        return _found(self.levels[policy_id], metric, slice)

    def comparison(self, rival_id: str, metric: str, slice: str = ALL) -> Figure | None:
        """One figure against a rival."""
        return _found(self.comparisons[rival_id], metric, slice)


def report_of(
    suite: Suite, settings: EvaluateSettings, digest: str, models: Sequence[Measured], earlier: Earlier
) -> Report:
    """Everything that the answers and their scores say."""
    workloads, policy = suite.workloads, models[0]
    levels = {
        one.policy_id: (*level_figures(one, workloads, settings), *_forms(one, suite, settings, earlier))
        for one in models
    }
    return Report(
        settings.suite,
        digest,
        tuple(models),
        levels,
        {one.policy_id: tuple(_against(policy, one, workloads, settings)) for one in models[1:]},
        workloads,
        tuple(suite.part(HOLDOUT)[: settings.battery_prompts]),
        what_it_can_show(len(workloads), settings),
    )


def what_it_can_show(prompts: int, settings: EvaluateSettings) -> str:
    """What so many prompts can tell, before any is asked; for a win rate nothing has to be known for that."""
    least = least_detectable(prompts, settings.spread, settings.confidence, settings.power)
    said = f"{prompts} held-out prompts can show a difference of {least:.3g}"
    terms = f"(spread {settings.spread:g}, found {settings.power:.0%} of the time, {settings.confidence:.0%} sure)"
    if least <= settings.least_effect:
        return f"{said} {terms}; {settings.least_effect:g} is wanted, so they are enough."
    return (
        f"{said} {terms}; {settings.least_effect:g} is wanted, which takes {_prompts_for(settings)} prompts. What is "
        "smaller will be called too few prompts to tell."
    )


def _prompts_for(settings: EvaluateSettings) -> int:
    """The fewest prompts that show what matters, by halving."""
    low, high = 2, 4
    while least_detectable(high, settings.spread, settings.confidence, settings.power) > settings.least_effect:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        shown = least_detectable(middle, settings.spread, settings.confidence, settings.power)
        low, high = (low, middle) if shown <= settings.least_effect else (middle, high)
    return high


def rows_of(report: Report, round: int) -> list[dict[str, Any]]:
    """Rows of the table evaluations but for the run: each model by itself, and the measured one against each rival."""

    def row(policy_id: str, rival_id: str | None, figure: Figure) -> dict[str, Any]:
        return figure_row(figure, policy_id, rival_id, round, report.suite, report.suite_digest)

    levels = [row(policy_id, None, figure) for policy_id, found in report.levels.items() for figure in found]
    policy_id = report.policy.policy_id
    comparisons = [
        row(policy_id, rival_id, figure) for rival_id, found in report.comparisons.items() for figure in found
    ]
    return levels + comparisons


def _forms(one: Measured, suite: Suite, settings: EvaluateSettings, earlier: Earlier) -> list[Figure]:
    found = []
    for metric, passed in one.trials.items():
        version = _version(metric, suite, settings)
        before = earlier(one.policy_id, metric, version)
        found.append(form_share(metric, passed, version, settings.confidence, before))
    return found


def _version(metric: str, suite: Suite, settings: EvaluateSettings) -> str:
    """A changed prompt, form or temperature is another version of the test."""
    (item,) = suite.part(metric)
    (test,) = [one for one in settings.regressions if REGRESSION + one.name == metric]
    return identity(item.digest, *(check.model_dump_json() for check in test.checks), *test.golds)[:8]


def _against(
    policy: Measured, rival: Measured, workloads: Mapping[str, str], settings: EvaluateSettings
) -> list[Figure]:
    forms = [
        form_difference(metric, passed, rival.trials[metric], settings.confidence)
        for metric, passed in policy.trials.items()
    ]
    return [*comparison_figures(policy, rival, workloads, settings), *forms]


def _found(figures: Sequence[Figure], metric: str, slice: str) -> Figure | None:
    return next((one for one in figures if (one.metric, one.slice) == (metric, slice)), None)
