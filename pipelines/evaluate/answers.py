"""Drawing the answers that are missing: one model in memory, bare prompts in batches, and a few by the clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log
from time import perf_counter

from conf import EvaluateSettings
from pipelines.engines.protocol import NOTHING_SPENT, Answer, Ask, Engine, Refusal, Said, Spent, Told, Unasked
from pipelines.evaluate.rows import ANSWER, READ, SECONDS, WRITTEN, Ledger, Slot, answer_slot, score_slot
from pipelines.evaluate.suite import HOLDOUT, Item, Suite
from pipelines.generate.asking import seed_of
from pipelines.generate.policy import Policy

LIKELIHOOD, LIKELIHOOD_VERSION = "gold:bits_per_byte", "1"
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Entrant:
    """A model that is measured, and how it is loaded."""

    policy: Policy
    make_engine: Callable[[], Engine]

    @property
    def policy_id(self) -> str:
        return self.policy.policy_id


@dataclass(frozen=True)
class Drawn:
    """What drawing came to."""

    answers: int = 0
    left: int = 0
    """Answers that were put off, such as for want of money."""
    spent: Spent = NOTHING_SPENT
    seconds: float = 0.0


def draw_missing(ledger: Ledger, entrant: Entrant, suite: Suite, settings: EvaluateSettings, tell: Tell) -> Drawn:
    """Every answer of a model that is not known yet; its engine is made only if there is one."""
    wanted = [(item, _missing(ledger, entrant.policy_id, item)) for item in suite.items]
    asked = [(item, samples) for item, samples in wanted if samples]
    golds = [item for item in suite.part(HOLDOUT) if item.golds and not ledger.has(_likelihood(entrant, item))]
    if not (asked or golds):
        return Drawn()
    tell(f"{entrant.policy.name}: loading")
    engine, started = entrant.make_engine(), perf_counter()
    try:
        drawing = _Drawing(ledger, entrant, engine, tell, sum(len(samples) for _, samples in asked))
        timed = {item.prompt_id for item in suite.part(HOLDOUT)[: settings.timed_prompts]}
        alone = [one for one in asked if one[0].part == HOLDOUT and one[0].prompt_id in timed]
        together = [one for one in asked if one not in alone]
        for start in range(0, len(together), settings.prompts_per_batch):
            drawing.ask(together[start : start + settings.prompts_per_batch])
        for one in alone:  # last, for the first questions wait for a model to warm up
            drawing.ask([one], is_timed=True)
        drawing.likelihoods(golds, settings.prompts_per_batch)
    finally:
        engine.close()
    return Drawn(drawing.answers, drawing.left, drawing.spent, perf_counter() - started)


def _missing(ledger: Ledger, policy_id: str, item: Item) -> list[int]:
    return [sample for sample in range(item.samples) if not ledger.has(answer_slot(policy_id, item, sample))]


def _likelihood(entrant: Entrant, item: Item) -> Slot:
    return score_slot(entrant.policy_id, item, 0, LIKELIHOOD, LIKELIHOOD_VERSION)


class _Drawing:
    """One model while it answers."""

    def __init__(self, ledger: Ledger, entrant: Entrant, engine: Engine, tell: Tell, planned: int) -> None:
        self.ledger, self.entrant, self.engine, self.tell, self.planned = ledger, entrant, engine, tell, planned
        self.answers, self.left, self.spent = 0, 0, NOTHING_SPENT

    def ask(self, asked: Sequence[tuple[Item, list[int]]], is_timed: bool = False) -> None:
        """Seeds are functions of prompt and sample alone: every model meets the same chance."""
        asks = [
            Ask(item.messages, item.sampling, tuple(seed_of(item.digest, sample) for sample in samples))
            for item, samples in asked
        ]
        started = perf_counter()
        replies = self.engine.answer(asks)
        seconds = perf_counter() - started if is_timed else None
        for (item, samples), reply in zip(asked, replies, strict=True):
            if not isinstance(reply, list):
                self.spent += reply.spent
            if isinstance(reply, Unasked):
                self.left += len(samples)
            else:
                each: Sequence[Answer | Refusal] = [reply] * len(samples) if isinstance(reply, Refusal) else reply
                for sample, one in zip(samples, each, strict=True):
                    self._know(item, sample, one, seconds)
        self.ledger.keep()
        self.tell(f"{self.entrant.policy.name}: {self.answers} of {self.planned} answers")

    def likelihoods(self, items: Sequence[Item], per_batch: int) -> None:
        """Bits that the model needs for each byte of a gold answer; the mean over a prompt's golds."""
        for start in range(0, len(items), per_batch):
            part = items[start : start + per_batch]
            told = [Told(item.messages, tuple(Said(gold) for gold in item.golds)) for item in part]
            for item, found in zip(part, self.engine.log_probabilities(told), strict=True):
                bits = bits_per_byte(item.golds, found)
                note = "The engine tells no likelihood of given text." if bits is None else None
                self.ledger.add(_likelihood(self.entrant, item), bits, note=note)
            self.ledger.keep()

    def _know(self, item: Item, sample: int, one: Answer | Refusal, seconds: float | None) -> None:
        slots = {
            name: answer_slot(self.entrant.policy_id, item, sample, name) for name in (ANSWER, READ, WRITTEN, SECONDS)
        }
        self.answers += 1
        if isinstance(one, Refusal):
            self.ledger.add(slots[ANSWER], note=f"{one.reason}: {one.detail}")
            return
        cut = None if one.finish_reason == "stop" else f"It ended by {one.finish_reason}."
        self.spent += one.spent
        self.ledger.add(slots[ANSWER], answer=one.text, note=cut)
        self.ledger.add(slots[READ], float(one.prompt_tokens))
        self.ledger.add(slots[WRITTEN], float(one.answer_tokens))
        if seconds is not None:
            self.ledger.add(slots[SECONDS], seconds)


def bits_per_byte(golds: Sequence[str], log_probabilities: Sequence[float | None]) -> float | None:
    """Perplexity that does not depend on how a model cuts text into tokens; None where a gold has no likelihood."""
    each = [
        -told / log(2) / len(gold.encode())
        for gold, told in zip(golds, log_probabilities, strict=True)
        if told is not None and gold
    ]
    return sum(each) / len(each) if each and len(each) == len(golds) else None
