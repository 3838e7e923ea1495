"""Shares of independent trials: exact intervals, and whether two shares differ."""

from __future__ import annotations


def clopper_pearson(hits: int, trials: int, confidence: float) -> tuple[float, float]:
    """The exact interval of a share: every share under which so many hits, or more to either side, are not too rare."""
    from scipy import stats

    if not 0 <= hits <= trials or not trials:
        raise ValueError(f"expected hits between 0 and the number of trials, which is above 0; got {hits} of {trials}.")
    tail = (1 - confidence) / 2
    low = 0.0 if hits == 0 else float(stats.beta.ppf(tail, hits, trials - hits + 1))
    high = 1.0 if hits == trials else float(stats.beta.ppf(1 - tail, hits + 1, trials - hits))
    return low, high


def difference_of_shares(
    hits: int, trials: int, other_hits: int, other_trials: int, confidence: float
) -> tuple[float, float]:
    """An interval of one share less another, of other trials, from the exact interval of each (Newcombe's square)."""
    share, other = hits / trials, other_hits / other_trials
    low, high = clopper_pearson(hits, trials, confidence)
    other_low, other_high = clopper_pearson(other_hits, other_trials, confidence)
    below = ((share - low) ** 2 + (other_high - other) ** 2) ** 0.5
    above = ((high - share) ** 2 + (other - other_low) ** 2) ** 0.5
    return share - other - below, share - other + above


def chance_of_difference(hits: int, trials: int, other_hits: int, other_trials: int) -> float:
    """Fisher's exact test: how likely shares of one coin lie at least as far apart as these."""
    from scipy import stats

    table = [[hits, trials - hits], [other_hits, other_trials - other_hits]]
    return float(stats.fisher_exact(table).pvalue)
