"""A prompt that stands in an evaluation set, whole or by thirteen words in a row, is kept out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from pipelines.prompts.decontaminate import with_contaminated_refused
from pipelines.prompts.evaluation_sets import EvaluationSetError, evaluation_prompts
from pipelines.prompts.normal import MESSAGES
from pipelines.prompts.refusals import refused_where

WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"]
THIRTEEN = " ".join(WORDS)


def contaminated(spark: SparkSession, prompts: dict[str, list[tuple[str, str]]], evaluated: list[str]) -> set[str]:
    rows = [(name, [{"role": role, "content": text} for role, text in said]) for name, said in prompts.items()]
    frame = spark.createDataFrame(rows, f"prompt_id string, messages {MESSAGES}")
    clean = refused_where(frame, frame["prompt_id"].isNull(), "none", "none")
    judged = with_contaminated_refused(clean, evaluated).where("refused IS NOT NULL").collect()
    assert {row.refused.reason for row in judged} <= {"in_evaluation_set"}
    return {row.prompt_id for row in judged}


def test_thirteen_words_in_a_row_or_an_equal_short_text_are_found(spark: SparkSession) -> None:
    prompts = {
        "whole": [("user", THIRTEEN)],
        "inside": [("user", f"and then {THIRTEEN.upper()}, they said")],
        "earlier": [("user", f"so: {THIRTEEN}"), ("assistant", "yes"), ("user", "go on")],
        "twelve": [("user", " ".join(WORDS[1:]) + " more words")],
        "broken": [("user", " ".join([*WORDS[:6], "and", *WORDS[6:]]))],
        "answer": [("user", "count"), ("assistant", THIRTEEN), ("user", "and on")],
        "short": [("user", "How  heavy is it?")],
        "longer": [("user", "How heavy is it today?")],
        "greeting": [("user", "How heavy is it?"), ("assistant", "What?"), ("user", "The oven.")],
    }
    found = contaminated(spark, prompts, [f"before {THIRTEEN} after", "how heavy is it"])
    assert found == {"whole", "inside", "earlier", "short"}
    assert contaminated(spark, prompts, []) == set()


def test_sets_are_read_from_prompts_and_from_messages(tmp_path: Path) -> None:
    messages = [{"role": "user", "content": "hello"}, {"role": "user", "content": "How heavy?\r\n"}]
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps({"prompt": "How much?"}) + "\n\n" + json.dumps({"messages": messages}) + "\n")
    assert evaluation_prompts([str(path)]) == ["How much?", "How heavy?"]


@pytest.mark.parametrize("line", ["not json", "[]", '{"question": "a"}', '{"messages": []}', '{"prompt": " "}'])
def test_a_line_that_cannot_be_read_stops_the_selection(tmp_path: Path, line: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text('{"prompt": "a"}\n' + line + "\n")
    with pytest.raises(EvaluationSetError, match="line 2. Mend the line"):
        evaluation_prompts([str(path)])


def test_a_set_that_is_missing_or_empty_stops_the_selection(tmp_path: Path) -> None:
    with pytest.raises(EvaluationSetError, match="it is not there"):
        evaluation_prompts([str(tmp_path / "none.jsonl")])
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(EvaluationSetError, match="it is empty"):
        evaluation_prompts([str(tmp_path / "empty.jsonl")])
