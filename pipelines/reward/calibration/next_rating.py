"""Which answer a person should rate next: the one whose rating is expected to narrow the interval most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.reward.calibration.agreement import Sample
from pipelines.reward.calibration.interval import Figure, figure_of
from pipelines.reward.calibration.mapping import Mapping
from pipelines.score.judges.judge import HIGHEST, LOWEST

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Numbers = NDArray[float64]
else:
    Numbers = Any

DRAWS = 1000
LEAST_SPREAD = 0.5
"""People's ratings stray at least so far from any mapping; five ratings alone may show less."""


@dataclass(frozen=True)
class Unrated:
    """An answer without a rating, and what the judge gave it."""

    candidate_id: str
    prompt: str
    answer: str
    score: float


@dataclass(frozen=True)
class NextRating:
    """The answer to ask about, and how wide the interval is now and is expected to be with its rating."""

    unrated: Unrated
    width: float
    expected_width: float
    is_uncovered: bool
    """True where no rated answer has a score near this one's: there the mapping is a guess."""


def most_telling(
    metric: str, sample: Sample, mapping: Mapping, unrated: Sequence[Unrated], confidence: float
) -> NextRating | None:
    """First the answer farthest from all scores that have a rating; where none is far, by simulation.

    The simulation gives each answer every rating that people may give, as likely as the mapping finds it, and sees how
    wide the interval is then. It believes the mapping, so it is of no use where that was never tried. The ratings that
    are there keep their own mapped value. Answers with the same score are worth the same: the first by name stands for
    them.
    """
    if not unrated:
        return None
    far = [one for one in unrated if _distance(one, sample) > _usual_gap(sample)]
    if far:
        farthest = max(_distance(one, sample) for one in far)
        unrated = [one for one in far if _distance(one, sample) == farthest]
    now = _width(figure_of(metric, sample, confidence, DRAWS))
    spread = max(LEAST_SPREAD, float((sample.mapped - sample.ratings).std()))
    by_score = {round(one.score, 6): one for one in sorted(unrated, key=lambda one: one.candidate_id, reverse=True)}
    found = [
        NextRating(one, now, _expected_width(metric, sample, mapping, one.score, spread, confidence), bool(far))
        for one in by_score.values()
    ]
    return min(found, key=lambda one: (one.expected_width, one.unrated.candidate_id))


def _expected_width(
    metric: str, sample: Sample, mapping: Mapping, score: float, spread: float, confidence: float
) -> float:
    import numpy

    mapped = float(mapping([score])[0])
    ratings = numpy.arange(LOWEST, HIGHEST + 1, dtype=float)
    likely = numpy.exp(-(((ratings - mapped) / spread) ** 2) / 2)
    widths = [_width(figure_of(metric, _with(sample, score, mapped, rating), confidence, DRAWS)) for rating in ratings]
    return float(likely @ numpy.array(widths) / likely.sum())


def _distance(one: Unrated, sample: Sample) -> float:
    return float(abs(sample.scores - one.score).min())


def _usual_gap(sample: Sample) -> float:
    """How far scores would be apart if they were spread evenly over what they cover, and one number at most."""
    covered = float(sample.scores.max() - sample.scores.min())
    return min(1.0, covered / max(1, len(sample) - 1))


def _with(sample: Sample, score: float, mapped: float, rating: float) -> Sample:
    import numpy

    return Sample(
        numpy.append(sample.scores, score), numpy.append(sample.mapped, mapped), numpy.append(sample.ratings, rating)
    )


def _width(figure: Figure) -> float:
    return figure.high - figure.low
