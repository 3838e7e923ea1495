"""Documents with people in them: visit reports, letters, newsletters and pages of the depots abroad."""

from random import Random

from examples.company import Company
from examples.pages import Page
from examples.personal import Identity

VISITS = 30
LETTERS = 10
NEWSLETTERS = 12
PARAGRAPHS_ABROAD = ((0, 1), (2, 3), (4, 5), (0, 3), (1, 4))  # of each language: no two pages share both
STORIES_PER_LETTER = 3
FITTING_ROLES = ("fitter", "electrician", "builder", "apprentice")
FORMATS_ABROAD = ("txt", "html", "md", "html", "txt")


def visit_report(number: int, company: Company, person: Identity, rng: Random) -> Page:
    machine = rng.choice(company.machines)
    code = rng.choice(sorted(machine.codes))
    cause, remedy = machine.codes[code]
    fitters = [one.name for one in company.people if one.role.endswith(FITTING_ROLES)]
    house = company.house
    town, date = rng.choice(house.towns), rng.choice(house.dates)
    known = {"town": town, "person": person.name, "code": code, "cause": cause, "remedy": remedy}
    known |= {"spare": machine.spare, "occasion": rng.choice(house.occasions)}
    parts = [rng.choice(pieces).format(**known) for pieces in company.visits.values()]
    customer = f"Customer: {person.name}, {town}. Telephone {person.phone}. E-mail {person.email}."
    head = f"Machine: {machine.name}. Date: {date}. Fitter: {rng.choice(fitters)}."
    paragraphs = (head, customer, " ".join(parts[:3]), " ".join(parts[3:]))
    return Page(f"visits/visit-{number:02d}.txt", f"Visit report {number}: {machine.name} in {town}", paragraphs)


def letter(number: int, body: str, company: Company, person: Identity, rng: Random) -> Page:
    machine, house = rng.choice(company.machines), company.house
    said = body.format(
        machine=machine.name,
        amount=f"£{rng.randint(20, 900)}",
        date=rng.choice(house.dates),
        town=rng.choice(house.towns),
        iban=person.iban,
        card=person.card,
    )
    paragraphs = (
        f"To {person.name}, {person.email}, telephone {person.phone}.",
        f"Dear {person.name},",
        said,
        f"Yours sincerely, {rng.choice(company.reasons.raters)}, for the accounts office.",
    )
    return Page(f"letters/letter-{number:02d}.pdf", f"Letter {2600 + number}", paragraphs)


def newsletter(number: int, stories: list[str], company: Company, rng: Random) -> Page:
    house = company.house
    told = tuple(
        story.format(
            machine=rng.choice(company.machines).name,
            town=rng.choice(house.towns),
            occasion=rng.choice(house.occasions),
        )
        for story in stories
    )
    return Page(f"newsletters/number-{number:02d}.md", f"The Kettle, number {number}", told)


def page_abroad(language: str, number: int, company: Company, rng: Random) -> Page:
    words = company.languages[language]
    office = next(office for office in company.house.offices if office.language == language)
    staff = [person.name for person in company.people if person.office == office.key]
    machine = rng.choice(company.machines).name
    chosen = [words.paragraphs[place].format(machine=machine) for place in PARAGRAPHS_ABROAD[number]]
    closing = words.closing.format(person=rng.choice(staff), desk=f"{office.town}, {office.street}")
    title = words.title.format(desk=office.town, topic=words.topics[number])
    path = f"abroad/{language}-{number + 1}.{FORMATS_ABROAD[number]}"
    return Page(path, title, (*chosen, closing), language=language)


def correspondence_pages(company: Company, identities: list[Identity], rng: Random) -> list[Page]:
    people = iter(rng.sample(identities, VISITS + LETTERS))
    pages = [visit_report(number, company, next(people), rng) for number in range(1, VISITS + 1)]
    for number, body in enumerate(rng.sample(company.letters, LETTERS), start=1):
        pages.append(letter(number, body, company, next(people), rng))
    stories = [rng.sample(company.news.stories, len(company.news.stories)) for _ in range(2)]
    shelf = stories[0] + stories[1]
    for number in range(1, NEWSLETTERS + 1):
        chosen = shelf[(number - 1) * STORIES_PER_LETTER : number * STORIES_PER_LETTER]
        pages.append(newsletter(number, chosen, company, rng))
    for language in company.languages:
        pages += [page_abroad(language, number, company, rng) for number in range(len(PARAGRAPHS_ABROAD))]
    return pages
