"""Documents about things: handbook sheets, web pages, manuals, policies, depots and small goods."""

from random import Random

from examples.company import Company, Machine
from examples.pages import Page
from examples.subjects import (
    Subject,
    keeper_sentence,
    key_of,
    money,
    office_subject,
    subjects_of,
    with_article,
)

MANUALS = 16
GOODS_PER_SHEET = 4
POLICIES_ON_THE_WEB = 5


def machine_table(machine: Machine) -> tuple[tuple[str, ...], ...]:
    rows = [
        ("What", "Value"),
        ("Day", money(machine.day)),
        ("Week", money(machine.week)),
        ("Deposit", money(machine.deposit)),
    ]
    return (*rows, ("Weight", machine.weighs), ("Holds", machine.holds), ("Spare", machine.spare))


def told(subject: Subject, rng: Random, share: slice) -> str:
    """Some of the subject's sentences, in an order of their own."""
    statements = list(subject.statements[share])
    rng.shuffle(statements)
    return " ".join(rng.choice(statement.say) for statement in statements)


def machine_sheet(machine: Machine, subject: Subject, company: Company, rng: Random) -> Page:
    paragraphs = (
        f"{rng.choice(subject.openings)} {machine.note}",
        told(subject, rng, slice(0, 7)),
        told(subject, rng, slice(7, None)),
        keeper_sentence(subject, company, rng),
    )
    return Page(f"sheets/{subject.key}.md", f"{machine.name}, {machine.kind}", paragraphs, machine_table(machine))


def machine_web_page(machine: Machine, subject: Subject, company: Company, rng: Random) -> Page:
    code = rng.choice(sorted(machine.codes))
    reviews = [
        review.format(machine=machine.name, code=code, town=rng.choice(company.house.towns), occasion="our fair")
        for review in rng.sample(company.news.reviews, 3)
    ]
    paragraphs = (
        f"Planning {rng.choice(company.house.occasions)}? {rng.choice(subject.openings)}",
        told(subject, rng, slice(0, 6)),
        f"What people say: {' '.join(reviews)}",
        f"Collect it in {company.house.office(machine.home).town}, or let our van bring it to you.",
    )
    return Page(f"web/{subject.key}.html", f"Hire the {machine.name}", paragraphs, machine_table(machine)[:4])


def manual(machine: Machine, subject: Subject, company: Company, rng: Random) -> Page:
    paragraphs = [rng.choice(subject.openings)]
    for section, advice in company.manuals.items():
        chosen = " ".join(rng.sample(advice, 2)).format(name=machine.name)
        paragraphs.append(f"{section}. {chosen} {rng.choice(rng.choice(subject.statements).say)}")
    paragraphs += [f"{code}: {cause}. What to do: {remedy}." for code, (cause, remedy) in machine.codes.items()]
    return Page(f"manuals/{subject.key}.pdf", f"{machine.name}: the manual", tuple(paragraphs))


def machine_pages(company: Company, rng: Random) -> list[Page]:
    subjects = [subject for subject in subjects_of(company) if subject.kind == "machine"]
    pairs = list(zip(company.machines, subjects, strict=True))
    pages = [machine_sheet(machine, subject, company, rng) for machine, subject in pairs]
    pages += [machine_web_page(machine, subject, company, rng) for machine, subject in pairs]
    return pages + [manual(machine, subject, company, rng) for machine, subject in pairs[:MANUALS]]


def policy_pages(company: Company) -> list[Page]:
    """Every policy as Markdown; some are on the web site as well, word for word."""
    pages = []
    for number, policy in enumerate(company.policies):
        sentences = [sentence for sentence, _, _ in policy.facts]
        keeper = f"This sheet is kept by the {policy.keeper}."
        paragraphs = (policy.opening, " ".join(sentences[:4]), " ".join(sentences[3:]), keeper)
        suffixes = ("md", "html") if number < POLICIES_ON_THE_WEB else ("md",)
        for suffix in suffixes:
            folder = "policies" if suffix == "md" else "web"
            pages.append(Page(f"{folder}/{key_of(policy.title)}.{suffix}", policy.title, paragraphs))
    return pages


def depot_pages(company: Company, rng: Random) -> list[Page]:
    pages = []
    for office in company.house.offices:
        subject = office_subject(office, company)
        staff = [person for person in company.people if person.office == office.key]
        people = " ".join(f"{person.name} is the {person.role} and knows {person.knows}." for person in staff)
        paragraphs = (f"{subject.openings[0]} {office.note}", told(subject, rng, slice(None)), people)
        pages.append(Page(f"depots/{office.key}.txt", f"The {office.desk}", paragraphs))
    return pages


def small_goods_pages(company: Company, rng: Random) -> list[Page]:
    goods, pages = company.small_goods, []
    for number, start in enumerate(range(0, len(goods), GOODS_PER_SHEET), start=1):
        paragraphs = tuple(
            f"The {good.name} is {with_article(good.kind)} that {good.does}. It holds {good.holds} and "
            f"rents at {money(good.day)} a day in {company.house.office(good.home).town}. "
            f"{rng.choice(company.sentences.small.colour)}"
            for good in goods[start : start + GOODS_PER_SHEET]
        )
        pages.append(Page(f"small-goods/box-{number:02d}.txt", f"Small goods, box {number}", paragraphs))
    return pages
