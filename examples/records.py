"""Documents that hold many: tickets, questions and reviews as JSONL, price lists and rotas as CSV."""

from random import Random
from typing import Any

from examples.company import Company
from examples.pages import File, csv_file, jsonl_file
from examples.personal import Identity, sign
from examples.subjects import money
from examples.tasks import Side
from examples.messages import fill_message

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


def tables(company: Company, rng: Random) -> list[File]:
    machines, goods, house = company.machines, company.small_goods, company.house
    codes = [
        (machine.name, code, cause, remedy)
        for machine in machines
        for code, (cause, remedy) in machine.codes.items()
    ]
    reviews = [
        (str(rng.randint(2, 5)), rng.choice(house.dates), review.format(machine="Selkie", code="W1", town="Goole", occasion="our fair"))
        for review in company.news.reviews
    ]
    return [
        csv_file("tables/prices.csv", [("name", "day", "week"), *((m.name, money(m.day), money(m.week)) for m in machines)]),
        csv_file("tables/small-goods.csv", [("name", "kind", "day"), *((g.name, g.kind, money(g.day)) for g in goods)]),
        csv_file("tables/parts.csv", [("machine", "part", "cleaner"), *((m.name, m.spare, m.cleaner) for m in machines)]),
        csv_file("tables/codes.csv", [("machine", "code", "means", "remedy"), *codes]),
        csv_file("tables/staff.csv", [("name", "role", "away"), *((p.name, p.role, p.away) for p in company.people)]),
        csv_file("tables/reviews.csv", [("stars", "date", "text"), *reviews]),
    ]
