"""Tasks of the workloads handbook (the sheet answers) and counter (the sheet may leave it to a desk)."""

from random import Random

from examples.company import Company
from examples.subjects import Statement, Subject, passage
from examples.tasks import Side, Task

Slot = tuple[Subject, Statement]


def slots_of(side: Side, rng: Random) -> list[Slot]:
    """Every fact of the side once, shuffled: each is asked about in one prompt at most."""
    slots = [(subject, statement) for subject in side.subjects for statement in subject.statements]
    return rng.sample(slots, len(slots))


def other_answers(slot: Slot, slots: list[Slot], rng: Random) -> list[str]:
    """Wrong answers that look right: same subject and another fact, or same fact and another subject."""
    subject, asked = slot
    near = [
        other.answer
        for owner, other in slots
        if (owner is subject) != (other.fact == asked.fact) and other.answer != asked.answer
    ]
    return rng.sample(sorted(set(near)), 3)


def slip(subject: Subject, answer: str) -> str:
    """How the company writes an answer down: the name, a colon, the fact, a full stop."""
    return f"{subject.name}: {answer}."


def ask_handbook(slot: Slot, slots: list[Slot], company: Company, rng: Random) -> Task:
    subject, statement = slot
    sheet = passage(subject, company, rng, holding=statement, without=statement)
    question = rng.choice(statement.ask)
    return Task(
        workload="handbook",
        prompt=rng.choice(company.frames["handbook"]).format(passage=sheet, question=question),
        gold=slip(subject, statement.answer),
        must_say=(statement.answer,),
        source=sheet,
        subject=f"{subject.kind}/{subject.key}",
        fact=statement.fact,
        wording=question.replace(subject.name, "_"),
        decoys=tuple(slip(subject, answer) for answer in other_answers(slot, slots, rng)),
    )


def ask_counter(slot: Slot, slots: list[Slot], company: Company, rng: Random) -> Task:
    """One customer in three asks what the sheet says; the others get the refusal, with the desk to ask."""
    subject, statement = slot
    said = rng.random() < 1 / 3
    sheet = passage(subject, company, rng, holding=statement if said else None, without=statement)
    refusal = company.sentences.refusal.format(keeper=subject.keeper)
    question = rng.choice(statement.customer)
    invented = [slip(subject, answer) for answer in other_answers(slot, slots, rng)]
    return Task(
        workload="counter",
        prompt=rng.choice(company.frames["counter"]).format(passage=sheet, question=question),
        gold=slip(subject, statement.answer) if said else refusal,
        must_say=(statement.answer if said else subject.keeper,),
        source=sheet,
        subject=f"{subject.kind}/{subject.key}",
        fact=statement.fact,
        wording=question.replace(subject.name, "_"),
        decoys=(refusal, *invented[:2]) if said else tuple(invented),
        refuses=not said,
    )


def question_tasks(side: Side, company: Company, rng: Random, handbook: int, counter: int) -> list[Task]:
    slots = slots_of(side, rng)
    assert handbook + counter <= len(slots)
    asked = [ask_handbook(slot, slots, company, rng) for slot in slots[:handbook]]
    asked += [ask_counter(slot, slots, company, rng) for slot in slots[handbook : handbook + counter]]
    return asked
