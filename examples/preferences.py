"""Pairs of answers that people compared: about form, about truth, and some that nobody should trust."""

from collections.abc import Callable
from random import Random
from typing import Any

from examples.company import Company
from examples.prototype import almost_in_form, talk, told
from examples.tasks import Task

TIES = 5
Pair = tuple[str, str, int]  # chosen, rejected, margin: 2 clearly better, 1 slightly better, 0 a tie


def form_over_talk(task: Task, company: Company, rng: Random) -> Pair:
    return task.gold, talk(company.prototype, task.workload, task.gold, rng), 2


def truth_in_form(task: Task, company: Company, rng: Random) -> Pair:
    """Both in form and of like length: only reading the sheet tells them apart."""
    return task.gold, rng.choice(task.decoys), 2


def truth_in_talk(task: Task, company: Company, rng: Random) -> Pair:
    right, wrong = (talk(company.prototype, task.workload, text, rng) for text in (task.gold, task.decoys[0]))
    return right, wrong, 2


def long_truth_over_short_error(task: Task, company: Company, rng: Random) -> Pair:
    """Being true weighs more than being short."""
    return talk(company.prototype, task.workload, task.gold, rng), task.decoys[-1], 1


def form_over_nearly(task: Task, company: Company, rng: Random) -> Pair:
    return task.gold, almost_in_form(company.prototype, task.gold, rng), 1


def tie(task: Task, company: Company, rng: Random) -> Pair:
    """Two talkative answers, both right."""
    first, second = rng.sample(company.prototype.talkative[task.workload], 2)
    answer = told(task.workload, task.gold)
    return first.format(answer=answer), second.format(answer=answer), 0


def anything_over_evasion(task: Task, company: Company, rng: Random) -> Pair:
    return talk(company.prototype, task.workload, task.gold, rng), rng.choice(company.prototype.evasive), 2


JUDGEMENTS: tuple[Callable[[Task, Company, Random], Pair], ...] = (
    truth_in_form,
    form_over_talk,
    long_truth_over_short_error,
    truth_in_form,
    truth_in_talk,
    form_over_nearly,
    anything_over_evasion,
)


def preference(task: Task, pair: Pair, rater: str) -> dict[str, Any]:
    chosen, rejected, margin = pair
    return {
        "workload": task.workload,
        "prompt": task.prompt,
        "chosen": chosen,
        "rejected": rejected,
        "margin": margin,
        "rater": rater,
    }


def turned(row: dict[str, Any], rater: str) -> dict[str, Any]:
    return {**row, "chosen": row["rejected"], "rejected": row["chosen"], "rater": rater}


def plants(rows: list[dict[str, Any]], raters: tuple[str, ...]) -> list[dict[str, Any]]:
    """What a careful reader of pairs must notice; truth/planted_pairs.json lists them."""
    same, two_minds, quarrels, emptied = rows[0], rows[1:3], rows[3:6], rows[6]
    planted = [{**same, "rejected": same["chosen"], "plant": "self_pair"}]
    planted += [{**turned(row, row["rater"]), "plant": "both_orders"} for row in two_minds]
    for row in quarrels:
        opponent = next(name for name in raters if name != row["rater"])
        planted.append({**turned(row, opponent), "plant": "contradiction"})
    return [*planted, {**emptied, "rejected": "", "plant": "empty_answer"}]


def make_preferences(tasks: list[Task], company: Company, rng: Random) -> list[dict[str, Any]]:
    """The pairs, shuffled, with ids. `plant` marks what truth/ lists; the file leaves it out."""
    raters = company.reasons.raters
    shuffled = rng.sample(tasks, len(tasks))
    rows = [
        preference(task, JUDGEMENTS[number % len(JUDGEMENTS)](task, company, rng), rng.choice(raters))
        for number, task in enumerate(shuffled[TIES:])
    ]
    ties = [
        {**preference(task, tie(task, company, rng), rng.choice(raters)), "plant": "tie"} for task in shuffled[:TIES]
    ]
    everything = [*rows, *ties, *plants(rows, raters)]
    rng.shuffle(everything)
    return [{"id": f"pair-{number:03d}", **row} for number, row in enumerate(everything, start=1)]
