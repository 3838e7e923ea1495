"""The gate: from figures and thresholds to accept, refuse or cannot tell, with every objection in words.

A threshold either holds, or is missed beyond doubt (its whole interval lies on the wrong side), or is open. One that is
missed refuses; one that is open refuses too if it is a `must`, and is `cannot_tell` if it is a `proof`. What was not
measured, or is not a number, refuses: nobody may pass by being looked at less.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from conf import ReleaseSettings, ThresholdSettings
from pipelines.release.evidence import ALL, Evidence, Measured, scorer_of
from pipelines.release.words import (
    aim_in_words,
    figure_in_words,
    missed_in_words,
    missing_in_words,
    not_a_number_in_words,
    open_in_words,
    told_twice_in_words,
)

ACCEPT, REFUSE, CANNOT_TELL = "accept", "refuse", "cannot_tell"
EACH, ANY = "each", "*"


class NoThresholds(ValueError):
    """Nothing is asked of a model, so that anything would pass."""


@dataclass(frozen=True)
class Decision:
    """What came of it: the decision, every objection, what else a reader should know, and the figures that decided."""

    decision: str
    objections: tuple[str, ...]
    remarks: tuple[str, ...]
    figures: dict[str, float]


@dataclass(frozen=True)
class Point:
    """One threshold at one place: a metric, a slice, and the figure that was measured there."""

    threshold: ThresholdSettings
    metric: str
    slice: str
    rival_policy_id: str | None
    found: Measured | None


@dataclass(frozen=True)
class Objection:
    """Something that stands in the way; whether it refuses, or only leaves it open."""

    refuses: bool
    sentence: str


def decide(evidence: Evidence, settings: ReleaseSettings) -> Decision:
    """Every threshold at every place that it names; accepted is who leaves no objection."""
    if not settings.thresholds:
        raise NoThresholds(
            "expected thresholds that a model has to meet, and release.thresholds is empty, so that anything would be "
            "accepted. Name at least one; docs/release.md has examples."
        )
    points = [point for threshold in all_thresholds(settings) for point in points_of(threshold, evidence, settings)]
    objections = [*(_distrust(evidence, settings)), *_objections(points, evidence, settings)]
    return Decision(
        decision=_decision(objections),
        objections=tuple(dict.fromkeys(one.sentence for one in objections)),
        remarks=tuple(_remarks(points)),
        figures={name: value for point in points for name, value in _numbers(point)},
    )


def all_thresholds(settings: ReleaseSettings) -> tuple[ThresholdSettings, ...]:
    """Those of the settings, and the ceiling of costs where there is one."""
    if settings.most_cost_per_thousand is None:
        return settings.thresholds
    most = settings.most_cost_per_thousand
    ceiling = ThresholdSettings(metric="cost_per_thousand", slice=ALL, bound="value", at_most=most, kind="must")
    return (*settings.thresholds, ceiling)


def points_of(threshold: ThresholdSettings, evidence: Evidence, settings: ReleaseSettings) -> Iterator[Point]:
    """Every place that a threshold names; a place without a figure is one too."""
    suite, rival = threshold.suite or settings.suite, evidence.rival(threshold.against)
    beginning = threshold.metric.removesuffix(ANY)
    metrics = [threshold.metric] if beginning == threshold.metric else evidence.metrics(suite, beginning, rival)
    slices = (evidence.workloads(suite) or [ALL]) if threshold.slice == EACH else [threshold.slice]
    for metric in metrics or [threshold.metric]:
        for slice in slices:
            yield Point(threshold, metric, slice, rival, evidence.find(suite, metric, slice, rival))


def _objections(points: list[Point], evidence: Evidence, settings: ReleaseSettings) -> Iterator[Objection]:
    for point in points:
        if not _is_vacuous(point):
            yield from _objection(point, evidence, settings)


def _objection(point: Point, evidence: Evidence, settings: ReleaseSettings) -> Iterator[Objection]:
    threshold, found = point.threshold, point.found
    name = figure_in_words(point.metric, point.slice, point.rival_policy_id, threshold.against)
    if found is None or found.value is None:
        yield Objection(
            True, missing_in_words(name, evidence.policy_id, point.rival_policy_id, found.note if found else None)
        )
    elif evidence.contradicts_itself(found):
        yield Objection(True, told_twice_in_words(name))
    elif not all(math.isfinite(one) for one in (found.value, found.low, found.high) if one is not None):
        yield Objection(True, not_a_number_in_words(name))
    elif threshold.against and (found.prompts or 0) < settings.least_prompts:
        few = f"It rests on {found.prompts or 0} prompts; {settings.least_prompts} are wanted (release.least_prompts)."
        yield Objection(threshold.kind == "must", open_in_words(name, found, aim_in_words(threshold), few))
    elif not _holds(getattr(found, threshold.bound), threshold):
        yield _missed(name, found, threshold)


def _missed(name: str, found: Measured, threshold: ThresholdSettings) -> Objection:
    aim = aim_in_words(threshold)
    if _is_refuted(found, threshold):
        return Objection(True, missed_in_words(name, found, aim, threshold))
    return Objection(threshold.kind == "must", open_in_words(name, found, aim, found.note))


def _holds(value: float | None, threshold: ThresholdSettings) -> bool:
    """Written so that what is not there, or is not a number, does not hold."""
    if value is None:
        return False
    if threshold.above is not None:
        return value > threshold.above
    if threshold.at_least is not None:
        return value >= threshold.at_least
    return threshold.at_most is not None and value <= threshold.at_most


def _is_refuted(found: Measured, threshold: ThresholdSettings) -> bool:
    """Whether even the favourable end of the interval is on the wrong side; what is just equal is not."""
    if threshold.bound == "value" and threshold.kind == "must":
        return True
    if threshold.at_most is not None:
        return found.low is not None and found.low > threshold.at_most
    limit = threshold.above if threshold.above is not None else threshold.at_least
    return found.high is not None and limit is not None and found.high < limit


def _is_vacuous(point: Point) -> bool:
    """A threshold for whatever begins so, and nothing does; who insists on a metric names it."""
    return point.threshold.metric.endswith(ANY) and point.found is None and point.metric == point.threshold.metric


def _distrust(evidence: Evidence, settings: ReleaseSettings) -> Iterator[Objection]:
    asked = {scorer_of(threshold.metric) for threshold in all_thresholds(settings)}
    for scorer, why in sorted(evidence.distrust.items()):
        if settings.require_trust and scorer in asked:
            yield Objection(True, why)


def _remarks(points: list[Point]) -> Iterator[str]:
    for point in points:
        if _is_vacuous(point):
            yield f"Nothing that begins with {point.metric.removesuffix(ANY)} was measured, so nothing of it was asked."


def _decision(objections: list[Objection]) -> str:
    if not objections:
        return ACCEPT
    return REFUSE if any(one.refuses for one in objections) else CANNOT_TELL


def _numbers(point: Point) -> Iterator[tuple[str, float]]:
    """What decided, as the verdict's row keeps it: only numbers, for what is none stands among the objections."""
    for end in ("value", "low", "high"):
        number = getattr(point.found, end) if point.found else None
        if number is not None and math.isfinite(number):
            suffix = "" if end == "value" else f" {end}"
            against = f" against {point.threshold.against}" if point.threshold.against else ""
            yield f"{point.metric} in {point.slice}{against}{suffix}", number
