"""A base that repeats the question, a model that says only its last word, and a reward that counts words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from conf import load_settings
from lakehouse.place import Lakehouse
from lakehouse.provenance import provenance_of
from lakehouse.write import append_missing
from pipelines.engines.echo import EchoEngine
from pipelines.engines.protocol import Ask, Reply
from pipelines.evaluate.answers import Entrant
from pipelines.evaluate.entrants import prices_of
from pipelines.evaluate.golds import PlainMaker
from pipelines.evaluate.pairwise import Arbiter
from pipelines.evaluate.step import Bench, Evaluated, evaluate
from pipelines.generate.policy import Policy, base_policy
from pipelines.score.protocol import Subject
from tests.lakehouse.rows import frame

TUNED = {
    "policy_id": "tuned",
    "kind": "tuned",
    "name": "terse",
    "round": 1,
    "parent_policy_id": None,
    "example_set_id": "set",
    "model_digest": "d",
    "location": "tuned/tuned",
    "licence": None,
}
EXAMPLE = {
    "example_set_id": "set",
    "example_id": "e",
    "method": "sft",
    "round": 1,
    "split": "train",
    "prompt_id": "p",
    "candidate_ids": [],
    "tokens": [1],
    "answer_start": 0,
    "weight": 1.0,
    "run_id": "run",
}
QUICK = ("engine.kind=echo", "evaluate.resamples=200", "evaluate.timed_prompts=2")


class Terse(EchoEngine):
    """Says only the last word; the colder of two temperatures in capital letters."""

    def answer(self, asks: Sequence[Ask]) -> list[Reply]:
        replies = super().answer(asks)
        return [
            [replace(one, text=one.text.split()[-1], answer_tokens=1) for one in reply]
            if isinstance(reply, list)
            else reply
            for reply in replies
        ]


@dataclass
class Stable:
    """The two models, and how often each was loaded."""

    lakehouse: Lakehouse
    loaded: list[str] = field(default_factory=list)

    def entrants(self) -> list[Entrant]:
        settings = load_settings("test", QUICK).settings
        base = base_policy(settings.model, settings.engine, self.lakehouse.place.home)
        return [Entrant(Policy(TUNED, None), self._terse), Entrant(base, self._echo)]

    def _terse(self) -> EchoEngine:
        self.loaded.append("terse")
        return Terse()

    def _echo(self) -> EchoEngine:
        self.loaded.append("echo")
        return EchoEngine()


def words(subject: Subject) -> float:
    return float(len(subject.answer.split()))


def evaluated(
    stable: Stable,
    *overrides: str,
    makers: Sequence[Any] = (PlainMaker("reward", words),),
    arbiters: Sequence[Arbiter] = (),
) -> Evaluated:
    """The step as its door would call it."""
    resolved = load_settings("test", [*QUICK, *overrides])
    settings = resolved.settings
    prices = prices_of(settings.evaluate, settings.engine)
    bench = Bench(settings.evaluate, tuple(makers), tuple(arbiters), prices, 256, settings.tracking)
    return evaluate(stable.lakehouse, stable.entrants(), bench, provenance_of(resolved), 1)


def add_tuned(lakehouse: Lakehouse, **example: Any) -> None:
    """The tuned model, and one example that it learned from."""
    append_missing(lakehouse, "policies", frame(lakehouse, "policies", [TUNED | {"run_id": "run"}]))
    append_missing(lakehouse, "examples", frame(lakehouse, "examples", [EXAMPLE | example]))
