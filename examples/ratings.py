"""The five rated answers that show the company's form, and five poor ones that show what it will not have."""

from random import Random
from typing import Any

from examples.catalogue import blurb_tasks
from examples.company import Company
from examples.messages import form_tasks, route_tasks
from examples.prototype import talk
from examples.questions import question_tasks
from examples.tasks import Side, Task

PER_WORKLOAD = {"handbook": 46, "counter": 28, "route": 18, "form": 16, "blurb": 15}
PAIRED_WITH_TALK = {
    "handbook",
    "form",
}  # the poor answer is right but talkative; elsewhere it is wrong as well


def rater_tasks(side: Side, company: Company, seed: int) -> dict[str, list[Task]]:
    """The raters' prompts by workload, none signed: people rate answers, not customers."""
    rng = Random(f"{seed}/raters")
    tasks = question_tasks(side, company, rng, PER_WORKLOAD["handbook"], PER_WORKLOAD["counter"])
    tasks += route_tasks(side, company, [], rng, PER_WORKLOAD["route"])
    tasks += form_tasks(side, company, [], rng, PER_WORKLOAD["form"])
    tasks += blurb_tasks(side, company, rng, PER_WORKLOAD["blurb"])
    return {workload: [task for task in tasks if task.workload == workload] for workload in PER_WORKLOAD}


def is_refusal(task: Task) -> bool:
    return task.workload == "counter" and task.gold.endswith(".")


def demonstrations(tasks: dict[str, list[Task]], skip: int) -> list[Task]:
    """One task of each workload. The counter's is a refusal, since the handbook's shows an answer."""
    chosen = []
    for workload, candidates in tasks.items():
        suitable = [task for task in candidates if workload != "counter" or is_refusal(task)]
        chosen.append(suitable[skip])
    return chosen


def rating(number: int, task: Task, answer: str, verdict: tuple[int, str], rater: str) -> dict[str, Any]:
    return {
        "id": f"rating-{number}",
        "workload": task.workload,
        "prompt": task.prompt,
        "answer": answer,
        "rating": verdict[0],
        "reason": verdict[1],
        "rater": rater,
    }


def good_ratings(tasks: dict[str, list[Task]], company: Company, rng: Random) -> list[dict[str, Any]]:
    reasons = company.reasons
    return [
        rating(number, task, task.gold, reasons.good[task.workload], rng.choice(reasons.raters))
        for number, task in enumerate(demonstrations(tasks, skip=0), start=1)
    ]


def poor_ratings(tasks: dict[str, list[Task]], company: Company, rng: Random) -> list[dict[str, Any]]:
    reasons, rows = company.reasons, []
    for number, task in enumerate(demonstrations(tasks, skip=1), start=6):
        told = task.gold if task.workload in PAIRED_WITH_TALK else task.decoys[0]
        answer = talk(company.prototype, task.workload, told, rng)
        rows.append(rating(number, task, answer, reasons.poor[task.workload], rng.choice(reasons.raters)))
    return rows
