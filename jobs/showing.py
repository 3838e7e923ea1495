"""What people and programs see: tables that fit the terminal, JSON, CSV, and a line while something takes long."""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from rich.console import Console

PIPED_WIDTH = 100
NARROWEST_CELL = 12
LONGEST_CELL = 300


def console() -> Console:
    """Colours and the terminal's width for a person, neither for a pipe."""
    from rich.console import Console

    class Plain(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError  # Rich would end the program, with 1

    return Plain(width=None if sys.stdout.isatty() else PIPED_WIDTH, highlight=False, markup=False, emoji=False)


def show_json(value: Any) -> None:
    """For programs."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def show_csv(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """For spreadsheets: nothing for null, JSON for what has parts."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([["" if cell is None else as_text(cell) for cell in row] for row in rows])


def show_rows(names: Sequence[str], rows: Sequence[Sequence[Any]], right: Sequence[str] = ()) -> None:
    """A table, or one block for each row where so many columns would not fit side by side."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    out = console()
    if sum(map(_needed_width, zip(names, *rows, strict=True))) > out.width:
        return _show_blocks(names, rows)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for name in names:
        justify: Literal["right", "left"] = "right" if name in right else "left"
        table.add_column(Text(name), justify=justify, overflow="fold", no_wrap=name == names[0])
    for row in rows:
        table.add_row(*(Text(_shortened(cell)) for cell in row))
    out.print(table)
    return None


def _needed_width(cells: Sequence[Any]) -> int:
    """What a column wants, up to a width at which wrapping is still easy to read."""
    return min(max(len(_shortened(cell)) for cell in cells), max(NARROWEST_CELL, len(str(cells[0])))) + 2


def _show_blocks(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    from rich.table import Table
    from rich.text import Text

    out = console()
    for number, row in enumerate(rows, start=1):
        block = Table.grid(padding=(0, 2))
        for name, cell in zip(names, row, strict=True):
            block.add_row(Text(name, style="bold"), Text(_shortened(cell)))
        out.print(Text(f"--- row {number}", style="dim"))
        out.print(block)


def show_line(text: str, style: str = "") -> None:
    """One line, never broken in the middle by the width of a pipe."""
    from rich.text import Text

    console().print(Text(text, style=style), soft_wrap=True)


def as_text(cell: Any) -> str:
    """A value as one cell; what has parts as JSON."""
    if isinstance(cell, dict | list):
        return json.dumps(cell, ensure_ascii=False)
    if isinstance(cell, bool):
        return str(cell).lower()
    return str(cell)


def _shortened(cell: Any) -> str:
    text = "" if cell is None else as_text(cell).replace("\n", "⏎")
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def course_line(step: int, steps: int, figures: Mapping[str, float], shown: Sequence[str]) -> str:
    """How far a training has come, and the figures that a person watches."""
    known = [f"{name} {figures[name]:.3f}" for name in shown if name in figures]
    return " · ".join([f"step {step} of {steps}", *known])


def counted(number: int, noun: str) -> str:
    """1 file, 2 files."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def moment(value: datetime | None) -> str:
    """A time for people, in UTC."""
    return value.strftime("%Y-%m-%d %H:%M:%S") if value else ""


def size(bytes: int | None) -> str:
    """A size for people."""
    if bytes is None:
        return ""
    if bytes < 1000:
        return f"{bytes} B"
    number, units = float(bytes), iter(("kB", "MB", "GB", "TB", "PB"))
    unit = "B"
    while number >= 1000:
        number, unit = number / 1000, next(units)
    return f"{number:.1f} {unit}"


@contextmanager
def working(what: str) -> Iterator[None]:
    """A line on a person's terminal while something takes long; it leaves no trace."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(f"{what} ..."):
        yield


SECONDS_BETWEEN_LINES = 30


@contextmanager
def growing_line(first: str) -> Iterator[Callable[[str], None]]:
    """A line that changes in place on a person's terminal; on a pipe, a line now and then, so that a log tells too."""
    if sys.stderr.isatty():
        from rich.console import Console

        with Console(stderr=True).status(first) as status:
            yield status.update
        return
    told = time.monotonic()

    def tell(line: str) -> None:
        nonlocal told
        if time.monotonic() - told >= SECONDS_BETWEEN_LINES:
            told = time.monotonic()
            print(line, file=sys.stderr, flush=True)

    yield tell
