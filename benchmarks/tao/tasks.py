"""The tasks: what is asked, how an answer is measured, and how long it may be."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.best_of import chosen_rows
from benchmarks.tao.databases import sql_prompts
from benchmarks.tao.following import can_be_checked, least_words, share_followed
from benchmarks.tao.prompts import Prompt
from conf.rules import NumberCheck, SqlCheck
from pipelines.overlap import token_overlap
from pipelines.score.protocol import Subject
from pipelines.score.rules.numbers import number_check

Loaded = tuple[list[Prompt], dict[str, int]]
"""The prompts, and how many others are left out, by reason."""
Answered = Sequence[tuple[Prompt, str]]

KINDS = "p3_subset/examples.jsonl.gz"
GROUP_OF_KIND = {
    "adversarial_qa_dbert_question_context_answer": "reading",
    "adversarial_qa_dbidaf_question_context_answer": "reading",
    "quoref_Given_Context_Answer_Question": "reading",
    "ropes_prompt_beginning": "reading",
    "commonsense_qa_question_answering": "choosing",
    "cosmos_qa_description_context_question_answer_text": "choosing",
    "dbpedia_14_given_a_choice_of_categories_": "choosing",
    "qasc_qa_with_separated_facts_1": "science",
    "quartz_given_the_fact_answer_the_q": "science",
    "paws_labeled_final_paraphrase_task": "wording",
    "common_gen_Put_together": "wording",
}
"""A reward model for a task is trained on the kinds of other groups alone."""


@dataclass(frozen=True)
class Task:
    """A kind of work with a metric that needs no judge."""

    name: str
    group: str
    what: str
    metric: str
    max_tokens: int
    load: Callable[[Path, Path], Loaded]
    """From the folder of data sets, and a folder for what is made of them."""
    values: Callable[[Answered], list[float]]
    """The metric of each answer, from 0 to 1."""
    strategies: tuple[str, ...] = ("bare", "concise")
    """How answers to learn from are drawn without any label."""


def values_of(task: Task, prompts: Sequence[Prompt], answers: Sequence[str]) -> list[float]:
    """The metric of one answer to each prompt."""
    return task.values(list(zip(prompts, answers, strict=True)))


def _of_kind(kind: str, data: Path, kept: Path) -> Loaded:
    rows = chosen_rows(data / KINDS, None)[kind]
    return [Prompt(row["prompt"], (row["completion"].strip(),)) for row in rows], {}


def _overlaps(answered: Answered) -> list[float]:
    return [max(token_overlap(answer, gold) for gold in prompt.golds) for prompt, answer in answered]


def _instructions(most_words: int, data: Path, kept: Path) -> Loaded:
    """Prompts all of whose instructions can be checked, and followed in a short answer."""
    with gzip.open(data / "ifeval" / "prompts.jsonl.gz", "rt") as lines:
        rows = [json.loads(line) for line in lines]
    prompts, left_out = [], {"an instruction cannot be checked to the letter": 0, "the answer must be long": 0}
    for row in rows:
        asked = tuple(zip(row["instruction_id_list"], row["kwargs"], strict=True))
        if not can_be_checked(asked):
            left_out["an instruction cannot be checked to the letter"] += 1
        elif least_words(asked) > most_words:
            left_out["the answer must be long"] += 1
        else:
            prompts.append(Prompt(row["prompt"], check=asked))
    return prompts, left_out


def _followed(answered: Answered) -> list[float]:
    return [share_followed(prompt.check, answer) for prompt, answer in answered]


def _sums(data: Path, kept: Path) -> Loaded:
    """Worked answers end with the number after four hashes; what a calculator was told is taken out."""
    with gzip.open(data / "gsm8k" / "train.jsonl.gz", "rt") as lines:
        rows = [json.loads(line) for line in lines]
    return [Prompt(row["question"], (_without_calculator(row["answer"]),)) for row in rows], {}


def _without_calculator(worked: str) -> str:
    parts = worked.split("<<")
    return parts[0] + "".join(part.partition(">>")[2] for part in parts[1:])


def _numbers(answered: Answered) -> list[float]:
    judge = number_check(NumberCheck(check="number", which="last", decimal="point", tolerance=0.0))
    return [judge(_subject(prompt, answer)).value or 0.0 for prompt, answer in answered]


def _queries(answered: Answered) -> list[float]:
    """Whether the rows are those of a gold query, by the product's own check."""
    from pipelines.score.rules.sql_check import SqlChecker

    common: dict[str, Any] = {"engine": "sqlite", "match_gold": True, "tolerance": 1e-6}
    limits: dict[str, Any] = {"timeout_seconds": 5.0, "most_rows": 1000}
    files = {prompt.check for prompt, _ in answered}
    checkers = {file: SqlChecker(SqlCheck(check="sql", database=file, **common, **limits)) for file in sorted(files)}
    try:
        return [checkers[prompt.check](_subject(prompt, answer)).value or 0.0 for prompt, answer in answered]
    finally:
        for checker in checkers.values():
            checker.close()


def _subject(prompt: Prompt, answer: str) -> Subject:
    return Subject("benchmark", ({"role": "user", "content": prompt.text},), answer, prompt.golds)


def _kind_task(name: str, kind: str, what: str) -> Task:
    return Task(name, GROUP_OF_KIND[kind], what, "token F1", 24, partial(_of_kind, kind), _overlaps)


def _free_task(name: str, what: str, metric: str, max_tokens: int, load: Any, values: Any) -> Task:
    """One of a group of its own, that a demand for few words would spoil."""
    return Task(name, name, what, metric, max_tokens, load, values, ("bare",))


FOLLOWED = "share of instructions followed"
LONGEST_SQL_PROMPT = 2600
TASKS = {
    one.name: one
    for one in (
        _kind_task("document_qa", "adversarial_qa_dbidaf_question_context_answer", "questions about a passage"),
        _kind_task("choice", "commonsense_qa_question_answering", "common sense, one of five"),
        _kind_task("science", "qasc_qa_with_separated_facts_1", "science facts, one of eight"),
        _kind_task("topics", "dbpedia_14_given_a_choice_of_categories_", "what a text is about, one of fourteen"),
        _free_task("instructions", "IFEval", FOLLOWED, 96, partial(_instructions, 50), _followed),
        _free_task("sums", "grade-school sums", "right number", 128, _sums, _numbers),
        _free_task("sql", "SQL", "right rows", 64, partial(sql_prompts, most_characters=LONGEST_SQL_PROMPT), _queries),
    )
}
USUAL = ("document_qa", "choice", "science", "instructions")
"""What is run unless others are named; a model of 135 million parameters can hardly do sums or SQL at all."""
