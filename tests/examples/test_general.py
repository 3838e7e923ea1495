"""What is mixed in against forgetting is not what forgetting is measured by."""

from __future__ import annotations

from pathlib import Path

from examples.general import general_rows, write_general
from pipelines.evaluate.general import general_questions
from pipelines.tune.examples.replay import replayed


def test_no_question_is_one_that_is_measured_and_all_are_read(tmp_path: Path) -> None:
    asked = {row["prompt"] for row in general_rows()}
    assert len(asked) == len(general_rows()) > 50
    measured = {question.question for question in general_questions()}
    assert len(measured) > 30 and asked.isdisjoint(measured)
    write_general(tmp_path / "replay.jsonl")
    assert len(replayed(tmp_path / "replay.jsonl")) == len(asked)
