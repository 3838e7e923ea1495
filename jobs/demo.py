"""The door `demo`: a made-up company's files become tables, and what came of them is shown."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

import typer

from jobs.options import Asked, asked_of
from jobs.select import prompts_selected, said_of_selection, show_prompts
from jobs.showing import show_json, show_line, show_rows, working
from jobs.sql import answer
from jobs.take import documents_taken, requests_taken, said_of

REFUSED = "SELECT step, reason, count(*) AS rows, any_value(detail) AS detail FROM rejections GROUP BY ALL ORDER BY ALL"
REDACTED = """
    SELECT workload, messages[1].content AS prompt, response
    FROM requests WHERE messages[1].content LIKE '%[EMAIL_1]%' ORDER BY length(messages[1].content) LIMIT 1
"""
PEOPLE = """
    SELECT coalesce(workload, 'not said') AS workload, count(*) AS requests, count(DISTINCT subject_id) AS people,
           count(*) FILTER (feedback = 'up') AS thumbs_up, count(*) FILTER (feedback = 'down') AS thumbs_down
    FROM requests GROUP BY ALL ORDER BY requests DESC
"""
NEXT = (
    "lakewheel tables",
    "lakewheel tables requests",
    'lakewheel sql "SELECT media_type, count(*) AS documents FROM documents GROUP BY media_type"',
    "lakewheel history requests",
    "lakewheel doctor",
)


class NoExample(RuntimeError):
    """The example company comes with a checkout, not with the wheel."""


def demo(context: typer.Context) -> None:
    """Take in the files of a made-up company and show what came of them.

    Example:

        lakewheel demo
    """
    asked = asked_of(context)
    folder = company_files(asked.home.folder / "example")
    lakehouse = asked.open_lakehouse()
    with working("reading the company's documents"):
        documents = documents_taken(asked, lakehouse, [folder / "documents"], "handbook")
    with working("reading what its staff asked the prototype"):
        requests = requests_taken(asked, lakehouse, [folder / "logs"])
    with working("selecting prompts"):
        prompts = prompts_selected(asked, lakehouse)
    if asked.as_json:
        show_json({"documents": vars(documents), "requests": vars(requests), "prompts": vars(prompts)})
        return
    show_line(f"The example company's files are in {folder}.")
    show_line(said_of(documents, "documents"))
    show_line(said_of(requests, "requests"))
    show_line(said_of_selection(prompts))
    _show_what_came_of_it(asked)


def company_files(folder: Path) -> Path:
    """The company's files, written anew: the same every time."""
    if find_spec("examples") is None:
        raise NoExample(
            "expected the folder `examples` of a Lakewheel checkout, which an installed wheel does not have. Run `make "
            "demo` in a checkout, or begin with your own files: `lakewheel documents take`, `lakewheel prompts take`."
        )
    from examples.generate import generate

    generate(folder)
    return folder


def _show_what_came_of_it(asked: Asked) -> None:
    for title, query in (("\nRefused, with reasons", REFUSED), ("\nRequests by workload", PEOPLE)):
        names, rows = _answer(asked, query)
        show_line(title, style="bold")
        show_rows(names, rows, right=["rows", "requests", "people", "thumbs_up", "thumbs_down"])
    show_line("\nPrompts by workload and split", style="bold")
    show_prompts(asked)
    show_line("\nA request as it is stored: personal data was replaced before anything was written", style="bold")
    for workload, prompt, response in _answer(asked, REDACTED)[1]:
        show_line(f"[{workload}] {prompt}")
        show_line(f"the prototype answered: {response}", style="dim")
    show_line("\nTry next", style="bold")
    activation = [] if which("lakewheel") else [f". {os.path.relpath(sys.prefix)}/bin/activate"]
    for command in (*activation, *NEXT):
        show_line(f"  {command}")


def _answer(asked: Asked, query: str) -> tuple[list[str], list[list[Any]]]:
    from lakehouse.query.values import plain_rows

    found = answer(asked, query)
    return found.column_names, plain_rows(found)
