"""Two models on the same prompts: the mean difference, how often one wins, and how likely chance alone does that.

A prompt is one observation, however many answers it was given: whoever counts samples finds differences everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy

from lakehouse.identity import identity
from pipelines.statistics.arrays import Floats, Texts, floats
from pipelines.statistics.estimate import ALL, Figure, Resampling, estimated, mean_by_prompt

MOST_ENUMERATED, RANDOM_FLIPS = 14, 19_999
ROUNDING = 1e-12


@dataclass(frozen=True)
class Paired:
    """Values of two models for the same prompts, each prompt once."""

    prompt_id: Texts
    ours: Floats
    theirs: Floats

    def __post_init__(self) -> None:
        lengths = {len(self.prompt_id), len(self.ours), len(self.theirs), len(set(map(str, self.prompt_id)))}
        if len(lengths) > 1 or not (numpy.isfinite(self.ours).all() and numpy.isfinite(self.theirs).all()):
            raise ValueError(
                "expected one finite number of either model for each prompt, each prompt once. Take the mean over a "
                "prompt's samples first, and leave out prompts that one of the models has no value for."
            )

    @property
    def differences(self) -> Floats:
        return self.ours - self.theirs

    @property
    def wins(self) -> Floats:
        """For each prompt one, a half for a tie, or zero."""
        return floats((numpy.sign(self.differences) + 1) / 2)


def mean_difference(metric: str, paired: Paired, settings: Resampling, slice: str = ALL) -> Figure:
    """The mean over prompts of ours less theirs."""
    return mean_by_prompt(metric, paired.prompt_id, paired.differences, settings, slice=slice)


def win_rate(metric: str, paired: Paired, settings: Resampling, slice: str = ALL) -> Figure:
    """The share of prompts that we win, with half of the ties; a half where nothing is different."""
    return mean_by_prompt(metric, paired.prompt_id, paired.wins, settings, slice=slice, is_share=True)


def win_rate_at_equal_length(
    metric: str, paired: Paired, lengths: Paired, settings: Resampling, slice: str = ALL
) -> Figure:
    """The win rate that is left when the difference in length is taken out: where a straight line meets equal length.

    The line is fitted to wins over the difference in length, which is squashed so that one endless answer does not
    turn it.
    """
    gap = lengths.differences
    spread = float(numpy.sqrt(numpy.mean(gap**2))) if len(gap) else 0.0
    squashed = numpy.tanh(gap / spread) if spread else gap
    wins = paired.wins
    columns = numpy.column_stack([numpy.ones(len(wins)), squashed, squashed**2, wins, squashed * wins])
    figure = estimated(metric, paired.prompt_id, columns, settings, _at_zero, slice)
    if figure.value is not None and len(gap) and not gap.min() <= 0 <= gap.max():
        return figure.noted("One model always answers at greater length, so this looks beyond what was seen.")
    return figure


def _at_zero(sums: Floats) -> Floats:
    """The line's height where lengths are equal, kept between 0 and 1; the mean where lengths do not vary."""
    count, gap, squares, wins, products = sums.T
    with numpy.errstate(divide="ignore", invalid="ignore"):
        varies = squares / count - (gap / count) ** 2 > ROUNDING
        slope = (products / count - gap * wins / count**2) / (squares / count - (gap / count) ** 2)
        height = wins / count - numpy.where(varies, slope, 0.0) * gap / count
    return numpy.clip(height, 0.0, 1.0)


def chance_of_difference(paired: Paired) -> float:
    """How likely a mean at least as far from zero is if signs are chance: the sign-flip test, two-sided.

    Few prompts are tried in all ways. Of many, random ones are, with the one that was seen among them, which keeps the
    test exact; which they are is a function of the prompts.
    """
    differences = paired.differences[paired.differences != 0]
    if not len(differences):
        return 1.0
    seen = abs(differences.sum())
    slack = ROUNDING * float(numpy.abs(differences).sum())
    if len(differences) <= MOST_ENUMERATED:
        bits = numpy.arange(2 ** len(differences))[:, None] >> numpy.arange(len(differences)) & 1
        return float(numpy.mean(numpy.abs((1 - 2 * bits) @ differences) >= seen - slack))
    seed = int(identity("flips", *sorted(map(str, paired.prompt_id)))[:16], 16)
    order = numpy.argsort(paired.prompt_id[paired.differences != 0].astype(str))
    sums = _flipped_sums(differences[order], seed)
    return float((1 + numpy.count_nonzero(numpy.abs(sums) >= seen - slack)) / (1 + len(sums)))


def _flipped_sums(differences: Floats, seed: int) -> Floats:
    """Sums under random signs, a part at a time, for a large suite's signs would fill the memory."""
    chance, at_once, parts, left = (
        numpy.random.default_rng(seed),
        max(1, 4_000_000 // len(differences)),
        [],
        RANDOM_FLIPS,
    )
    while left > 0:
        rows = min(at_once, left)
        signs = chance.integers(0, 2, size=(rows, len(differences)), dtype=numpy.int8)
        parts.append(differences.sum() - 2.0 * (signs @ differences))
        left -= rows
    return numpy.concatenate(parts)


def chance_of_wins(paired: Paired) -> float:
    """The exact sign test: how likely a coin splits wins and losses at least so unevenly; ties say nothing."""
    from scipy import stats

    won, lost = int((paired.differences > 0).sum()), int((paired.differences < 0).sum())
    return float(stats.binomtest(won, won + lost).pvalue) if won + lost else 1.0


def spread_of_differences(paired: Paired) -> float:
    """The standard deviation of differences over prompts; 0 for a single one."""
    return float(numpy.std(paired.differences, ddof=1)) if len(paired.differences) > 1 else 0.0


def spread_of_wins(paired: Paired) -> float:
    """How far wins and losses lie from a half, which is what they do if both models are as good; ties narrow it."""
    return float(numpy.sqrt(numpy.mean((paired.wins - 0.5) ** 2))) if len(paired.differences) else 0.0


def part_of(paired: Paired, kept: Texts) -> Paired:
    """The same for some of the prompts only, which a mask names."""
    return replace(paired, prompt_id=paired.prompt_id[kept], ours=paired.ours[kept], theirs=paired.theirs[kept])
