"""Rated answers: five that show the company's form, five of each workload, and five poor ones beside them."""

from dataclasses import dataclass
from random import Random
from typing import Any

from examples.catalogue import blurb_tasks
from examples.company import Company
from examples.messages import form_tasks, route_tasks
from examples.prototype import talk
from examples.questions import question_tasks
from examples.tasks import Side, Task

PER_WORKLOAD = {"handbook": 48, "counter": 32, "route": 22, "form": 24, "blurb": 17}
DEMONSTRATIONS = 5
RIGHT_BUT_TALKATIVE = {"handbook", "form"}  # the poor answers to these; the others' are wrong as well

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Ratings:
    five: Rows  # one of each workload
    by_workload: Rows  # five of each workload, those of `five` first among them
    poor: Rows  # one of each workload, to other prompts


def rater_tasks(side: Side, company: Company, seed: int) -> dict[str, list[Task]]:
    """The raters' prompts by workload, none signed: people rate answers, not customers."""
    rng = Random(f"{seed}/raters")
    tasks = question_tasks(side, company, rng, PER_WORKLOAD["handbook"], PER_WORKLOAD["counter"])
    tasks += route_tasks(side, company, [], rng, PER_WORKLOAD["route"])
    tasks += form_tasks(side, company, [], rng, PER_WORKLOAD["form"])
    tasks += blurb_tasks(side, company, rng, PER_WORKLOAD["blurb"])
    return {workload: [task for task in tasks if task.workload == workload] for workload in PER_WORKLOAD}


def different(tasks: list[Task]) -> list[Task]:
    """The first task with each answer and each fact."""
    by_gold = {task.gold: task for task in reversed(tasks)}
    return list({task.fact: task for task in by_gold.values()}.values())[::-1]


def choose_rated(workload: str, tasks: list[Task]) -> list[Task]:
    """Five demonstrations, unlike one another and well mixed, and a sixth task for the poor answer."""
    if workload == "counter":
        refusals = [task for task in tasks if task.refuses]
        answers = [task for task in tasks if not task.refuses]
        return [refusals[0], answers[0], refusals[1], answers[1], refusals[2], refusals[3]]
    if workload == "handbook":
        machines = different([task for task in tasks if task.subject.startswith("machine/")])
        policies = different([task for task in tasks if task.subject.startswith("policy/")])
        return [*machines[:2], policies[0], *machines[2:5]]
    return list({task.gold: task for task in reversed(tasks)}.values())[::-1][: DEMONSTRATIONS + 1]


def rated(number: int, task: Task, answer: str, verdict: tuple[int, str], rater: str) -> dict[str, Any]:
    return {
        "id": f"rating-{number:02d}",
        "workload": task.workload,
        "prompt": task.prompt,
        "answer": answer,
        "rating": verdict[0],
        "reason": verdict[1],
        "rater": rater,
    }


def poor_answer(task: Task, company: Company, rng: Random) -> str:
    told = task.gold if task.workload in RIGHT_BUT_TALKATIVE else task.decoys[0]
    return talk(company.prototype, task.workload, told, rng)


def make_ratings(tasks: dict[str, list[Task]], company: Company, rng: Random) -> tuple[Ratings, list[Task]]:
    """The ratings, and the tasks that they leave for the preferences."""
    reasons, ratings, left = company.reasons, Ratings([], [], []), []
    for place, (workload, candidates) in enumerate(tasks.items()):
        chosen = choose_rated(workload, candidates)
        verdicts = reasons.good[workload]
        rows = [
            rated(place * DEMONSTRATIONS + number, task, task.gold, verdict, rng.choice(reasons.raters))
            for number, (task, verdict) in enumerate(zip(chosen, verdicts, strict=False), start=1)
        ]
        poor = chosen[DEMONSTRATIONS]
        answer = poor_answer(poor, company, rng)
        ratings.five.append(rows[0])
        ratings.by_workload.extend(rows)
        ratings.poor.append(rated(26 + place, poor, answer, reasons.poor[workload], rng.choice(reasons.raters)))
        left += [task for task in candidates if task not in chosen]
    return ratings, left
