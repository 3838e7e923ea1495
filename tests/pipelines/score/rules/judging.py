"""The shortest way to declare a check as a settings file would, and to ask it about answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from conf.rules import Check
from pipelines.score.protocol import Score, Subject
from pipelines.score.rules.make import RulesMaker, rule_makers

LONG = 100_000


def declared(**settings: Any) -> Any:
    return TypeAdapter(Check).validate_json(json.dumps(settings))


def maker(**settings: Any) -> RulesMaker:
    (only,) = rule_makers({"all": [declared(**settings)]})
    return only


def about(answer: str, golds: Sequence[str] = (), prompt: str = "") -> Subject:
    return Subject("facts", ({"role": "user", "content": prompt},), answer, tuple(golds))


def scores(subjects: Sequence[Subject], **settings: Any) -> list[Score]:
    scorer = maker(**settings)()
    try:
        found = scorer.score(subjects)
    finally:
        scorer.close()
    assert len(found) == len(subjects)
    return [score for score in found if isinstance(score, Score)]


def judge(answer: str, golds: Sequence[str] = (), prompt: str = "", **settings: Any) -> Score:
    """One answer."""
    (score,) = scores([about(answer, golds, prompt)], **settings)
    assert score.passed is not None or (score.value is None and score.reason)
    assert score.passed is not False or score.reason
    return score
