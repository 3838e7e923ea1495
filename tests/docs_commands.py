"""The commands that the pages show, as a shell would cut them, and what the real command line makes of each."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer.main

from jobs.command import app

PROGRAM = "lakewheel"
CODE = re.compile(r"^(?: {4,}|```)")
ASSIGNMENT = re.compile(r"[A-Z_]+=\S*")
SPAN = re.compile(rf"`({PROGRAM} [^`]+)`")
END = frozenset({"|", ">", ">>", "&&", ";", "&"})


@dataclass(frozen=True)
class Command:
    """One command of a page."""

    page: str
    line: int
    words: tuple[str, ...]
    """What stands behind the program's name."""

    def __str__(self) -> str:
        return f"{self.page}:{self.line}: {PROGRAM} {shlex.join(self.words)}"


@dataclass(frozen=True)
class Parsed:
    """What the command line makes of a command."""

    path: tuple[str, ...]
    """The names of the groups and of the command."""
    parameters: dict[str, Any]
    common: dict[str, Any]
    """What the whole program was given: --conf, --set and so on."""


def commands_of(page: Path) -> list[Command]:
    """Every command in the page's blocks of code, indented or fenced; one may go on over several lines."""
    found = []
    for number, text in _statements(page.read_text()):
        words = _words(text)
        while words and ASSIGNMENT.fullmatch(words[0]):
            words.pop(0)
        if words[:1] == [PROGRAM]:
            found.append(Command(page.name, number, tuple(words[1:])))
    return found


def spans_of(page: Path) -> list[Command]:
    """Every command in the running text, between backquotes; what it needs may be left out there."""
    text = page.read_text()
    found = SPAN.finditer(text)
    return [
        Command(page.name, text.count("\n", 0, one.start()) + 1, tuple(_words(" ".join(one[1].split()))[1:]))
        for one in found
    ]


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Lines of code with their numbers, those that go on joined."""
    is_fenced, waiting, began = False, "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("```"):
            is_fenced = not is_fenced
            continue
        if not waiting and not (is_fenced or CODE.match(line)):
            continue
        if not waiting and not re.match(rf"\s*(?:[A-Z_]+=\S+ )*{PROGRAM} ", line):
            continue
        began = began if waiting else number
        waiting += line.rstrip("\\") + (" " if line.endswith("\\") else "\n")
        if not line.endswith("\\") and _is_whole(waiting):
            yield began, waiting
            waiting = ""
    assert not waiting, f"line {began} begins a command that never ends: {waiting}"


def _is_whole(text: str) -> bool:
    try:
        shlex.split(text, comments=True)
    except ValueError:
        return False
    return True


def _words(text: str) -> list[str]:
    """As a shell cuts it, up to a pipe; a comment is none of it."""
    words = shlex.split(text, comments=True)
    ends = [place for place, word in enumerate(words) if word in END]
    return words[: ends[0]] if ends else words


def parsed(words: tuple[str, ...]) -> Parsed:
    """The command line's own reading: it raises where a name, an option or an argument is none of its."""
    command: Any = typer.main.get_command(app)
    context = command.make_context(PROGRAM, list(words))
    common, path = dict(context.params), []
    while hasattr(command, "resolve_command"):
        rest = [*context._protected_args, *context.args]
        name, command, rest = command.resolve_command(context, rest)
        path.append(str(name))
        context = command.make_context(name, rest, parent=context)
    return Parsed(tuple(path), dict(context.params), common)
