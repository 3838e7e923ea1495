"""The prompts are worth learning from: grounded, varied, short, and no template gives its answer away."""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import pytest

from examples.company import load_company
from examples.generate import Example
from examples.subjects import subjects_of
from examples.tasks import METRICS, Task
from examples.waves import FRESH

COMPANY = load_company()
NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


@pytest.fixture(scope="module")
def tasks(example: Example) -> dict[str, list[Task]]:
    found: dict[str, list[Task]] = defaultdict(list)
    for entries in example.waves.entries.values():
        for entry in entries:
            if entry.draft.kind == "fresh" and entry.draft.task:
                found[entry.draft.task.workload].append(entry.draft.task)
    return found


def test_the_workloads_have_their_shares(tasks: dict[str, list[Task]]) -> None:
    assert {workload: len(of_it) for workload, of_it in tasks.items()} == FRESH


def test_the_source_is_in_the_prompt_and_short(tasks: dict[str, list[Task]]) -> None:
    for of_it in tasks.values():
        for task in of_it:
            assert task.source in task.prompt
            assert len(task.source.split()) <= 80
            assert len(task.gold.split()) <= 25


def test_answers_from_a_sheet_stand_on_it_word_for_word(tasks: dict[str, list[Task]]) -> None:
    answered = [task for task in tasks["handbook"] + tasks["counter"] if not task.refuses]
    assert len(answered) > 124 + 10
    for task in answered:
        name, _, fact = task.gold.removesuffix(".").partition(": ")
        assert name in task.prompt and fact in task.source
        assert task.must_say == (fact,)


def test_a_refusal_names_the_desk_of_the_sheet_and_the_fact_is_not_there(
    tasks: dict[str, list[Task]],
) -> None:
    facts = {
        f"{subject.kind}/{subject.key}/{one.fact}": one
        for subject in subjects_of(COMPANY)
        for one in subject.statements
    }
    refusals = [task for task in tasks["counter"] if task.refuses]
    assert 30 <= len(refusals) <= 50
    for task in refusals:
        assert task.gold == f"Not on this sheet; please ask the {task.must_say[0]}."
        assert task.must_say[0] in task.source
        said = facts[f"{task.subject}/{task.fact}"].say
        assert not [sentence for sentence in said if sentence in task.source]


def test_the_desk_is_one_of_those_offered(tasks: dict[str, list[Task]]) -> None:
    for task in tasks["route"]:
        desk = task.gold.removeprefix("Desk: ").removesuffix(".")
        offered = task.prompt.replace(task.source, "")
        assert desk in offered
        assert len([name for name in COMPANY.messages.route if name in offered]) == 4
    assert len({task.gold for task in tasks["route"]}) == 6


def test_a_form_holds_what_the_message_says(tasks: dict[str, list[Task]]) -> None:
    for task in tasks["form"]:
        form = json.loads(task.gold)
        assert list(form) == ["item", "quantity", "date", "place"]
        assert all(form[field] in task.source for field in ("item", "date", "place"))
        words = task.source.lower().replace(",", " ").split()
        assert str(form["quantity"]) in words or NUMBERS[form["quantity"]] in words


def test_a_catalogue_line_is_made_of_its_notes(tasks: dict[str, list[Task]]) -> None:
    for task in tasks["blurb"]:
        line = re.fullmatch(r"(.+?): an? (.+); (.+); (£\d+) a day\.", task.gold)
        assert line and all(part in task.source for part in line.groups())


def test_the_question_alone_does_not_give_the_answer_away(tasks: dict[str, list[Task]]) -> None:
    """The commonest answer to the same question about other subjects is hardly ever right."""
    right, asked = 0, 0
    by_wording: dict[str, list[str]] = defaultdict(list)
    for task in tasks["handbook"]:
        by_wording[task.wording].append(task.must_say[0])
    for answers in by_wording.values():
        for place, answer in enumerate(answers):
            others = Counter(answers[:place] + answers[place + 1 :])
            asked += bool(others)
            right += bool(others) and others.most_common(1)[0][0] == answer
    assert asked > 40
    assert right / asked < 0.1


def test_no_fact_is_asked_about_twice(tasks: dict[str, list[Task]]) -> None:
    facts = [(task.subject, task.fact) for task in tasks["handbook"] + tasks["counter"]]
    assert len(facts) == len(set(facts)) == 184
    messages = [task.subject for task in tasks["route"]]
    assert len(messages) == len(set(messages)) == 56
    lines = [task.gold for task in tasks["blurb"]]
    assert len(lines) == len(set(lines)) == 44


def test_the_prompt_does_not_tell_the_form(tasks: dict[str, list[Task]]) -> None:
    """The form is for the rated answers to show: no prompt holds the opening of its own answer."""
    for workload, opening in {"counter": "Not on this sheet", "route": "Desk:", "form": '{"item"'}.items():
        assert not [task.prompt for task in tasks[workload] if opening in task.prompt]


def test_gold_rows_hold_what_the_log_was_asked(example: Example, rows: Callable[[str], list[dict[str, Any]]]) -> None:
    prompts = {entry.request_id: entry.prompt for wave in example.waves.entries.values() for entry in wave}
    gold = rows("truth/gold.jsonl")
    assert len(gold) == len({row["request_id"] for row in gold}) == 336 + 20 + 16 + 4
    for row in gold:
        prompt = prompts[row["request_id"]]
        assert hashlib.sha256(prompt.encode()).hexdigest() == row["prompt_sha256"]
        assert row["metric"] == METRICS[row["workload"]]
        assert row["source"] in prompt or row["kind"] == "near"
