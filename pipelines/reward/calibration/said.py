"""What a calibration came to, in words for whoever asked for it."""

from __future__ import annotations

from itertools import pairwise

from conf import CalibrationSettings
from pipelines.reward.calibration.interval import Figure
from pipelines.reward.calibration.measure import Measured
from pipelines.reward.calibration.next_rating import NextRating

NAMES = {"weighted_kappa": "weighted kappa", "kendall_tau": "Kendall's tau-b", "accuracy": "accuracy"}
LONGEST_QUOTE = 200


def verdict_of(found: Measured, settings: CalibrationSettings) -> str:
    """Certified or not, and what decided."""
    decisive = found.figures[settings.metric]
    standing = "certified" if found.certified else "uncertified"
    told = f"{found.judge.name} is {standing}: {NAMES[settings.metric]} {said(decisive)} on {len(found.sample)} answers"
    if not decisive.low >= settings.least:
        return f"{told}; the lower end has to reach {settings.least:g}."
    if found.shift is None and not found.certified:
        return f"{told}, but it rated no answer with instructions inside, so nobody knows how far they move it."
    if found.shift is not None and not found.certified:
        return (
            f"{told}, but instructions inside answers move it by {found.shift:+.3f} of its scale, more than "
            f"{settings.most_injection_shift:g}."
        )
    return f"{told}; the lower end reaches {settings.least:g}."


def lines_of(found: Measured, settings: CalibrationSettings, disputed: int, wanted: NextRating | None) -> list[str]:
    """The verdict, the other agreements, what is odd about the ratings, and what to ask a person next."""
    lines = [verdict_of(found, settings)]
    others = [f"{NAMES[name]} {said(figure)}" for name, figure in found.figures.items() if name != settings.metric]
    lines.append(f"Also: {'; '.join(others)}. Every answer was held out from what the judge was shown and fitted on.")
    lines.append(f"It is shown {len(found.judge.shots)} rated examples from now on.")
    if found.heard.silent:
        lines.append(f"It abstained from {len(found.heard.silent)}; the first time: {found.heard.silent[0]}")
    if disputed:
        lines.append(f"Raters contradict each other on {disputed} of the answers; their mean counts.")
    if found.shift is not None:
        lines.append(f"Instructions inside answers move it by {found.shift:+.3f} of its scale on average.")
    lines.append(next_of(found, wanted))
    return lines


def said(figure: Figure) -> str:
    """A figure with its interval."""
    return f"{figure.value:.2f} [{figure.low:.2f}, {figure.high:.2f}]"


def next_of(found: Measured, wanted: NextRating | None) -> str:
    """The rating that would tell most; without candidates, where on the judge's scale nothing is known."""
    if wanted is None:
        low, high = widest_gap(found)
        return (
            f"Rate next: an answer that the judge finds between {low:.2f} and {high:.2f}, where no rating is. "
            "Draw candidates (`lakewheel generate`) and calibrate again to be told which."
        )
    quote = wanted.unrated.answer.strip().replace("\n", " ")[:LONGEST_QUOTE]
    why = (
        "no rated answer has a score near that"
        if wanted.is_uncovered
        else f"the interval is expected to go from {wanted.width:.2f} to {wanted.expected_width:.2f} wide"
    )
    known = f"candidate {wanted.unrated.candidate_id} (the judge says {wanted.unrated.score:.2f}; {why})"
    return f"Rate next: {known}: {quote}"


def widest_gap(found: Measured) -> tuple[float, float]:
    """The widest stretch between neighbouring scores."""
    scores = sorted(found.heard.scores)
    return max(pairwise(scores), key=lambda pair: pair[1] - pair[0])
