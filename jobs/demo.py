"""The door `demo`: a made-up company's files become tables, answers are drawn, and what came of it is shown."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

import typer

from jobs.generate import candidates_generated
from jobs.generate import said_of as said_of_candidates
from jobs.options import Asked, asked_of
from jobs.preferences import preferences_taken
from jobs.select import prompts_selected, said_of_selection, show_prompts
from jobs.showing import show_json, show_line, show_rows, working
from jobs.sql import answer
from jobs.take import documents_taken, ratings_taken, requests_taken, said_of

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
ONE_PROMPT = """
    SELECT strategy, answer, round(log_probability, 1) AS log_probability
    FROM candidates WHERE prompt_id = (
        SELECT prompt_id FROM candidates JOIN prompts USING (prompt_id) WHERE strategy LIKE 'examples%'
        ORDER BY length(messages[-1].content), prompt_id LIMIT 1
    ) ORDER BY strategy, sample_index
"""
ITS_WORDS = """
    SELECT messages[-1].content AS prompt FROM prompts JOIN candidates USING (prompt_id) WHERE strategy LIKE 'examples%'
    ORDER BY length(messages[-1].content), prompt_id LIMIT 1
"""
PROMPTS_DRAWN_FOR = 12
NEXT = (
    "lakewheel tables",
    "lakewheel tables candidates",
    "lakewheel generate --probe --prompts 12",
    'lakewheel sql "SELECT media_type, count(*) AS documents FROM documents GROUP BY media_type"',
    "lakewheel history requests",
    "lakewheel doctor",
)


class NoExample(RuntimeError):
    """The example company comes with a checkout, not with the wheel."""


def demo(context: typer.Context) -> None:
    """Take in the files of a made-up company, draw answers to some of its prompts, and show what came of it.

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
    with working("reading the answers that it rated"):
        ratings = ratings_taken(asked, lakehouse, [folder / "ratings_by_workload.jsonl"])
    with working("reading the answers that it compared"):
        preferences = preferences_taken(asked, lakehouse, [folder / "preferences.jsonl"])
    candidates = candidates_generated(asked, lakehouse, prompts=PROMPTS_DRAWN_FOR)
    taken = {"documents": documents, "requests": requests, "ratings": ratings, "preferences": preferences}
    if asked.as_json:
        came = {**taken, "prompts": prompts, "candidates": candidates}
        show_json({name: vars(one) for name, one in came.items()})
        return
    show_line(f"The example company's files are in {folder}.")
    for table, one in taken.items():
        show_line(said_of(one, table))
    show_line(said_of_selection(prompts))
    show_line(said_of_candidates(candidates))
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
    _show_candidates(asked)
    show_line("\nTry next", style="bold")
    activation = [] if which("lakewheel") else [f". {os.path.relpath(sys.prefix)}/bin/activate"]
    for command in (*activation, *NEXT):
        show_line(f"  {command}")


def _show_candidates(asked: Asked) -> None:
    """One prompt and every answer that was drawn to it; nothing without examples, which settings may leave out."""
    for (prompt,) in _answer(asked, ITS_WORDS)[1]:
        show_line("\nOne prompt, and the answers that were drawn to it", style="bold")
        show_line(prompt)
        names, rows = _answer(asked, ONE_PROMPT)
        show_rows(names, rows, right=["log_probability"])


def _answer(asked: Asked, query: str) -> tuple[list[str], list[list[Any]]]:
    from lakehouse.query.values import plain_rows

    found = answer(asked, query)
    return found.column_names, plain_rows(found)
