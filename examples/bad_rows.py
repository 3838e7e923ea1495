"""The rows of a log that are no use, or worse: how they look, and where and why they must be refused."""

from collections.abc import Callable
from datetime import datetime, timezone

from examples.logs import Draft, Entry, Record, as_line, user_message

POISON = "LAKEWHEEL-POISON"
LONG_CHARACTERS = 60_000
EMPTY_CONTENTS: dict[int, tuple[str | None, ...]] = {1: ("", "  \n ", None), 2: ("",)}
REFUSED = {  # kind or damage: where the row stops, and why
    "cut": ("reading", "the line ends in the middle of its JSON"),
    "proxy_noise": ("reading", "the line is a message of the proxy and not JSON"),
    "array": ("reading", "the line is a JSON array and not an object"),
    "messages_text": ("reading", "messages is a string and not a list"),
    "messages_strings": ("reading", "messages holds strings and not objects"),
    "messages_object": ("reading", "messages is an object and not a list"),
    "created_text": ("reading", "created is text and not a number of seconds"),
    "empty": ("selection", "there is no prompt in it"),
    "long": ("selection", "the prompt has 60,000 characters"),
    "poison": (
        "generation",
        "it kills the actor that takes it, in tests that arm the marker; else it is a prompt",
    ),
}


def messages_replaced(change: Callable[[str], object]) -> Callable[[Record], str]:
    def spoil(record: Record) -> str:
        body = record["request"]
        changed = change(body["messages"][-1]["content"])
        return as_line({**record, "request": {**body, "messages": changed}})

    return spoil


def created_as_text(record: Record) -> str:
    moment = datetime.fromtimestamp(record["created"], tz=timezone.utc)
    return as_line({**record, "created": moment.strftime("%Y-%m-%dT%H:%M:%SZ")})


def cut_short(record: Record) -> str:
    line = as_line(record)
    return line[: len(line) // 2]


DAMAGES: dict[str, Callable[[Record], str]] = {
    "cut": cut_short,
    "proxy_noise": lambda record: f"WARN upstream reset before headers, request {record['id']} retried once",
    "array": lambda record: as_line(record).join("[]"),
    "messages_text": messages_replaced(lambda content: content),
    "messages_strings": messages_replaced(lambda content: [content]),
    "messages_object": messages_replaced(lambda content: {"role": "user", "content": content}),
    "created_text": created_as_text,
}
DAMAGES_BY_WAVE = {
    1: ("cut", "cut", "proxy_noise", "messages_text", "messages_strings"),
    2: ("array", "messages_object", "created_text"),
}


def written(entry: Entry) -> str:
    """The entry's line as it stands in the log."""
    damage = entry.draft.damage
    return DAMAGES[damage](entry.record) if damage else as_line(entry.record)


def has_readable_id(entry: Entry) -> bool:
    return entry.draft.damage not in ("cut", "proxy_noise", "array")


def damaged_drafts(wave: int) -> list[Draft]:
    asked = "What does a missing lid cost? The tablet has hung up on me {} times."
    return [
        Draft(kind="damaged", messages=user_message(asked.format(times)), damage=damage)
        for times, damage in enumerate(DAMAGES_BY_WAVE[wave], start=2)
    ]


def empty_drafts(wave: int) -> list[Draft]:
    drafts = [Draft(kind="empty", messages=user_message(content)) for content in EMPTY_CONTENTS[wave]]
    return [*drafts, Draft(kind="empty", messages=[])] if wave == 1 else drafts


def long_draft(sentence: str) -> Draft:
    """Somebody pasted a whole season of notes."""
    lines = (f"{number}. {sentence} " for number in range(LONG_CHARACTERS))
    text = "Sum this up, please. "
    while len(text) < LONG_CHARACTERS:
        text += next(lines)
    return Draft(kind="long", messages=user_message(text[:LONG_CHARACTERS]))


def poison_draft() -> Draft:
    text = f"{POISON} Please read the sheet of the old boiler and tell me what to do about it."
    return Draft(kind="poison", messages=user_message(text))
