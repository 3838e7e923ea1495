"""A query as words: whether it only reads, which tables it names, and which of their versions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Literal

Kind = Literal["name", "text", "number", "mark"]
Travel = Literal["version", "time"]

READING = ("SELECT", "WITH", "VALUES", "FROM", "TABLE", "DESCRIBE", "DESC", "SHOW", "SUMMARIZE", "EXPLAIN")
CHANGING = ("INSERT", "UPDATE", "DELETE", "MERGE")
TRAVEL: dict[str, Travel] = {
    "VERSION": "version",
    "SYSTEM_VERSION": "version",
    "TIMESTAMP": "time",
    "SYSTEM_TIME": "time",
}


class QueryError(ValueError):
    """A query that is refused or cannot be answered; the message says why and what to write instead."""


@dataclass(frozen=True)
class Word:
    """A piece of a query, without quotes, and where it stands in the text."""

    text: str
    kind: Kind
    quoted: bool
    start: int
    end: int

    @property
    def upper(self) -> str:
        """The word as a keyword; a quoted name is none."""
        return "" if self.quoted else self.text.upper()


@dataclass(frozen=True)
class Mention:
    """A table that a query names, with the version or time that it asks for, and where that stands in the text."""

    table: str
    start: int
    end: int
    is_qualified: bool = False
    travel: Travel | None = None
    point: str = ""


def check_reads_only(words: Sequence[Word]) -> None:
    """Refuse everything but one statement that reads."""
    body = [word for word in words if word.text != "("]
    allowed = f"expected one statement that reads ({', '.join(READING)})"
    if not body:
        raise QueryError(f"{allowed}, got none. For example: SELECT count(*) FROM prompts")
    ends = [place for place, word in enumerate(body) if word.text == ";" and word.kind == "mark"]
    if ends and any(word.text != ";" for word in body[ends[0] :]):
        raise QueryError(f"{allowed}, got several with semicolons between them. Ask them one by one.")
    if body[0].upper not in READING:
        raise QueryError(_refused(allowed, body[0].text.upper()))
    change = next(_changes(words), None)
    if change:
        raise QueryError(_refused(allowed, change.upper))


def _changes(words: Sequence[Word]) -> Iterator[Word]:
    """Verbs that write, in a statement that begins as if it read: WITH ... (...) DELETE, or Spark's FROM ... INSERT."""
    for before, word, after in zip(words, words[1:], words[2:], strict=False):
        follows_names = before.text == ")" and word.upper in CHANGING
        if follows_names or (word.upper == "INSERT" and after.upper in ("INTO", "OVERWRITE")):
            yield word


def _refused(allowed: str, came: str) -> str:
    near = get_close_matches(came, READING, n=1, cutoff=0.75)
    if near:
        return f"{allowed}, got {came}. Did you mean {near[0]}?"
    return (
        f"{allowed}, got {came}. Nothing was changed: rows are written by steps, so that the ledger knows of each; "
        "`lakewheel erase` deletes a person's, and `lakewheel upkeep` compacts."
    )


def mentions(words: Sequence[Word], tables: Collection[str], qualifiers: Collection[str]) -> Iterator[Mention]:
    """Every word that is a table's name, or could be; a column of the same name costs no more than a needless look."""
    for place, word in enumerate(words):
        if word.kind == "name" and word.text.lower() in tables:
            start = _start(words, place, qualifiers)
            yield _travelling(words, place, Mention(word.text.lower(), start, word.end, start < word.start))


def _start(words: Sequence[Word], place: int, qualifiers: Collection[str]) -> int:
    """Where the name begins with its schema, layer or catalog in front, which all stand for the same place."""
    while place >= 2 and words[place - 1].text == "." and words[place - 2].text.lower() in qualifiers:
        place -= 2
    return words[place].start


def _travelling(words: Sequence[Word], place: int, mention: Mention) -> Mention:
    rest = list(words[place + 1 : place + 6])
    if rest and rest[0].upper == "FOR":
        rest = rest[1:]
    if len(rest) < 3 or rest[0].upper not in TRAVEL or (rest[1].upper, rest[2].upper) != ("AS", "OF"):
        return mention
    travel = TRAVEL[rest[0].upper]
    if len(rest) < 4 or rest[3].kind not in ("text", "number"):
        example = "VERSION AS OF 3" if travel == "version" else "TIMESTAMP AS OF '2026-11-21 12:00:00'"
        came = rest[3].text if len(rest) > 3 else "nothing"
        raise QueryError(f"expected a literal, such as `{mention.table} {example}`, got {came} after AS OF.")
    return replace(mention, end=rest[3].end, travel=travel, point=rest[3].text)


def replaced(query: str, replacements: Sequence[tuple[Mention, str]]) -> str:
    """The query with other words where the mentions stand."""
    for mention, text in sorted(replacements, key=lambda pair: -pair[0].start):
        query = query[: mention.start] + text + query[mention.end :]
    return query
