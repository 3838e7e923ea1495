"""What one prompt is: a Task, with the answer that the company would give; and who may see which subjects."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from examples.company import Company, Machine, SmallGood
from examples.subjects import Subject, subjects_of

METRICS = {
    "handbook": "token_f1",
    "counter": "token_f1",
    "route": "exact_match",
    "form": "json_fields",
    "blurb": "token_f1",
}
RESERVED_SHARE = 0.25  # of each kind of subject: raters alone see these, so no label of theirs answers a logged prompt

Item = TypeVar("Item")


@dataclass(frozen=True)
class Task:
    """A prompt of one workload, its gold answer in the company's form, and wrong answers in the same form."""

    workload: str
    prompt: str
    gold: str
    must_say: tuple[str, ...]  # what an answer in any form has to contain to be true
    source: str  # the passage, message or notes inside the prompt that the answer comes from
    subject: str
    fact: str
    wording: str  # the question with its subject left out: tells whether a template alone gives the answer away
    decoys: tuple[str, ...]
    refuses: bool = False  # the gold answer says that the passage does not tell

    @property
    def metric(self) -> str:
        return METRICS[self.workload]


@dataclass(frozen=True)
class Side:
    """The part of the company that one audience sees: the application's logs, or the raters."""

    subjects: tuple[Subject, ...]
    machines: tuple[Machine, ...]
    small_goods: tuple[SmallGood, ...]
    routes: tuple[tuple[str, str], ...]  # desk, message
    bookings: tuple[str, ...]


def divide(items: Sequence[Item], rng: Random) -> tuple[list[Item], list[Item]]:
    """The logs' share first, the raters' share second."""
    shuffled = rng.sample(list(items), len(items))
    reserved = round(len(shuffled) * RESERVED_SHARE)
    return shuffled[reserved:], shuffled[:reserved]


def divide_company(company: Company, seed: int) -> tuple[Side, Side]:
    """The logs' side and the raters' side: no subject, message or order template is on both."""
    rng = Random(f"{seed}/sides")
    everyone = list(subjects_of(company))
    kinds = [divide([item for item in everyone if item.kind == kind], rng) for kind in ("office", "person", "policy")]
    machines = divide(company.machines, rng)
    small_goods = divide(company.small_goods, rng)
    routes = [divide([(desk, text) for text in texts], rng) for desk, texts in company.messages.route.items()]
    bookings = divide(company.messages.booking, rng)

    def side(which: int) -> Side:
        names = {machine.name for machine in machines[which]}
        subjects = [item for item in everyone if item.name in names]
        subjects += [item for kind in kinds for item in kind[which]]
        messages = [pair for desk in routes for pair in desk[which]]
        return Side(
            tuple(subjects),
            tuple(machines[which]),
            tuple(small_goods[which]),
            tuple(messages),
            tuple(bookings[which]),
        )

    return side(0), side(1)
