"""The verdict: whether to tune on the word of this reward model, and in words why not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from conf import TrustSettings
from pipelines.statistics.estimate import ALL, Figure, said

Find = Callable[[str], Figure]


@dataclass(frozen=True)
class Verdict:
    """Every reason not to tune, and every warning; no reason is the only way to a yes."""

    reasons: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def tune(self) -> bool:
        return not self.reasons


def verdict_of(figures: list[Figure], certified: Mapping[str, bool], settings: TrustSettings) -> Verdict:
    """What the figures come to; a figure that is missing counts against the reward model."""
    overall = {figure.metric: figure for figure in figures if figure.slice == ALL}

    def find(metric: str) -> Figure:
        return overall.get(metric, Figure(metric, None, note="It was not measured."))

    reasons = [*_about_pairs(find, settings), *_about_candidates(find, settings), *_about_truth(overall, settings)]
    agreements = [figure for figure in figures if figure.metric == "agreement"]
    warnings = [*_warnings(find, settings), *_about_others(agreements, certified, settings)]
    if "true_gain" not in overall:
        warnings.append("No gold answers are known to the candidates, so what choosing gains is the reward's own word.")
    return Verdict(tuple(reasons), tuple(warnings))


def _about_pairs(find: Find, settings: TrustSettings) -> Iterator[str]:
    accuracy, above = find("pair_accuracy"), find("above_length")
    if accuracy.prompts < settings.least_prompts:
        yield (
            f"Held-out pairs of {accuracy.prompts} prompts are too few to tell anything; {settings.least_prompts} are "
            "wanted. Compare more answers, or keep a larger share (pairs.holdout_share)."
        )
    if not _above(accuracy.low, settings.least_accuracy):
        yield (
            f"It tells the better of two held-out answers in {said(accuracy)} of pairs; the lower end has to be above "
            f"{settings.least_accuracy:.2f}. It needs more pairs, or less contradictory ones."
        )
    if not _above(above.low, settings.least_beyond_length):
        yield (
            f"It is not shown to be better than choosing by length alone: the difference is {said(above)}, and the "
            f"lower end has to be above {settings.least_beyond_length:.2f}. It needs pairs of like length."
        )


def _about_candidates(find: Find, settings: TrustSettings) -> Iterator[str]:
    headroom, tied = find("headroom"), find("tied_prompts")
    if headroom.prompts < settings.least_prompts:
        yield (
            f"{headroom.prompts} prompts with several candidates are too few to tell what choosing gains; "
            f"{settings.least_prompts} are wanted."
        )
    if not _above(headroom.low, settings.least_headroom):
        yield (
            f"There is little to choose from: the best candidate scores {said(headroom)} above a mean one, and the "
            f"lower end has to be above {settings.least_headroom:.2f}. Draw by other strategies, or more candidates."
        )
    if not (tied.value is not None and tied.value <= settings.most_tied):
        yield (
            f"All candidates score the same for {said(tied)} of prompts; at most {settings.most_tied:.2f} may. Draw "
            "more varied candidates, or add a scorer that tells them apart."
        )


def _about_truth(overall: Mapping[str, Figure], settings: TrustSettings) -> Iterator[str]:
    """Only where gold answers are known; they outweigh what the reward model says of itself."""
    gain, share = overall.get("true_gain"), overall.get("oracle_share")
    if gain is None or share is None:
        return
    if not _above(gain.low, 0.0):
        yield f"Its choice is not shown to be better than a random candidate: the true gain is {said(gain)}."
    if not (share.value is not None and share.value >= settings.least_oracle_share):
        yield (
            f"It takes {said(share)} of what a perfect choice would gain; at least {settings.least_oracle_share:.2f} "
            "is wanted. Train it on harder pairs: better and worse candidates of this very model."
        )


def _warnings(find: Find, settings: TrustSettings) -> Iterator[str]:
    error, drift = find("calibration_error"), find("drift_stability_index")
    if not _at_most(error.value, settings.most_calibration_error):
        yield f"How sure it is says little about how often it is right: the calibration error is {said(error)}."
    for metric, where in (("length_correlation", "over all candidates"), ("length_correlation_within_prompt", "")):
        figure = find(metric)
        if figure.value is not None and not abs(figure.value) <= settings.most_length_correlation:
            yield f"Reward follows length {where or 'within prompts'}: the rank correlation is {said(figure)}."
    if not _at_most(drift.value, settings.most_drift):
        yield f"New prompts' scores do not look like those it was trained on: the stability index is {said(drift)}."


def _about_others(agreements: list[Figure], certified: Mapping[str, bool], settings: TrustSettings) -> Iterator[str]:
    for figure in agreements:
        if not (figure.value is not None and figure.value >= settings.least_agreement):
            yield f"It parts from {figure.slice}: they agree to {said(figure)} (1: fully, 0: as by chance)."
    for name in sorted(name for name, is_certified in certified.items() if not is_certified):
        yield f"The judge {name} is uncertified: nobody has shown that it agrees with people."


def _above(value: float | None, floor: float) -> bool:
    return value is not None and value > floor


def _at_most(value: float | None, ceiling: float) -> bool:
    return value is not None and value <= ceiling
