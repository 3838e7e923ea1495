"""From a judge's rating to people's: a rising line that five rated answers can bear and many can bend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.score.judges.judge import HIGHEST, LOWEST

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Numbers = NDArray[float64]
else:
    Numbers = Any

MIDDLE = (LOWEST + HIGHEST) / 2


@dataclass(frozen=True)
class Mapping:
    """Breakpoints of a line that never falls; beyond them it stays what it was there."""

    scores: tuple[float, ...]
    ratings: tuple[float, ...]

    def __call__(self, scores: Sequence[float] | Numbers) -> Numbers:
        import numpy

        return numpy.interp(scores, self.scores, self.ratings)


def fit_mapping(scores: Sequence[float], ratings: Sequence[float], prior_ratings: float) -> Mapping:
    """The isotonic regression of ratings that were first drawn a little towards a gentle straight line.

    Isotonic regression alone believes every point: of five it makes steps. An ordinal model alone never bends with
    many. So there is a prior that weighs as much as `prior_ratings` ratings, however many there are. It is a line:
    people's ratings on the judge's by least squares, with a slope that is shrunk towards none (and never falls) and a
    height that is shrunk towards the middle of the scale. Each rating moves towards the line by prior / (prior +
    number); the isotonic regression of the moved ratings is the mapping. With five ratings and a prior of two that is
    29 % of the way, with five hundred 0.4 %, so that the mapping becomes the plain isotonic one by itself. A judge
    whose order has nothing to do with people's gets a nearly flat line near people's mean, which moves nothing.
    """
    import numpy
    from sklearn.isotonic import IsotonicRegression

    given, rated = numpy.asarray(scores, float), numpy.asarray(ratings, float)
    share = prior_ratings / (prior_ratings + len(given))
    moved = (1 - share) * rated + share * _line(given, rated, prior_ratings)
    fitted = IsotonicRegression(y_min=LOWEST, y_max=HIGHEST, out_of_bounds="clip").fit(given, moved)
    return Mapping(tuple(map(float, fitted.X_thresholds_)), tuple(map(float, fitted.y_thresholds_)))


def left_out(scores: Sequence[float], ratings: Sequence[float], prior_ratings: float) -> list[float]:
    """What the mapping says of each rating when it was fitted on the others alone."""
    places = range(len(scores))
    return [
        float(
            fit_mapping(
                [scores[other] for other in places if other != place],
                [ratings[other] for other in places if other != place],
                prior_ratings,
            )([scores[place]])[0]
        )
        for place in places
    ]


def _line(scores: Numbers, ratings: Numbers, prior_ratings: float) -> Numbers:
    """Least squares on scores of unit spread, with so many ratings' worth of belief in the middle and in no slope."""
    import numpy

    spread = scores.std()
    if not spread > 0:
        slope, standard = 0.0, numpy.zeros_like(scores)
    else:
        standard = (scores - scores.mean()) / spread
        slope = max(0.0, float(standard @ ratings) / (len(scores) + prior_ratings))
    height = (ratings.sum() + MIDDLE * prior_ratings) / (len(ratings) + prior_ratings)
    return numpy.clip(height + slope * standard, LOWEST, HIGHEST)
