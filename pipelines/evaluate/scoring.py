"""Scoring the answers of all models: one scorer after the other, each distinct answer to a prompt once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conf import EvaluateSettings
from pipelines.engines.protocol import NOTHING_SPENT, Spent
from pipelines.evaluate.answers import Entrant, Tell
from pipelines.evaluate.golds import GENERAL_MAKER, GOLD_MAKERS, form_maker
from pipelines.evaluate.rows import Ledger, Slot, answer_slot, score_slot
from pipelines.evaluate.suite import GENERAL, HOLDOUT, Item, Suite
from pipelines.score.examiner import finite
from pipelines.score.protocol import Score, ScorerMaker, Subject


@dataclass(frozen=True)
class Marker:
    """Who scores which part of the suite."""

    part: str
    maker: ScorerMaker
    needs_gold: bool = False

    @property
    def metric(self) -> str:
        return self.maker.name

    def slot(self, policy_id: str, item: Item, sample: int = 0) -> Slot:
        """Where its word on an answer is kept."""
        return score_slot(policy_id, item, sample, self.metric, self.maker.digest)


def markers_of(settings: EvaluateSettings, makers: Sequence[ScorerMaker]) -> tuple[Marker, ...]:
    """Gold answers, general questions and regression tests, and of the scorers those that the settings name."""
    wanted = [one for one in makers if settings.scorers is None or one.name in settings.scorers]
    held_out = [Marker(HOLDOUT, one, one in GOLD_MAKERS) for one in (*GOLD_MAKERS, *wanted)]
    general = [Marker(GENERAL, GENERAL_MAKER)] if settings.general else []
    forms = [Marker(one.name, one) for one in map(form_maker, settings.regressions)]
    return (*held_out, *general, *forms)


def absent_scorers(settings: EvaluateSettings, there: Sequence[str]) -> list[str]:
    """Scorers that are asked for and not there; a reward model is always asked for, unless the settings name others."""
    wanted = ("reward",) if settings.scorers is None else settings.scorers
    return sorted(set(wanted) - set(there))


def score_missing(
    ledger: Ledger,
    marker: Marker,
    entrants: Sequence[Entrant],
    suite: Suite,
    per_batch: int,
    tell: Tell,
) -> Spent:
    """Every answer that the scorer has not scored; answers that are the same get one and the same score."""
    waiting: dict[tuple[str, str], list[Slot]] = {}
    for slot, answer in _unscored(ledger, marker, entrants, suite):
        waiting.setdefault((slot.item.prompt_id, answer), []).append(slot)
    if not waiting:
        return NOTHING_SPENT
    groups = [(_subject(slots[0].item, answer), slots) for (_, answer), slots in waiting.items()]
    scorer, spent = marker.maker(), NOTHING_SPENT
    try:
        for start in range(0, len(groups), per_batch):
            part = groups[start : start + per_batch]
            for (_, slots), score in zip(part, scorer.score([subject for subject, _ in part]), strict=True):
                if isinstance(score, Score):
                    spent += score.spent
                    _know(ledger, slots, finite(score))
            ledger.keep()
            tell(f"{marker.metric}: {min(start + per_batch, len(groups))} of {len(groups)} answers")
    finally:
        scorer.close()
    return spent


def _unscored(ledger: Ledger, marker: Marker, entrants: Sequence[Entrant], suite: Suite) -> Iterator[tuple[Slot, str]]:
    for item in suite.part(marker.part):
        if not marker.maker.applies_to(item.workload) or (marker.needs_gold and not item.golds):
            continue
        for entrant in entrants:
            for sample in range(item.samples):
                slot = marker.slot(entrant.policy_id, item, sample)
                answer = ledger.answer(answer_slot(entrant.policy_id, item, sample))
                if answer is not None and not ledger.has(slot):
                    yield slot, answer


def _subject(item: Item, answer: str) -> Subject:
    return Subject(item.workload, item.messages, answer, item.golds)


def _know(ledger: Ledger, slots: Sequence[Slot], score: Score) -> None:
    """A check counts by whether it passed, everything else by its number."""
    value = score.value if score.passed is None else float(score.passed)
    for slot in slots:
        ledger.add(slot, value, note=score.reason)
