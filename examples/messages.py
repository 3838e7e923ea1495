"""Tasks of the workloads route (which desk takes a message) and form (an order becomes one line of JSON)."""

import json
from random import Random

from examples.company import Company
from examples.personal import Identity, sign
from examples.tasks import Side, Task

SIGNED_SHARE = 0.3
DESKS_OFFERED = 4
NUMBER_WORDS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


def signed(message: str, identities: list[Identity], rng: Random) -> str:
    return sign(message, rng.choice(identities), rng) if identities and rng.random() < SIGNED_SHARE else message


def fill_message(template: str, side: Side, company: Company, rng: Random) -> str:
    machine = rng.choice(side.machines)
    return template.format(
        machine=machine.name,
        code=rng.choice(sorted(machine.codes)),
        date=rng.choice(company.house.dates),
        town=rng.choice(company.house.towns),
        occasion=rng.choice(company.house.occasions),
    )


def route_task(desk: str, template: str, side: Side, company: Company, identities: list[Identity], rng: Random) -> Task:
    message = signed(fill_message(template, side, company, rng), identities, rng)
    others = [other for other in company.messages.route if other != desk]
    desks = rng.sample([desk, *rng.sample(others, DESKS_OFFERED - 1)], DESKS_OFFERED)
    frame = rng.choice(company.frames["route"])
    return Task(
        workload="route",
        prompt=frame.format(message=message, desks=", ".join(desks)),
        gold=f"Desk: {desk}.",
        must_say=(desk,),
        source=message,
        subject=template,
        fact="desk",
        wording=frame,
        decoys=tuple(f"Desk: {other}." for other in desks if other != desk),
    )


def route_tasks(side: Side, company: Company, identities: list[Identity], rng: Random, count: int) -> list[Task]:
    """Each message at most once, so that no label can be learnt by heart."""
    chosen = rng.sample(side.routes, count)
    return [route_task(desk, template, side, company, identities, rng) for desk, template in chosen]


def wrong_forms(form: dict[str, str | int], company: Company, rng: Random) -> tuple[str, ...]:
    """The form with one field wrong, three times."""
    date = rng.choice([date for date in company.house.dates if date != form["date"]])
    place = rng.choice([town for town in company.house.towns if town != form["place"]])
    changes = ({"quantity": int(form["quantity"]) + 1}, {"date": date}, {"place": place})
    return tuple(json.dumps({**form, **change}, ensure_ascii=False) for change in changes)


def form_task(side: Side, company: Company, identities: list[Identity], rng: Random) -> Task:
    template, goods = rng.choice(side.bookings), [*side.machines, *side.small_goods]
    item, other = rng.sample(goods, 2)
    quantity = rng.randint(2, 6)
    form: dict[str, str | int] = {
        "item": item.name,
        "quantity": quantity,
        "date": rng.choice(company.house.dates),
        "place": rng.choice(company.house.towns),
    }
    message = template.format(
        machine=item.name,
        count=rng.choice([str(quantity), NUMBER_WORDS[quantity]]),
        date=form["date"],
        town=form["place"],
        occasion=rng.choice(company.house.occasions),
        other=other.name,
    )
    message = signed(message, identities, rng)
    return Task(
        workload="form",
        prompt=rng.choice(company.frames["form"]).format(message=message),
        gold=json.dumps(form, ensure_ascii=False),
        must_say=tuple(str(value) for value in form.values()),
        source=message,
        subject=item.name,
        fact="order",
        wording=template,
        decoys=wrong_forms(form, company, rng),
    )


def form_tasks(side: Side, company: Company, identities: list[Identity], rng: Random, count: int) -> list[Task]:
    return [form_task(side, company, identities, rng) for _ in range(count)]
