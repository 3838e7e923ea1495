"""The scorers that settings declare: one for each check, with the workloads that it applies to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from conf.rule_names import EVERY_WORKLOAD, rule_name
from conf.rules import Check as CheckSettings
from conf.rules import LanguageCheck, SqlCheck
from lakehouse.first_line import first_line
from lakehouse.identity import file_digest, identity
from pipelines.engines.protocol import Unasked
from pipelines.languages import DETECTOR
from pipelines.score.protocol import Score, ScorerMaker, Subject
from pipelines.score.rules.code_check import code_check
from pipelines.score.rules.grounding import citations_check, grounded_check
from pipelines.score.rules.json_checks import json_check, json_fields_check
from pipelines.score.rules.language import language_check
from pipelines.score.rules.lengths import length_check
from pipelines.score.rules.matches import exact_check, token_f1_check
from pipelines.score.rules.numbers import number_check
from pipelines.score.rules.patterns import contains_check, regex_check
from pipelines.score.rules.refusals import refusal_check
from pipelines.score.rules.sql_check import SqlChecker
from pipelines.score.rules.verdict import Check, abstained

CHECKS: dict[str, tuple[Callable[[Any], Check], int]] = {
    "json": (json_check, 1),
    "json_fields": (json_fields_check, 1),
    "regex": (regex_check, 1),
    "contains": (contains_check, 1),
    "length": (length_check, 1),
    "language": (language_check, 1),
    "exact": (exact_check, 1),
    "token_f1": (token_f1_check, 1),
    "number": (number_check, 1),
    "sql": (SqlChecker, 1),
    "citations": (citations_check, 1),
    "grounded": (grounded_check, 1),
    "refusal": (refusal_check, 1),
    "code": (code_check, 1),
}
"""By kind: what makes the check, and the version of its code, which grows when any answer would be judged otherwise."""


class DatabaseMissing(FileNotFoundError):
    """A check names a database file that is not there."""


@dataclass(frozen=True)
class RulesMaker:
    """One check, as it is sent to an actor."""

    name: str
    digest: str
    settings: CheckSettings
    workloads: frozenset[str]

    def applies_to(self, workload: str) -> bool:
        """Whether it is declared for the workload, or for all."""
        return bool(self.workloads & {workload, EVERY_WORKLOAD})

    def __call__(self) -> RulesScorer:
        """The check, ready to judge."""
        make, _ = CHECKS[self.settings.check]
        return RulesScorer(self.name, make(self.settings))


class RulesScorer:
    """Judges answers one by one; one that the check throws on is left undecided, and the others are judged."""

    def __init__(self, name: str, check: Check) -> None:
        self.name = name
        self._check = check

    def score(self, subjects: Sequence[Subject]) -> list[Score | Unasked]:
        """A score for each, in their order."""
        return [self._score_one(subject) for subject in subjects]

    def close(self) -> None:
        """End what the check has started."""
        if isinstance(self._check, SqlChecker):
            self._check.close()

    def _score_one(self, subject: Subject) -> Score:
        try:
            return self._check(subject)
        except Exception as problem:
            return abstained(f"the check failed on this answer: {type(problem).__name__}: {first_line(problem)}")


def rule_makers(rules: Mapping[str, Sequence[CheckSettings]]) -> list[ScorerMaker]:
    """A maker for each different check, in the order of the settings; the same check of two workloads is one."""
    makers: dict[str, RulesMaker] = {}
    for workload, checks in rules.items():
        for check in map(_located, checks):
            digest = _digest(check)
            workloads = makers[digest].workloads if digest in makers else frozenset()
            makers[digest] = RulesMaker(rule_name(check), digest, check, workloads | {workload})
    return list(makers.values())


def _located(check: CheckSettings) -> CheckSettings:
    """With the whole path of its database, for an actor works in a folder of its own."""
    if not isinstance(check, SqlCheck):
        return check
    file = Path(check.database).expanduser().resolve()
    if not file.is_file():
        raise DatabaseMissing(f"Expected the database of {rule_name(check)} at {file}, got none. Correct `database`.")
    return check.model_copy(update={"database": str(file)})


def _digest(check: CheckSettings) -> str:
    """The settings, the version of the code, and what else decides: a database by its content, not by its place."""
    _, code_version = CHECKS[check.check]
    parts = [check.check, str(code_version), check.model_dump_json(exclude={"database"})]
    if isinstance(check, SqlCheck):
        parts.append(file_digest(Path(check.database)))
    if isinstance(check, LanguageCheck):
        parts.append(version(DETECTOR))
    return identity("rule", *parts)
