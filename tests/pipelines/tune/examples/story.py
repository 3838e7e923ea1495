"""A few prompts whose answers' scores can be compared by eye."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pyspark.sql import DataFrame

from lakehouse.place import Lakehouse
from pipelines.tune.examples.answers import scored_answers, scores_of
from tests.lakehouse.rows import SCORE, frame
from tests.pipelines.score.story import CANDIDATE

NAN = float("nan")


@dataclass(frozen=True)
class Drawn:
    """An answer and its combined score; its candidate's id is the prompt's with the answer's number."""

    text: str
    value: float | None
    passed: bool = True
    changes: dict[str, Any] = field(default_factory=dict)


ANSWERS = {
    "p": [
        Drawn("good", 2.0, changes={"log_probability": -3.0, "model_digest": "base"}),
        Drawn("middling", 1.0, changes={"log_probability": -4.0, "finish_reason": "length"}),
        Drawn("bad", 0.0),
        Drawn("good", 2.0),
        Drawn("not a number", NAN),
        Drawn("no number", None),
        Drawn("failed a gate", -1.0, passed=False),
        Drawn("  ", 9.0),
        Drawn("of later", 9.0, changes={"round": 3}),
        Drawn("of another policy", 9.0, changes={"policy_id": "other"}),
    ],
    # added up, three times 0.1 is a little more than 0.3
    "alike": [Drawn("a", 0.1), Drawn("b", 0.1), Drawn("c", 0.1)],
    "near": [Drawn("better", 0.3), Drawn("worse", 0.1)],
    "one": [Drawn("only", 5.0)],
    "failed": [Drawn("this", -1.0, passed=False), Drawn("that", -1.0, passed=False)],
    "silent": [Drawn("this", None), Drawn("that", NAN)],
    "tie": [Drawn("first", 1.0), Drawn("second", 1.0), Drawn("third", 0.0), Drawn("last", 0.0)],
}


def candidate_rows(answers: dict[str, list[Drawn]]) -> list[dict[str, Any]]:
    return [
        CANDIDATE
        | {"candidate_id": f"{prompt}{number}", "prompt_id": prompt, "sample_index": number}
        | {"answer": one.text, "answer_tokens": 1}
        | one.changes
        for prompt, given in answers.items()
        for number, one in enumerate(given)
    ]


def score_rows(answers: dict[str, list[Drawn]]) -> list[dict[str, Any]]:
    """Combined scores, null where the scorers abstained."""
    return [
        SCORE
        | {"candidate_id": f"{prompt}{number}", "prompt_id": prompt, "scorer": "combined"}
        | {"value": one.value, "passed": one.passed, "reason": "r"}
        for prompt, given in answers.items()
        for number, one in enumerate(given)
    ]


def answers_of(lakehouse: Lakehouse) -> DataFrame:
    """The different answers of the story up to round 2, by the one policy that counts."""
    scores = scores_of(frame(lakehouse, "scores", score_rows(ANSWERS)), "combined")
    candidates = frame(lakehouse, "candidates", candidate_rows(ANSWERS))
    return scored_answers(candidates, scores, 2, ["policy"], "base")
