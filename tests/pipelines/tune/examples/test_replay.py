"""The replay file: two forms of a line, each example once, and every bad line named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lakehouse.place import Lakehouse
from pipelines.prompts.normal import prompt_id_of_text
from pipelines.tune.examples.replay import MOST_TOLD, ReplayUnfit, replay_rows, replayed
from tests.lakehouse.rows import frame
from tests.pipelines.reward.pairs.story import asked

HI = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi"}]


def written(folder: Path, *lines: Any) -> Path:
    file = folder / "replay.jsonl"
    file.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return file


def test_a_line_is_a_conversation_or_a_prompt_with_an_answer(lakehouse: Lakehouse, tmp_path: Path) -> None:
    plain = {"prompt": "Name a colour.", "answer": " Red. "}
    held_out = {"prompt": "Kept to measure?", "answer": "Yes."}
    file = written(tmp_path, {"messages": HI, "answer": "Hello."}, plain, plain, held_out)
    prompts = frame(lakehouse, "prompts", [asked("Kept to measure?", split="holdout"), asked("Name a colour.")])
    rows = replay_rows(file, prompts).collect()
    found = {row.answer: row for row in rows}
    assert len(rows) == 3
    assert {answer: row.left_out for answer, row in found.items()} == {"Hello.": None, "Red.": None, "Yes.": "held_out"}
    assert [tuple(message) for message in found["Hello."].messages] == [("system", "Be kind."), ("user", "Hi")]
    red = found["Red."]
    assert (red.prompt_id, red.family, red.workload) == (None, prompt_id_of_text("Name a colour."), "replay")
    assert (red.ended, red.is_replay, red.candidate_ids) == (True, True, [])


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        ("{", "Expected JSON"),
        ({"answer": "Red."}, "Expected either `messages` or `prompt`."),
        ({"prompt": "Hi", "messages": HI, "answer": "Red."}, "Expected either `messages` or `prompt`."),
        ({"prompt": "Hi"}, "Expected text under `answer`."),
        ({"prompt": "Hi", "answer": "  "}, "Expected text under `answer`."),
        ({"prompt": 7, "answer": "Red."}, "Expected text under `content`, got int."),
        ({"messages": [{"role": "user"}], "answer": "Red."}, "no user message with text"),
    ],
)
def test_a_bad_line_is_named_with_its_file_and_number(tmp_path: Path, line: Any, detail: str) -> None:
    file = written(tmp_path, {"prompt": "Hi", "answer": "Hello."}, "", line)
    with pytest.raises(ReplayUnfit) as told:
        replayed(file)
    assert f"{file}:3: " in str(told.value)
    assert detail in str(told.value)


def test_only_the_first_bad_lines_are_shown_and_the_others_counted(tmp_path: Path) -> None:
    with pytest.raises(ReplayUnfit, match="and 2 more"):
        replayed(written(tmp_path, *["{"] * (MOST_TOLD + 2)))
    with pytest.raises(ReplayUnfit, match="it is empty"):
        replayed(written(tmp_path))
    with pytest.raises(ReplayUnfit, match="cannot be read"):
        replayed(tmp_path / "nowhere.jsonl")
