"""What a paired comparison can show, said before it is made: a suite that is too small is known to be."""

from __future__ import annotations

from math import inf, sqrt

SPREADS = 2000


def least_detectable(prompts: int, spread: float, confidence: float, power: float) -> float:
    """The smallest mean difference that so many prompts show with this power, as often as not fooled by chance.

    `spread` is the standard deviation of differences over prompts, stated or known from an earlier run. The paired t
    test is solved for it, which the bootstrap and the exact tests come close to; one prompt shows nothing.
    """
    if prompts < 2:
        return inf
    if not spread > 0:
        return 0.0
    return _least_standardised(prompts, confidence, power) * spread / sqrt(prompts)


def _least_standardised(prompts: int, confidence: float, power: float) -> float:
    """In standard errors: the power of the t test is a mean of normal tails over what spread the sample may show."""
    import numpy
    from scipy import optimize, stats

    freedom = prompts - 1
    reached = float(stats.t.ppf((1 + confidence) / 2, freedom))
    places = (numpy.arange(SPREADS) + 0.5) / SPREADS
    needed = reached * numpy.sqrt(stats.chi2.ppf(places, freedom) / freedom)

    def lacking(shift: float) -> float:
        beyond = stats.norm.cdf(shift - needed) + stats.norm.cdf(-shift - needed)
        return float(beyond.mean() - power)

    return float(optimize.brentq(lacking, 0.0, 4 * reached + 20))
