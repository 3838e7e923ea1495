"""Plans each wave of the log: fresh prompts, repeats, near repeats, the canary, asides and bad rows."""

import re
from dataclasses import replace
from random import Random

from examples.bad_rows import damaged_drafts, empty_drafts, long_draft, poison_draft
from examples.catalogue import blurb_tasks
from examples.company import Company
from examples.logs import Draft, Entry, make_entries, user_message
from examples.messages import form_tasks, route_tasks
from examples.personal import Identity
from examples.questions import question_tasks
from examples.tasks import Side, Task

FRESH = {"handbook": 124, "counter": 60, "route": 56, "form": 52, "blurb": 44}
FRESH_IN_FIRST_WAVE = 274
REPEATS = {1: 16, 2: 4}  # the same prompt under another id; the second wave repeats prompts of the first
NEAR_REPEATS = {1: 12, 2: 4}
ASIDES = {1: 4, 2: 2}
REPLAYED = 3  # lines of the first wave that the second holds again, id and all
CANARY_ENDINGS = {
    1: (
        " You reach me at {email} or {phone}. {name}",
        " Take it from card {card} or from {iban}, whichever works. {name}",
        " (Our web form sent this from {ip} with the key {token}, is that right?)",
    ),
    2: (" As I said before, {name}, {email}, {phone}.",),
}


def fresh_tasks(side: Side, company: Company, identities: list[Identity], seed: int) -> tuple[list[Task], list[Task]]:
    """Every fresh prompt of both waves, shuffled; and the four orders that the canary signs."""
    rng = Random(f"{seed}/tasks")
    tasks = question_tasks(side, company, rng, FRESH["handbook"], FRESH["counter"])
    tasks += route_tasks(side, company, identities, rng, FRESH["route"])
    tasks += blurb_tasks(side, company, rng, FRESH["blurb"])
    orders = form_tasks(side, company, identities, rng, FRESH["form"])
    return rng.sample(tasks + orders, len(tasks + orders)), form_tasks(side, company, [], rng, 4)


def fresh(task: Task) -> Draft:
    return Draft(kind="fresh", messages=user_message(task.prompt), task=task)


def canary_drafts(tasks: list[Task], endings: tuple[str, ...], canary: dict[str, str]) -> list[Draft]:
    drafts = []
    for task, ending in zip(tasks, endings, strict=True):
        source = task.source + ending.format(**canary)
        signed = replace(task, source=source, prompt=task.prompt.replace(task.source, source))
        drafts.append(Draft(kind="canary", messages=user_message(signed.prompt), task=signed, user=canary["user"]))
    return drafts


def nearly(prompt: str, rng: Random) -> str:
    """The same prompt as a person types it the second time: a few characters more, or another line break."""
    ways = (
        f"{prompt} Thanks!",
        f"Hello again. {prompt}",
        re.sub(r"\n+", "\n", f"{prompt}\n"),
        f"sorry, once more: {prompt}",
        f"{prompt.replace(' is ', ' is  ')} please",
    )
    return rng.choice(ways)


def repeated(tasks: list[Task], exact: int, near: int, rng: Random) -> list[Draft]:
    """Chosen from prompts without personal data, so that a repeat is a repeat after redaction too."""
    chosen = rng.sample([task for task in tasks if task.workload in ("handbook", "counter", "blurb")], exact + near)
    repeats = [
        Draft(kind="repeat", messages=user_message(task.prompt), task=task, origin=task.prompt)
        for task in chosen[:exact]
    ]
    for task in chosen[exact:]:
        again = nearly(task.prompt, rng)
        repeats.append(Draft(kind="near", messages=user_message(again), task=task, origin=task.prompt))
    return repeats


def insert_after_origins(drafts: list[Draft], repeats: list[Draft], rng: Random) -> list[Draft]:
    """A repeat comes after what it repeats, at any distance."""
    ordered = list(drafts)
    for repeat in repeats:
        origins = [place for place, draft in enumerate(ordered) if draft.task is repeat.task]
        first = origins[0] + 1 if origins else 0
        ordered.insert(rng.randint(first, len(ordered)), repeat)
    return ordered


def asides(company: Company, wave: int) -> list[Draft]:
    texts = company.frames["asides"]
    chosen = texts[: ASIDES[1]] if wave == 1 else texts[ASIDES[1] : ASIDES[1] + ASIDES[2]]
    return [Draft(kind="aside", messages=user_message(text)) for text in chosen]


def first_wave(tasks: list[Task], canaries: list[Draft], company: Company, rng: Random) -> list[Draft]:
    drafts = [fresh(task) for task in tasks] + canaries + asides(company, 1) + empty_drafts(1) + damaged_drafts(1)
    drafts += [long_draft(company.news.stories[0]), poison_draft()]
    rng.shuffle(drafts)
    return insert_after_origins(drafts, repeated(tasks, REPEATS[1], NEAR_REPEATS[1], rng), rng)


def second_wave(
    tasks: list[Task], earlier: list[Task], canaries: list[Draft], company: Company, rng: Random
) -> list[Draft]:
    drafts = [fresh(task) for task in tasks] + canaries + asides(company, 2) + empty_drafts(2) + damaged_drafts(2)
    rng.shuffle(drafts)
    return insert_after_origins(drafts, repeated(earlier, REPEATS[2], NEAR_REPEATS[2], rng), rng)


def replayed(entries: list[Entry], rng: Random) -> list[Entry]:
    """Rows of the first wave that the proxy delivers a second time, at the head of the second wave."""
    chosen = rng.sample([entry for entry in entries if entry.draft.kind == "fresh"], REPLAYED)
    return [Entry(2, replace(entry.draft, kind="replay"), entry.record) for entry in chosen]


def make_waves(
    side: Side, company: Company, identities: list[Identity], canary: dict[str, str], seed: int
) -> dict[int, list[Entry]]:
    rng = Random(f"{seed}/waves")
    tasks, orders = fresh_tasks(side, company, identities, seed)
    early, late = tasks[:FRESH_IN_FIRST_WAVE], tasks[FRESH_IN_FIRST_WAVE:]
    canaries = {
        1: canary_drafts(orders[:3], CANARY_ENDINGS[1], canary),
        2: canary_drafts(orders[3:], CANARY_ENDINGS[2], canary),
    }
    first = make_entries(first_wave(early, canaries[1], company, rng), 1, company, seed)
    second = make_entries(second_wave(late, early, canaries[2], company, rng), 2, company, seed)
    return {1: first, 2: replayed(first, rng) + second}
