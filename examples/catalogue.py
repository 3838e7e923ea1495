"""Tasks of the workload blurb: workshop notes become one catalogue line in the company's form."""

from random import Random

from examples.company import Company, Machine, SmallGood
from examples.subjects import machine_subject, money, state, with_article
from examples.tasks import Side, Task


def catalogue_line(good: SmallGood, holds: str, price: str) -> str:
    return f"{good.name}: {with_article(good.kind)} that {good.does}; {holds}; {price} a day."


def notes_on(good: SmallGood, company: Company, rng: Random) -> str:
    """The two facts that the line needs, among others that it does not."""
    names = {"name": good.name}
    facts = company.sentences.small.facts
    needed = [state("holds", facts["holds"], good.holds, names), state("day", facts["day"], good.day, names)]
    notes = [rng.choice(statement.say) for statement in needed]
    if isinstance(good, Machine):
        subject = machine_subject(good, company)
        spare = [statement for statement in subject.statements if statement.fact not in ("holds", "day")]
        notes += [rng.choice(statement.say) for statement in rng.sample(spare, 3)] + list(subject.colour)
    else:
        notes += rng.sample(company.sentences.small.colour, 2)
    rng.shuffle(notes)
    return " ".join([f"The {good.name} is {with_article(good.kind)} that {good.does}.", *notes])


def blurb_task(good: SmallGood, others: list[SmallGood], company: Company, rng: Random) -> Task:
    notes = notes_on(good, company, rng)
    other = rng.choice([other for other in others if other.holds != good.holds and other.day != good.day])
    frame = rng.choice(company.frames["blurb"])
    return Task(
        workload="blurb",
        prompt=frame.format(notes=notes, name=good.name),
        gold=catalogue_line(good, good.holds, money(good.day)),
        must_say=(good.holds, money(good.day)),
        source=notes,
        subject=good.name,
        fact="line",
        wording=frame,
        decoys=(
            catalogue_line(good, good.holds, money(other.day)),
            catalogue_line(good, other.holds, money(good.day)),
            catalogue_line(good, other.holds, money(other.day)),
        ),
    )


def blurb_tasks(side: Side, company: Company, rng: Random, count: int) -> list[Task]:
    goods: list[SmallGood] = [*side.machines, *side.small_goods]
    return [blurb_task(good, goods, company, rng) for good in rng.sample(goods, count)]
