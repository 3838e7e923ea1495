"""Prompts of benchmark tasks: no prompt is on two sides, and metrics know right from wrong."""

from __future__ import annotations

import gzip
import json
import sqlite3
from pathlib import Path

import pytest

from benchmarks.tao.databases import sql_prompts, sqlite_script
from benchmarks.tao.prompts import SHOWN, Prompt, TooFewPrompts, split_of
from benchmarks.tao.tasks import GROUP_OF_KIND, TASKS, values_of

PROMPTS = [Prompt(f"Question {number}?", (f"answer {number}",)) for number in range(40)]


def ids(prompts: tuple[Prompt, ...]) -> set[str]:
    return {one.prompt_id for one in prompts}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_prompt_is_on_two_sides(seed: int) -> None:
    split = split_of(PROMPTS, seed, each=20, held=15)
    assert [len(ids(part)) for part in (split.train, split.shown, split.held)] == [20, SHOWN, 15]
    assert len(ids(split.train) | ids(split.shown) | ids(split.held)) == 20 + SHOWN + 15


def test_seeds_measure_on_the_same_prompts_and_tune_on_others() -> None:
    one, other = (split_of(PROMPTS, seed, each=10, held=10) for seed in (1, 2))
    assert one.held == other.held
    assert ids(one.train) != ids(other.train)
    assert ids(one.shown) != ids(other.shown)


def test_the_order_of_the_file_makes_no_difference() -> None:
    assert split_of(PROMPTS[::-1], 1, each=10, held=10) == split_of(PROMPTS, 1, each=10, held=10)


def test_a_prompt_that_stands_twice_is_one() -> None:
    twice = [*PROMPTS[:20], *(Prompt(f"{one.text} \n", ("another",)) for one in PROMPTS[:20])]
    with pytest.raises(TooFewPrompts, match="at least 25 .* there are 20"):
        split_of(twice, 1, each=10, held=10)


def test_every_task_of_a_kind_has_a_reward_model_that_learned_from_others() -> None:
    groups = set(GROUP_OF_KIND.values())
    assert all(groups - {task.group} for task in TASKS.values())
    assert {TASKS[name].group for name in ("document_qa", "choice", "science")} == {"reading", "choosing", "science"}


def test_token_f1_takes_the_best_of_the_gold_answers() -> None:
    prompt = Prompt("Which?", ("the red cup", "cup"))
    # "red cup" has two words; of "the red cup" both stand in it: 2*2/(2+3); of "cup" one does: 2*1/(2+1)
    assert values_of(TASKS["choice"], [prompt, prompt], ["red cup", "blue"]) == [pytest.approx(4 / 5), 0.0]


def test_the_last_number_is_the_answer_to_a_sum() -> None:
    prompt = Prompt("How many?", ("4 and 3 are 7.\n#### 1,007",))
    answers = ["It is 1007", "1007 or 8", "none"]
    assert values_of(TASKS["sums"], [prompt] * 3, answers) == [1.0, 0.0, 0.0]


def test_what_a_calculator_was_told_is_no_part_of_a_worked_answer(tmp_path: Path) -> None:
    rows = [{"question": "How many?", "answer": "4+3=<<4+3=7>>7 and 7*2=<<7*2=14>>14.\n#### 14"}]
    written(tmp_path / "gsm8k" / "train.jsonl.gz", rows)
    prompts, left_out = TASKS["sums"].load(tmp_path, tmp_path)
    assert [one.golds for one in prompts] == [("4+3=7 and 7*2=14.\n#### 14",)]
    assert left_out == {}


SCRIPT = """
CREATE TABLE public.cup (name text DEFAULT ''::text NOT NULL, size bigint, bought date);
INSERT INTO public.cup (name, size, bought) VALUES ('red', 3, CURRENT_DATE - INTERVAL '2 years');
INSERT INTO public.cup (name, size, bought) VALUES ('blue', 5, CURRENT_DATE);
"""


def test_a_script_for_postgres_makes_the_same_sqlite_database_every_day() -> None:
    database = sqlite3.connect(":memory:")
    database.executescript(sqlite_script(SCRIPT))
    rows = database.execute("SELECT name, size, bought FROM cup ORDER BY size").fetchall()
    assert rows == [("red", 3, "2024-01-01"), ("blue", 5, "2026-01-01")]


def written(file: Path, rows: list[dict[str, object]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(file, "wt") as lines:
        lines.write("".join(json.dumps(row) + "\n" for row in rows))


def test_a_query_is_right_if_its_rows_are_those_of_a_gold_query(tmp_path: Path) -> None:
    queries = {
        "Which cup is the largest?": "SELECT name FROM cup WHERE size = 5; SELECT name, size FROM cup WHERE size = 5",
        "Which cups are tiny?": "SELECT name FROM cup WHERE size < 1",
        "Which cups are cheap?": "SELECT name FROM cup WHERE price < 1",
    }
    rows = [
        {"db_name": "shop", "question": asked, "instructions": "", "query": query} for asked, query in queries.items()
    ]
    written(tmp_path / "sql_eval" / "questions.jsonl.gz", [*rows, {**rows[0], "db_name": "broker"}])
    (tmp_path / "sql_eval" / "db").mkdir()
    (tmp_path / "sql_eval" / "db" / "shop.sql").write_text(SCRIPT)
    columns = [{"column_name": "name"}, {"column_name": "size"}, {"column_name": "bought"}]
    (tmp_path / "sql_eval" / "db" / "shop.json").write_text(json.dumps({"table_metadata": {"cup": columns}}))
    prompts, left_out = sql_prompts(tmp_path, tmp_path / "made", 500)
    assert left_out == {"its database changes daily": 1, "the prompt is long": 0, "no gold query brings rows": 2}
    (prompt,) = prompts
    assert "cup(name, size, bought)" in prompt.text and "largest" in prompt.text
    answers = [
        "```sql\nSELECT name FROM cup ORDER BY size DESC LIMIT 1\n```",
        "SELECT name, size FROM cup WHERE size > 4",
        "SELECT name FROM cup",
        "The blue one.",
    ]
    assert values_of(TASKS["sql"], [prompt] * 4, answers) == [1.0, 1.0, 0.0, 0.0]
