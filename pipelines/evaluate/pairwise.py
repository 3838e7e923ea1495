"""Judges that compare: which of two models' answers is better, asked in both orders, kept for every prompt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from conf.settings import Settings
from lakehouse.home import Home
from lakehouse.identity import identity
from pipelines.engines.protocol import NOTHING_SPENT, Engine, Spent
from pipelines.evaluate.answers import Entrant, Tell
from pipelines.evaluate.rows import PREFERENCE, Ledger, Slot, answer_slot
from pipelines.evaluate.suite import HOLDOUT, Item, Suite
from pipelines.score.judges.judge import Judge
from pipelines.score.judges.means import means_of
from pipelines.score.judges.pairwise import Pair, Preference, compare
from pipelines.score.judges.scorer import PREFIX

WORTH = {"a": 1.0, "tie": 0.5, "b": 0.0}


@dataclass(frozen=True)
class Arbiter:
    """A judge of pairs, and the engine that it runs on."""

    judge: Judge
    make_engine: Callable[[], Engine]
    model_digest: str
    workloads: tuple[str, ...] | None = None

    @property
    def name(self) -> str:
        return PREFIX + self.judge.name

    @property
    def digest(self) -> str:
        """Rubric, reading and model."""
        return identity(self.judge.digest, self.model_digest)

    def items(self, suite: Suite) -> list[Item]:
        """The held-out prompts whose answers it compares."""
        return [one for one in suite.part(HOLDOUT) if self.workloads is None or one.workload in self.workloads]

    def slot(self, policy_id: str, rival_id: str, item: Item) -> Slot:
        """Where its word on a prompt is kept."""
        digest = identity(item.digest, self.digest)
        return Slot(policy_id, item, 0, PREFERENCE + self.name, digest, rival_id)


def arbiters_of(settings: Settings, home: Home) -> tuple[Arbiter, ...]:
    """Every judge of the settings that compares pairs, unless evaluate.scorers leaves it out."""
    wanted = settings.evaluate.scorers
    names = [
        name
        for name, section in settings.judges.items()
        if section.kind == "pairwise" and (wanted is None or PREFIX + name in wanted)
    ]
    means = [means_of(name, settings, home) for name in names]
    return tuple(Arbiter(one.judge, one.make_engine, one.model_digest, one.settings.workloads) for one in means)


def compare_missing(
    ledger: Ledger, arbiter: Arbiter, entrants: Sequence[Entrant], suite: Suite, per_batch: int, tell: Tell
) -> Spent:
    """The first model against each of the others, on the prompts that both have answered; equal answers are ties."""
    ours, *rivals = entrants
    waiting: list[tuple[Slot, Pair]] = []
    for rival in rivals:
        for item in arbiter.items(suite):
            slot = arbiter.slot(ours.policy_id, rival.policy_id, item)
            own, other = (ledger.answer(answer_slot(one.policy_id, item, 0)) for one in (ours, rival))
            if own is None or other is None or ledger.has(slot):
                continue
            if own == other:
                ledger.add(slot, WORTH["tie"], note="Both answers are the same.")
            else:
                waiting.append((slot, Pair(item.messages, own, other)))
    return _heard(ledger, arbiter, waiting, per_batch, tell) if waiting else NOTHING_SPENT


def _heard(ledger: Ledger, arbiter: Arbiter, waiting: Sequence[tuple[Slot, Pair]], per_batch: int, tell: Tell) -> Spent:
    engine, spent = arbiter.make_engine(), NOTHING_SPENT
    try:
        for start in range(0, len(waiting), per_batch):
            part = waiting[start : start + per_batch]
            said = compare(engine, arbiter.judge, [pair for _, pair in part])
            for (slot, _), one in zip(part, said, strict=True):
                if isinstance(one, Preference):
                    spent += one.spent
                    ledger.add(slot, WORTH[one.better] if one.better else None, note=one.reason)
            ledger.keep()
            tell(f"{arbiter.name}: {min(start + per_batch, len(waiting))} of {len(waiting)} pairs")
    finally:
        engine.close()
    return spent


def preferences_of(
    ledger: Ledger, arbiter: Arbiter, policy_id: str, rival_id: str, suite: Suite
) -> dict[str, float | None]:
    """For each prompt 1 where the first model's answer is better, a half for a tie, 0; None where it abstained."""
    slots = {item.prompt_id: arbiter.slot(policy_id, rival_id, item) for item in arbiter.items(suite)}
    return {name: ledger.value(slot) for name, slot in slots.items() if ledger.has(slot)}
