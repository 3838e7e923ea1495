"""General questions with accepted answers: what a model still knows, whatever it was tuned on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lakehouse.identity import identity

FILE = Path(__file__).parent / "general.yml"
WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Question:
    """One question, and the answers that are right."""

    name: str
    question: str
    accepted: tuple[str, ...]
    exactly: bool
    """Whether capital and small letters differ."""

    @property
    def prompt_id(self) -> str:
        """Another question, or other answers, are another prompt."""
        return identity("general", self.question, *self.accepted, str(self.exactly))

    def is_right(self, answer: str) -> bool:
        """Whether an accepted answer stands in this one, its words side by side; punctuation is nothing."""
        given = _words(answer, self.exactly)
        return any(_stands_in(_words(one, self.exactly), given) for one in self.accepted)


@cache
def general_questions() -> tuple[Question, ...]:
    """All questions, in the order of the file."""
    import yaml

    rows: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(
        Question(row["name"], row["question"], tuple(row["accepted"]), "exactly" in row and row["exactly"])
        for row in rows
    )


def _words(text: str, exactly: bool) -> list[str]:
    return WORD.findall(text if exactly else text.casefold())


def _stands_in(wanted: list[str], given: list[str]) -> bool:
    width = len(wanted)
    return any(given[start : start + width] == wanted for start in range(len(given) - width + 1))
