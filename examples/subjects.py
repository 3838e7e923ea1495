"""Turns facts into subjects (a machine, a policy, a depot, a person) with sentences and questions."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from examples.company import Company, Machine, Office, Person, Phrases, Policy, Wording

PASSAGE_WORDS = 78  # a prompt carries its passage, and the demo's model has 135M parameters


@dataclass(frozen=True)
class Statement:
    """One fact: ways to say it, ways to ask for it, and the answer, which occurs in every way to say it."""

    fact: str
    say: tuple[str, ...]
    ask: tuple[str, ...]
    customer: tuple[str, ...]
    answer: str


@dataclass(frozen=True)
class Subject:
    key: str
    name: str
    kind: str
    keeper: str
    openings: tuple[str, ...]
    colour: tuple[str, ...]
    statements: tuple[Statement, ...]


def money(pounds: int) -> str:
    return f"£{pounds}"


def with_article(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def key_of(name: str) -> str:
    return name.lower().replace(" ", "-")


def fill(templates: tuple[str, ...], names: dict[str, str]) -> tuple[str, ...]:
    return tuple(template.format(**names) for template in templates)


def state(fact: str, phrases: Phrases, value: str | int, names: dict[str, str]) -> Statement:
    answer = money(value) if isinstance(value, int) else value
    known = {**names, "value": answer}
    return Statement(fact, fill(phrases.say, known), fill(phrases.ask, known), fill(phrases.customer, known), answer)


def stated(record: Machine | Office | Person, wording: Wording, names: dict[str, str]) -> tuple[Statement, ...]:
    return tuple(state(fact, phrases, getattr(record, fact), names) for fact, phrases in wording.facts.items())


def machine_subject(machine: Machine, company: Company) -> Subject:
    words = company.sentences
    names = {"name": machine.name, "kind": machine.kind, "does": machine.does}
    names["a_kind"] = with_article(machine.kind)
    faults: list[Statement] = []
    for code, (cause, remedy) in machine.codes.items():
        faults.append(state(f"{code}-cause", words.cause, cause, {**names, "code": code}))
        faults.append(state(f"{code}-remedy", words.remedy, remedy, {**names, "code": code}))
    return Subject(
        key=key_of(machine.name),
        name=machine.name,
        kind="machine",
        keeper=company.house.office(machine.home).desk,
        openings=fill(words.machine.opening, names),
        colour=(machine.note,),
        statements=(*stated(machine, words.machine, names), *faults),
    )


def office_subject(office: Office, company: Company) -> Subject:
    words = company.sentences.office
    names = {"name": office.desk, "street": office.street, "town": office.town}
    statements = stated(office, words, names)
    openings = fill(words.opening, names)
    return Subject(office.key, office.desk, "office", office.desk, openings, (office.note,), statements)


def person_subject(person: Person, company: Company) -> Subject:
    words = company.sentences.person
    desk = company.house.office(person.office).desk
    names = {"name": person.name, "desk": desk}
    statements = stated(person, words, names)
    return Subject(key_of(person.name), person.name, "person", desk, fill(words.opening, names), (), statements)


def policy_subject(policy: Policy) -> Subject:
    return Subject(
        key=key_of(policy.title),
        name=policy.title,
        kind="policy",
        keeper=policy.keeper,
        openings=(f"{policy.title}. {policy.opening}",),
        colour=(),
        statements=tuple(
            Statement(f"rule-{number}", (sentence,), (question,), (question,), answer)
            for number, (sentence, question, answer) in enumerate(policy.facts, start=1)
        ),
    )


def subjects_of(company: Company) -> Iterator[Subject]:
    yield from (machine_subject(machine, company) for machine in company.machines)
    yield from (office_subject(office, company) for office in company.house.offices)
    yield from (person_subject(person, company) for person in company.people)
    yield from (policy_subject(policy) for policy in company.policies)


def keeper_sentence(subject: Subject, company: Company, rng: Random) -> str:
    return rng.choice(company.sentences.keeper).format(keeper=subject.keeper)


def passage(subject: Subject, company: Company, rng: Random, holding: Statement | None, without: Statement) -> str:
    """A sheet of at most PASSAGE_WORDS words that says `holding` (if given) and leaves `without` out."""
    rest = [statement for statement in subject.statements if statement not in (holding, without)]
    rng.shuffle(rest)
    body = [rng.choice(holding.say)] if holding else []
    frame = [rng.choice(subject.openings), keeper_sentence(subject, company, rng)]
    for sentence in [
        *subject.colour,
        *(rng.choice(statement.say) for statement in rest[: rng.randint(3, 6)]),
    ]:
        if len(" ".join([*frame, *body, sentence]).split()) <= PASSAGE_WORDS:
            body.append(sentence)
    rng.shuffle(body)
    return " ".join([frame[0], *body, frame[1]])
