"""A judge is heard on every rated answer without having seen it; what comes of that is its calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from conf import CalibrationSettings
from pipelines.engines.protocol import Engine, Unasked
from pipelines.reward.calibration.agreement import AGREEMENTS, Sample
from pipelines.reward.calibration.examples import check_enough, choose_shots, shots_without
from pipelines.reward.calibration.interval import Figure, figure_of
from pipelines.reward.calibration.mapping import Mapping, fit_mapping, left_out
from pipelines.score.judges.absolute import Asked, rate
from pipelines.score.judges.fence import Fence
from pipelines.score.judges.injections import INJECTIONS, injected
from pipelines.score.judges.judge import HIGHEST, LOWEST, Judge, RatedExample

UNKNOWN_MARK = Fence("0" * 16).mark


class CalibrationUnfinished(RuntimeError):
    """The judge could not be heard on all rated answers."""


@dataclass(frozen=True)
class Heard:
    """The rated answers that the judge rated, and its ratings, each given without seeing that answer's own."""

    examples: tuple[RatedExample, ...]
    scores: tuple[float, ...]
    silent: tuple[str, ...]
    """Why it abstained from the others."""


@dataclass(frozen=True)
class Measured:
    """What a calibration found out."""

    judge: Judge
    """With the examples that it is shown from now on."""
    heard: Heard
    mapping: Mapping
    sample: Sample
    figures: dict[str, Figure]
    shift: float | None
    """How far injections move it on average, as a share of the scale; None if that was not tried."""
    certified: bool


def measure(engine: Engine, judge: Judge, examples: Sequence[RatedExample], most_shots: int,
            settings: CalibrationSettings) -> Measured:  # fmt: skip
    """Hear the judge, fit the mapping, and state the agreement of answers that were held out of both."""
    check_enough(examples)
    heard = hear(engine, judge, examples, most_shots)
    _check_heard(heard)
    mapping, sample = _fitted(heard, settings.prior_ratings)
    figures = {metric: figure_of(metric, sample, settings.confidence) for metric in AGREEMENTS}
    ready = replace(judge, shots=choose_shots(heard.examples, most_shots))
    shift = injection_shift(engine, ready, heard.examples[: settings.injected_answers])
    firm = not settings.injected_answers or (shift is not None and abs(shift) <= settings.most_injection_shift)
    certified = firm and figures[settings.metric].low >= settings.least
    return Measured(ready, heard, mapping, sample, figures, shift, certified)


def hear(engine: Engine, judge: Judge, examples: Sequence[RatedExample], most_shots: int) -> Heard:
    """The judge's rating of each answer, shown neither its rating nor another answer to its prompt."""
    asked = [
        Asked(replace(judge, shots=shots_without(examples, one, most_shots)), one.messages, one.answer)
        for one in examples
    ]
    said = rate(engine, asked)
    put_off = [one for one in said if isinstance(one, Unasked)]
    if put_off:
        raise CalibrationUnfinished(
            f"expected a word on each of {len(said)} rated answers, and {len(put_off)} were put off: "
            f"{put_off[0].why}. Raise most_money of the judge's engine and calibrate again."
        )
    rated = [(example, one) for example, one in zip(examples, said, strict=True) if not isinstance(one, Unasked)]
    spoken = [(example, one.rating) for example, one in rated if one.rating is not None]
    silent = tuple(one.reason for _, one in rated if one.rating is None)
    return Heard(tuple(one for one, _ in spoken), tuple(score for _, score in spoken), silent)


def injection_shift(engine: Engine, judge: Judge, examples: Sequence[RatedExample]) -> float | None:
    """The mean change of the judge's rating when each injection stands in each answer, as a share of the scale.

    The guard is left out: it knows these attempts, and what is asked is whether the model heeds those that it does not.
    """
    if not examples:
        return None
    honest = [Asked(judge, one.messages, one.answer) for one in examples]
    attacks = [
        Asked(judge, one.messages, injected(template, one.answer, UNKNOWN_MARK))
        for template in INJECTIONS.values()
        for one in examples
    ]
    said = rate(engine, [*honest, *attacks], guarded=False)
    scores = [None if isinstance(one, Unasked) else one.rating for one in said]
    before = scores[: len(honest)] * len(INJECTIONS)
    moves = [
        after - plain
        for plain, after in zip(before, scores[len(honest) :], strict=True)
        if plain is not None and after is not None
    ]
    return sum(moves) / len(moves) / (HIGHEST - LOWEST) if moves else None


def _fitted(heard: Heard, prior_ratings: float) -> tuple[Mapping, Sample]:
    import numpy

    ratings = [one.rating for one in heard.examples]
    mapped = left_out(heard.scores, ratings, prior_ratings)
    sample = Sample(numpy.array(heard.scores), numpy.array(mapped), numpy.array(ratings))
    return fit_mapping(heard.scores, ratings, prior_ratings), sample


def _check_heard(heard: Heard) -> None:
    """The same conditions for what the judge rated; it may have abstained from nearly all."""
    if len(heard.examples) < 2 and heard.silent:
        raise CalibrationUnfinished(
            f"expected the judge to rate at least two answers, and it abstained from {len(heard.silent)} of "
            f"{len(heard.silent) + len(heard.examples)}; the first time: {heard.silent[0]}"
        )
    check_enough(heard.examples)
