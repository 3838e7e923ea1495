"""How far a judge agrees with people: weighted kappa, Kendall's tau-b, accuracy; plainly, and for weighted samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Numbers = NDArray[float64]
else:
    Numbers = Any

NOTHING = 1e-12
Agreement = Callable[["Sample", Numbers], Numbers]
"""The agreement in a sample for each row of weights; a row sums to one."""


@dataclass(frozen=True)
class Sample:
    """What the judge said and what people said of the same answers, all held out from what the judge was shown."""

    scores: Numbers
    """The judge's own ratings; only their order counts."""
    mapped: Numbers
    """The same on people's scale, each by a mapping that was fitted on the others."""
    ratings: Numbers

    def __len__(self) -> int:
        return len(self.ratings)

    @property
    def evenly(self) -> Numbers:
        import numpy

        return numpy.full((1, len(self)), 1 / len(self))


def value_of(agreement: Agreement, sample: Sample) -> float:
    """The agreement where every answer counts alike."""
    return float(agreement(sample, sample.evenly)[0])


def weighted_kappa(sample: Sample, weights: Numbers) -> Numbers:
    """Cohen's kappa with quadratic weights; on whole numbers the usual one, and it takes fractions as they are."""
    mapped, rated = sample.mapped, sample.ratings
    observed = weights @ (mapped - rated) ** 2
    by_chance = weights @ mapped**2 + weights @ rated**2 - 2 * (weights @ mapped) * (weights @ rated)
    return _one_minus(observed, by_chance)


def kendall_tau(sample: Sample, weights: Numbers) -> Numbers:
    """Tau-b of the judge's own ratings against people's: whether it orders answers as they do."""
    judged, rated = _order(sample.scores), _order(sample.ratings)
    together = ((weights @ (judged * rated)) * weights).sum(axis=1)
    either = ((weights @ judged**2) * weights).sum(axis=1) * ((weights @ rated**2) * weights).sum(axis=1)
    return _ratio(together, either**0.5)


def accuracy(sample: Sample, weights: Numbers) -> Numbers:
    """How often the mapped rating, rounded, is people's, rounded."""
    return weights @ hits(sample)


def hits(sample: Sample) -> Numbers:
    """One for each answer on which both agree to the number."""
    import numpy

    return (numpy.floor(sample.mapped + 0.5) == numpy.floor(sample.ratings + 0.5)).astype(float)


AGREEMENTS: dict[str, Agreement] = {
    "weighted_kappa": weighted_kappa,
    "kendall_tau": kendall_tau,
    "accuracy": accuracy,
}


def _order(values: Numbers) -> Numbers:
    import numpy

    return numpy.sign(values[:, None] - values[None, :])


def _one_minus(part: Numbers, whole: Numbers) -> Numbers:
    """One minus a share; no agreement where there is nothing to agree on."""
    import numpy

    return numpy.where(whole > NOTHING, 1 - part / numpy.maximum(whole, NOTHING), 0.0)


def _ratio(part: Numbers, whole: Numbers) -> Numbers:
    import numpy

    return numpy.where(whole > NOTHING, part / numpy.maximum(whole, NOTHING), 0.0)
