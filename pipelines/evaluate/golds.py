"""Scorers that need no model: gold answers of held-out prompts, general questions, and the form of regression tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from conf import RegressionSettings
from lakehouse.identity import identity
from pipelines.engines.protocol import Unasked
from pipelines.evaluate.general import general_questions
from pipelines.evaluate.suite import REGRESSION
from pipelines.overlap import token_overlap
from pipelines.score.protocol import Score, Scorer, ScorerMaker, Subject
from pipelines.score.rules.make import rule_makers

TOKEN_F1, EXACT_MATCH, FORGETTING = "gold:token_f1", "gold:exact_match", "forgetting:exact_match"
NO_GOLD = "There is no gold answer to this prompt."


@dataclass(frozen=True)
class PlainMaker:
    """A scorer that is one function of a subject; `version` grows when its code would say otherwise."""

    name: str
    judge: Callable[[Subject], float | None]
    version: str = "1"

    @property
    def digest(self) -> str:
        return identity(self.name, self.version)

    def applies_to(self, workload: str) -> bool:
        """It says so itself, prompt by prompt."""
        return True

    def __call__(self) -> PlainScorer:
        return PlainScorer(self)


class PlainScorer:
    """The function, by the protocol of scorers."""

    def __init__(self, maker: PlainMaker) -> None:
        self.name, self.judge = maker.name, maker.judge

    def score(self, subjects: Sequence[Subject]) -> list[Score | Unasked]:
        values = map(self.judge, subjects)
        return [Score(value, reason=NO_GOLD if value is None else None) for value in values]

    def close(self) -> None:
        """It holds nothing."""


def token_f1(subject: Subject) -> float | None:
    """Words in common with the nearest gold answer."""
    return max((token_overlap(subject.answer, gold) for gold in subject.golds), default=None)


def exact_match(subject: Subject) -> float | None:
    """Whether it is a gold answer, but for white space and capital letters."""
    answer = _plain(subject.answer)
    return float(any(answer == _plain(gold) for gold in subject.golds)) if subject.golds else None


def general_match(subject: Subject) -> float:
    """Whether an accepted answer stands in it."""
    known = {one.question: one for one in general_questions()}
    return float(known[subject.messages[-1]["content"]].is_right(subject.answer))


GOLD_MAKERS = (PlainMaker(TOKEN_F1, token_f1), PlainMaker(EXACT_MATCH, exact_match))
GENERAL_MAKER = PlainMaker(FORGETTING, general_match)


@dataclass(frozen=True)
class FormMaker:
    """All checks of one regression test as one scorer."""

    test: RegressionSettings
    makers: tuple[ScorerMaker, ...]

    @property
    def name(self) -> str:
        return REGRESSION + self.test.name

    @property
    def digest(self) -> str:
        return identity("form", *(one.digest for one in self.makers), *self.test.golds)

    def applies_to(self, workload: str) -> bool:
        return workload == self.name

    def __call__(self) -> FormScorer:
        return FormScorer(self.name, [one() for one in self.makers])


class FormScorer:
    """Passes what every check passes; a check that cannot decide has not passed."""

    def __init__(self, name: str, checks: Sequence[Scorer]) -> None:
        self.name, self.checks = name, checks

    def score(self, subjects: Sequence[Subject]) -> list[Score | Unasked]:
        said = [check.score(subjects) for check in self.checks]
        return [self._together(each) for each in zip(*said, strict=True)]

    def close(self) -> None:
        for check in self.checks:
            check.close()

    def _together(self, each: Sequence[Score | Unasked]) -> Score:
        failed = [one for one in each if not (isinstance(one, Score) and one.passed)]
        reasons = [one.reason or "" for one in failed if isinstance(one, Score)]
        return Score(float(not failed), not failed, "; ".join(reasons) or None)


def form_maker(test: RegressionSettings) -> FormMaker:
    """The checks of a regression test, ready to be made."""
    return FormMaker(test, tuple(rule_makers({"all": test.checks})))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
