"""The prototype whose log the company kept: talkative, often right, sometimes not, hardly ever in form."""

from random import Random

from examples.company import Prototype
from examples.tasks import Task


def talk(prototype: Prototype, workload: str, answer: str, rng: Random) -> str:
    ended = answer if workload == "blurb" else answer.rstrip(".")
    return rng.choice(prototype.talkative[workload]).format(answer=ended)


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
    right = task.gold.rstrip(".") in answer
    return "up" if right == (rng.random() < 0.9) else "down"
