"""Loads the table of made-up facts (facts/*.yml) into typed records, once."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

FACTS = Path(__file__).parent / "facts"


class Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Office(Fact):
    key: str
    desk: str
    town: str
    street: str
    weekdays: str
    saturday: str
    cutoff: str
    manager: str
    closed: str
    parking: str
    lifts: str
    stop: str
    language: str
    note: str


class House(Fact):
    name: str
    founded: str
    founder: str
    story: str
    footer: str
    legal: str
    offices: tuple[Office, ...]
    towns: tuple[str, ...]
    dates: tuple[str, ...]
    occasions: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]

    def office(self, key: str) -> Office:
        return next(office for office in self.offices if office.key == key)


class SmallGood(Fact):
    name: str
    kind: str
    does: str
    holds: str
    day: int
    home: str


class Machine(SmallGood):
    runs_on: str
    ready: str
    weighs: str
    week: int
    deposit: int
    service: str
    cleaner: str
    spare: str
    moves: str
    since: str
    note: str
    codes: dict[str, tuple[str, str]]  # error code: what it means, what to do about it


class Person(Fact):
    name: str
    role: str
    office: str
    speaks: str
    extension: str
    away: str
    knows: str


class Policy(Fact):
    title: str
    keeper: str
    opening: str
    facts: tuple[tuple[str, str, str], ...]  # sentence, question, answer as it stands in the sentence


class Messages(Fact):
    route: dict[str, tuple[str, ...]]  # desk: the messages that belong to it
    booking: tuple[str, ...]


class News(Fact):
    stories: tuple[str, ...]
    reviews: tuple[str, ...]
    replies: tuple[str, ...]


class Language(Fact):
    title: str
    topics: tuple[str, ...]
    paragraphs: tuple[str, ...]
    closing: str


class Prototype(Fact):
    talkative: dict[str, tuple[str, ...]]  # workload: ways to wrap an answer
    nearly: tuple[str, ...]
    parrot: str
    evasive: tuple[str, ...]


class Reasons(Fact):
    raters: tuple[str, ...]
    good: dict[str, tuple[tuple[int, str], ...]]  # workload: ratings from 1 to 5, and why
    poor: dict[str, tuple[int, str]]


class Phrases(Fact):
    say: tuple[str, ...]
    ask: tuple[str, ...] = ()
    customer: tuple[str, ...] = ()


class Wording(Fact):
    facts: dict[str, Phrases]
    opening: tuple[str, ...] = ()
    colour: tuple[str, ...] = ()


class Sentences(Fact):
    machine: Wording
    cause: Phrases
    remedy: Phrases
    small: Wording
    office: Wording
    person: Wording
    keeper: tuple[str, ...]
    refusal: str


class Company(Fact):
    house: House
    machines: tuple[Machine, ...]
    small_goods: tuple[SmallGood, ...]
    people: tuple[Person, ...]
    policies: tuple[Policy, ...]
    messages: Messages
    visits: dict[str, tuple[str, ...]]
    news: News
    languages: dict[str, Language]
    sentences: Sentences
    manuals: dict[str, tuple[str, ...]]  # section: advice
    letters: tuple[str, ...]
    prototype: Prototype
    reasons: Reasons
    frames: dict[str, tuple[str, ...]]  # workload: the ways in which its prompt is put


def read(name: str) -> Any:
    return yaml.safe_load((FACTS / f"{name}.yml").read_text(encoding="utf-8"))


@cache
def load_company() -> Company:
    return Company(
        house=read("house"),
        machines=read("machines-hot") + read("machines-cold"),
        small_goods=read("small-goods"),
        people=read("people"),
        policies=read("policies"),
        messages=read("messages"),
        visits=read("visits"),
        news=read("news"),
        languages=read("languages"),
        sentences=read("sentences"),
        manuals=read("manuals")["sections"],
        letters=read("letters")["bodies"],
        prototype=read("prototype"),
        reasons=read("reasons"),
        frames=read("frames"),
    )
