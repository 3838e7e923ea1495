"""Documents that hold many: tickets, questions and reviews as JSONL, price lists and rotas as CSV."""

from random import Random
from typing import Any

from examples.company import Company
from examples.messages import fill_message
from examples.pages import File, csv_file, jsonl_file
from examples.personal import Identity, sign
from examples.subjects import money
from examples.tasks import Side

TICKET_FILES = 4


def ticket(number: int, desk: str, message: str, reply: str) -> dict[str, Any]:
    return {"id": f"ticket-{number:03d}", "language": "en", "desk": desk, "text": f"{message}\n\n{reply}"}


def ticket_files(company: Company, side: Side, identities: list[Identity], rng: Random) -> list[File]:
    """The messages that the raters' side knows, answered by people; the logs ask about other messages."""
    tickets = [
        ticket(
            number,
            desk,
            sign(fill_message(template, side, company, rng), rng.choice(identities), rng),
            rng.choice(company.news.replies),
        )
        for number, (desk, template) in enumerate(rng.sample(side.routes, len(side.routes)), start=1)
    ]
    return [
        jsonl_file(f"tickets/tickets-{start + 1}.jsonl", tickets[start::TICKET_FILES]) for start in range(TICKET_FILES)
    ]


def frequent_questions(company: Company) -> File:
    records = [
        {"id": f"question-{number}", "language": "en", "text": f"{policy.facts[0][1]} {policy.facts[0][0]}"}
        for number, policy in enumerate(company.policies, start=1)
    ]
    return jsonl_file("tickets/frequent-questions.jsonl", records)


def reviews(company: Company, rng: Random) -> File:
    """A table with a column of text."""
    rows = []
    for review in company.news.reviews:
        machine = rng.choice(company.machines)
        said = review.format(
            machine=machine.name,
            code=rng.choice(sorted(machine.codes)),
            town=rng.choice(company.house.towns),
            occasion=rng.choice(company.house.occasions),
        )
        rows.append((str(rng.randint(2, 5)), rng.choice(company.house.dates), said))
    return csv_file("tables/reviews.csv", ("stars", "date", "text"), rows)


def tables(company: Company, rng: Random) -> list[File]:
    machines, goods, people = company.machines, company.small_goods, company.people
    prices = [(machine.name, money(machine.day), money(machine.week)) for machine in machines]
    parts = [(machine.name, machine.spare, machine.cleaner) for machine in machines]
    codes = [
        (machine.name, code, cause, remedy) for machine in machines for code, (cause, remedy) in machine.codes.items()
    ]
    return [
        csv_file("tables/prices.csv", ("name", "day", "week"), prices),
        csv_file("tables/parts.csv", ("name", "part", "cleaner"), parts),
        csv_file("tables/codes.csv", ("name", "code", "means", "remedy"), codes),
        csv_file("tables/small-goods.csv", ("name", "kind", "day"), [(g.name, g.kind, money(g.day)) for g in goods]),
        csv_file("tables/staff.csv", ("name", "role", "away"), [(p.name, p.role, p.away) for p in people]),
        reviews(company, rng),
    ]


def record_files(company: Company, side: Side, identities: list[Identity], rng: Random) -> list[File]:
    questions = frequent_questions(company)
    return [*ticket_files(company, side, identities, rng), questions, *tables(company, rng)]
