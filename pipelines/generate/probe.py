"""The probe: a few answers by every strategy, and how much a good choice among them could gain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import mean
from time import monotonic

from conf import GenerateSettings
from lakehouse.identity import identity
from pipelines.engines.protocol import Engine, Message
from pipelines.generate.asking import Drawn, Piece, ask, tokens_of
from pipelines.generate.strategies import Shot, Way, ways
from pipelines.overlap import token_overlap


@dataclass(frozen=True)
class Probed:
    """A prompt that the probe asks, and the answer to it that a person liked, where there is one."""

    prompt_id: str
    workload: str
    messages: tuple[Message, ...]
    liked: str | None


@dataclass(frozen=True)
class Material:
    """What is asked, and the rated examples to ask with."""

    prompts: tuple[Probed, ...]
    rated: tuple[Shot, ...]


@dataclass(frozen=True)
class Headroom:
    """One strategy on the prompts of the probe; null where nothing could be compared."""

    strategy: str
    answers: int
    refused: int
    distinct: float | None
    finished: float | None
    tokens: float | None
    agreement: float | None
    liked: float | None
    best: float | None
    headroom: float | None
    seconds: float


def probe(
    engine: Engine, settings: GenerateSettings, material: Material, watch: Callable[[str], None] = lambda name: None
) -> list[Headroom]:
    """Every strategy that the settings know, used or not, on the same prompts."""
    everything = settings.model_copy(update={"use": tuple(settings.strategies)})
    workloads = sorted({prompt.workload for prompt in material.prompts})
    asked = ways(everything, workloads, material.rated)
    found = []
    for name in settings.strategies:
        own = [way for way in asked if way.strategy == name]
        if own:
            watch(name)
            found.append(_tried(engine, name, own, material.prompts))
    return found


def _tried(engine: Engine, name: str, own: Sequence[Way], prompts: Sequence[Probed]) -> Headroom:
    began = monotonic()
    by_prompt: dict[str, list[Drawn]] = {}
    for way in own:
        pieces = [_piece(way, prompt) for prompt in prompts if prompt.workload == way.workload]
        for one in ask(engine, pieces, reference=False):
            by_prompt.setdefault(one.piece.prompt_id, []).append(one)
    return _measured(name, by_prompt, {one.prompt_id: one.liked for one in prompts}, monotonic() - began)


def _piece(way: Way, prompt: Probed) -> Piece:
    """Names of the probe's own, so that its samples are not those which the candidates will be."""
    numbers = tuple(range(way.samples))
    names = tuple(identity("probe", prompt.prompt_id, way.digest, number) for number in numbers)
    return Piece(way, prompt.prompt_id, prompt.messages, names, numbers)


def _measured(name: str, by_prompt: dict[str, list[Drawn]], liked: dict[str, str | None], seconds: float) -> Headroom:
    drawn = [one for group in by_prompt.values() for one in group if one.refusal is None]
    groups = {prompt: [one.final.text for one in group if one.refusal is None] for prompt, group in by_prompt.items()}
    groups = {prompt: texts for prompt, texts in groups.items() if texts}
    overlaps = [
        [token_overlap(text, wish) for text in texts] for prompt, texts in groups.items() if (wish := liked[prompt])
    ]
    typical = _mean([mean(values) for values in overlaps])
    best = _mean([max(values) for values in overlaps])
    return Headroom(
        strategy=name,
        answers=len(drawn),
        refused=sum(len(group) for group in by_prompt.values()) - len(drawn),
        distinct=_mean([len(set(texts)) / len(texts) for texts in groups.values()]),
        finished=_mean([float(one.final.finish_reason == "stop") for one in drawn]),
        tokens=_mean([float(tokens_of(one).answer_tokens) for one in drawn]),
        agreement=_mean([token_overlap(*pair) for texts in groups.values() for pair in combinations(texts, 2)]),
        liked=typical,
        best=best,
        headroom=None if best is None or typical is None else round(best - typical, 3),
        seconds=round(seconds, 1),
    )


def _mean(values: Sequence[float]) -> float | None:
    return round(mean(values), 3) if values else None
