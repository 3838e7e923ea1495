"""The prototype whose log the company kept: talkative, often right, sometimes not, hardly ever in form."""

from random import Random

from examples.company import Prototype
from examples.tasks import Task

PUT_DIFFERENTLY = {"handbook", "counter", "route"}  # the form of the others cannot be left out


def told(workload: str, answer: str) -> str:
    """The content of an answer without the company's form around it."""
    return answer.split(": ", 1)[-1].rstrip(".") if workload in PUT_DIFFERENTLY else answer


def talk(prototype: Prototype, workload: str, answer: str, rng: Random) -> str:
    return rng.choice(prototype.talkative[workload]).format(answer=told(workload, answer))


def almost_in_form(prototype: Prototype, answer: str, rng: Random) -> str:
    return rng.choice(prototype.nearly).format(answer=answer)


def prototype_answer(prototype: Prototype, task: Task, rng: Random) -> str:
    luck = rng.random()
    if luck < 0.40:
        return talk(prototype, task.workload, task.gold, rng)
    if luck < 0.62:
        return talk(prototype, task.workload, rng.choice(task.decoys), rng)
    if luck < 0.75:
        return almost_in_form(prototype, task.gold, rng)
    if luck < 0.88:
        return prototype.parrot.format(source=task.source)
    return rng.choice(prototype.evasive)


def feedback(task: Task, answer: str, rng: Random) -> str | None:
    """One answer in four gets a thumb. It follows the answer's truth, nine times in ten."""
    if rng.random() >= 0.25:
        return None
    right = all(value in answer for value in task.must_say)
    return "up" if right == (rng.random() < 0.9) else "down"
