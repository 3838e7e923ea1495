"""What a test says so far: each metric's difference with its interval, the guardrails, and whether to stop."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy

from conf import AbSettings, GuardrailSettings, MetricSettings
from pipelines.release.ab.people import People
from pipelines.release.ab.ratio import Ratio, ratio_of
from pipelines.release.ab.sequences import Flags, Floats, guesses_of, interval

Word = Literal["better", "worse", "cannot tell yet"]
Decision = Literal["better", "worse", "harmful", "cannot tell yet", "invalid"]


@dataclass(frozen=True)
class Measured:
    """One metric: both arms, the challenger's mean less the champion's, and what that comes to."""

    metric: str
    champion_people: int
    challenger_people: int
    champion_mean: float | None
    challenger_mean: float | None
    difference: float | None
    low: float
    high: float
    confidence: float
    word: Word
    is_harmful: bool = False
    """For a guardrail: whether it is certainly worse by more than is tolerated."""
    is_harmless: bool = False
    """For a guardrail: whether it is certainly not."""
    note: str | None = None


@dataclass(frozen=True)
class Report:
    """All that is known of a test at one look."""

    primary: Measured
    guardrails: tuple[Measured, ...]
    ratio: Ratio
    waiting: int
    """People whose time for outcomes is not over."""
    decision: Decision
    sentence: str

    @property
    def is_lost(self) -> bool:
        return self.decision in ("worse", "harmful")


def report_on(people: People, settings: AbSettings) -> Report:
    """Everything about a test, from its people alone; what was found at an earlier look stays found."""
    ratio = ratio_of(people.is_challenger, settings.share, settings.ratio_confidence)
    primary = _measured(people, settings.primary.name, settings.primary, settings, settings.confidence)
    sureness = 1 - (1 - settings.confidence) / max(1, len(settings.guardrails))
    guardrails = tuple(
        _guarded(_measured(people, name, guardrail, settings, sureness), guardrail, settings)
        for name, guardrail in settings.guardrails.items()
    )
    decision, sentence = _decided(primary, guardrails, ratio, settings)
    return Report(primary, guardrails, ratio, int((~people.is_over).sum()), decision, sentence)


def _measured(people: People, name: str, metric: MetricSettings, settings: AbSettings, confidence: float) -> Measured:
    counts = people.is_over & ~numpy.isnan(people.values[name])
    is_challenger, values = people.is_challenger[counts], people.values[name][counts]
    width = metric.most - metric.least
    guesses = guesses_of(is_challenger, (values - metric.least) / width, settings.share)
    low, high = (width * end for end in interval(guesses, 1 - confidence))
    champion, challenger = _mean(values, ~is_challenger), _mean(values, is_challenger)
    numbers = int((~is_challenger).sum()), int(is_challenger.sum())
    return Measured(
        name,
        *numbers,
        champion,
        challenger,
        None if champion is None or challenger is None else challenger - champion,
        low,
        high,
        confidence,
        _word(low, high, metric) if min(numbers) >= settings.least_subjects else "cannot tell yet",
        note=_note(is_challenger, (low, high), settings),
    )


def _word(low: float, high: float, metric: MetricSettings) -> Word:
    worst, best = (low, high) if metric.direction == "higher" else (-high, -low)
    if not worst <= best:
        return "cannot tell yet"
    return "better" if worst > 0 else "worse" if best < 0 else "cannot tell yet"


def _guarded(found: Measured, guardrail: GuardrailSettings, settings: AbSettings) -> Measured:
    worst, best = (found.low, found.high) if guardrail.direction == "higher" else (-found.high, -found.low)
    enough = min(found.champion_people, found.challenger_people) >= settings.least_subjects
    is_sound = enough and worst <= best
    return replace(
        found,
        is_harmful=is_sound and best < -guardrail.tolerance,
        is_harmless=is_sound and worst >= -guardrail.tolerance,
    )


def _note(is_challenger: Flags, ends: tuple[float, float], settings: AbSettings) -> str | None:
    """What a person must know who reads the figure."""
    if not len(is_challenger):
        return "Nobody has been measured yet."
    fewest = min(int(is_challenger.sum()), int((~is_challenger).sum()))
    if fewest < settings.least_subjects:
        return f"Only {fewest} people in an arm, and {settings.least_subjects} are wanted."
    if not ends[0] <= ends[1]:
        return "The difference was not the same all along, so no one figure describes it."
    if ratio_of(is_challenger, settings.share, settings.ratio_confidence).is_mismatch:
        return "More people of one arm told this than chance explains; those who did not may differ."
    return None


def _decided(
    primary: Measured, guardrails: tuple[Measured, ...], ratio: Ratio, settings: AbSettings
) -> tuple[Decision, str]:
    if ratio.is_mismatch:
        return "invalid", ratio.sentence
    harmful = [
        f"{_figures(one)}, and {settings.guardrails[one.metric].tolerance:g} is tolerated"
        for one in guardrails
        if one.is_harmful
    ]
    if harmful:
        return "harmful", f"The challenger breaks a guardrail: {'; '.join(harmful)}."
    if primary.word == "worse":
        return "worse", f"The challenger is worse: {_figures(primary)}."
    if primary.word == "better":
        open_ones = [one.metric for one in guardrails if not one.is_harmless]
        still = f" Whether {', '.join(open_ones)} stays within what is tolerated is not clear yet." if open_ones else ""
        return "better", f"The challenger is better: {_figures(primary)}.{still}"
    return "cannot tell yet", f"It cannot be told yet: {_figures(primary)}. {primary.note or ''}".strip()


def _figures(found: Measured) -> str:
    """The difference and its interval, as a sentence has them."""
    if found.difference is None:
        return f"{found.metric} was not measured in both arms"
    people = f"{found.champion_people} and {found.challenger_people} people"
    return (
        f"{found.metric} differs by {found.difference:+.4g}, between {found.low:+.4g} and {found.high:+.4g} "
        f"(confidence {found.confidence:.4g} over all looks), from {people}"
    )


def _mean(values: Floats, which: Flags) -> float | None:
    found = float(values[which].mean()) if which.any() else math.nan
    return found if math.isfinite(found) else None
