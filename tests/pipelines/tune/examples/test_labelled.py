"""Answers that people know to be right, and prompts that may not teach."""

from __future__ import annotations

import pytest

from lakehouse.place import Lakehouse
from pipelines.prompts.normal import prompt_id_of_text
from pipelines.tune.examples.labelled import labelled_answers
from pipelines.tune.examples.rows import with_prompts
from tests.lakehouse.rows import frame
from tests.pipelines.reward.pairs.story import asked, rated


def test_each_right_answer_teaches_once_and_a_prompt_shares_its_weight_among_them(lakehouse: Lakehouse) -> None:
    ratings = [
        rated("1", "Which?", "The Otter.", 5.0, gold=True),
        rated("2", "Which?", "The Otter. ", 5.0, gold=True),
        rated("3", "Which?", "The Heron.", 5.0, gold=True),
        rated("4", "Which?", "The Fox.", 5.0),
        rated("5", "Which?", " ", 5.0, gold=True),
        rated("6", "Kept to measure?", "Yes.", 5.0, gold=True),
        rated("7", "Asked later?", "Yes.", 5.0, gold=True),
        rated("8", "Asked by nobody?", "Yes.", 5.0, gold=True),
        rated("9", "A near copy?", "Yes.", 5.0, gold=True),
    ]
    prompts = [
        asked("Which?", workload="bicycles"),
        asked("Kept to measure?", split="holdout"),
        asked("Asked later?", round=3),
        asked("A near copy?", near_duplicate_of="survivor", round=2),
    ]
    labelled = labelled_answers(frame(lakehouse, "ratings", ratings))
    rows = with_prompts(labelled, frame(lakehouse, "prompts", prompts), round=2).collect()
    found = sorted((row.workload, row.answer, row.share, row.left_out or "") for row in rows if row.left_out != "empty")
    assert found == [
        ("bicycles", "The Heron.", pytest.approx(1 / 2), ""),
        ("bicycles", "The Otter.", pytest.approx(1 / 2), ""),
        ("facts", "Yes.", 1.0, ""),
        ("facts", "Yes.", 1.0, "unknown_prompt"),
    ]
    assert {row.answer: row.rating_ids for row in rows if row.share == 0.5 and row.left_out is None} == {
        "The Otter.": ["1", "2"],
        "The Heron.": ["3"],
    }
    assert len(rows) == 5
    taught = {row.family: row for row in rows if row.left_out is None}
    assert set(taught) == {prompt_id_of_text("Which?"), "survivor"}
    assert [tuple(message) for message in taught["survivor"].messages] == [("user", "A near copy?")]
    assert (taught["survivor"].made_in, taught["survivor"].is_replay) == (2, False)
