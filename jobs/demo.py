"""The door `demo`: a made-up company's wheel turns twice, and what came of it is shown."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from subprocess import DEVNULL, Popen
from time import monotonic
from typing import TYPE_CHECKING, Any

import typer

from jobs.demo_pages import Shown, refused_and_redacted, show_demo
from jobs.documents import documents_taken
from jobs.options import Asked, asked_of
from jobs.preferences import preferences_taken
from jobs.promote import name_in_registry, policy_promoted
from jobs.promote import said_of as said_of_move
from jobs.showing import show_json, show_line, working
from jobs.sql import rows_for
from jobs.take import ratings_taken, requests_taken, said_of
from jobs.tao import NAMES, Turned, wheel_turned
from pipelines.models.embedded import NAME as EMBEDDED

if TYPE_CHECKING:
    from lakehouse.place import Lakehouse

HELD_OUT = """
    SELECT p.workload, p.messages[1].content AS prompt, r.extra['id'] AS id
    FROM prompts p CROSS JOIN UNNEST(p.request_ids) AS asked(request_id) JOIN requests r USING (request_id)
    WHERE p.split = 'holdout' AND len(p.messages) = 1
"""
DRAWN = """
    SELECT p.prompt_id, r.extra['id'] AS id, c.answer, s.value AS score
    FROM candidates c JOIN prompts p USING (prompt_id) JOIN requests r ON r.request_id = p.request_ids[1]
    JOIN scores s ON s.candidate_id = c.candidate_id AND s.scorer = 'combined'
"""
UNPACK = """
import sys, pathlib
from pipelines.models.embedded import embedded_model
embedded_model(pathlib.Path(sys.argv[1]))
"""
WAVES = ("wave-1.jsonl", "wave-2.jsonl")


class NoExample(RuntimeError):
    """The example company comes with a checkout, not with the wheel."""


def demo(context: typer.Context) -> None:
    """Turn the wheel twice for a made-up company: from its logs to a tuned model that is released, or not.

    What the models are measured by, the company's hidden right answers to held-out prompts, trains nothing. A demo that
    was killed goes on where it was.

    Example:

        lakewheel demo
    """
    from pipelines.documents.take import Collection

    began = monotonic()
    folder = company_files(asked_of(context).home.folder / "example")
    asked = _with_replay(asked_of(context), folder / "replay.jsonl")
    with _model_unpacked_meanwhile(asked.home.models):
        lakehouse = asked.open_lakehouse()
        _say(asked, f"The example company's files are in {folder}.")
        with working("reading the company's documents"):
            handbook = documents_taken(asked, lakehouse, [folder / "documents"], Collection("handbook"))
            _say(asked, said_of(handbook, "documents"))
        with working("reading the answers that it rated and compared"):
            _say(asked, said_of(ratings_taken(asked, lakehouse, [folder / "ratings_by_workload.jsonl"]), "ratings"))
            _say(asked, said_of(preferences_taken(asked, lakehouse, [folder / "preferences.jsonl"]), "preferences"))
    turns: list[Turned] = []
    for round, log in enumerate(WAVES, start=1):
        turns.append(_wave(asked, lakehouse, folder, round, log))
        if turns[-1].stopped:
            break
    if asked.as_json:
        return show_json({"rounds": [{"steps": one.steps, "stopped": one.stopped} for one in turns]})
    stopped = [turned.stopped for turned in turns if turned.stopped]
    if stopped:
        return show_line(stopped[0])
    shown = Shown(turns, _headroom(asked, folder), monotonic() - began)
    refused_and_redacted(asked)
    return show_demo(shown)


@contextmanager
def _model_unpacked_meanwhile(models: Path) -> Iterator[None]:
    """By another process, for it takes as long as reading the documents; whoever needs it does it where that failed."""
    if (models / EMBEDDED).is_dir():
        yield
        return
    command = [sys.executable, "-c", UNPACK, str(models)]
    with Popen(command, stdout=DEVNULL, stderr=DEVNULL) as unpacking:
        try:
            yield
            unpacking.wait()
        finally:
            unpacking.kill()


def _with_replay(asked: Asked, file: Path) -> Asked:
    """The same, with general questions mixed in while a model is tuned: so small a model forgets fast."""
    from examples.general import write_general

    write_general(file)
    return replace(asked, overrides=(*asked.overrides, f"tune.examples.replay={json.dumps(str(file))}"))


def _wave(asked: Asked, lakehouse: Lakehouse, folder: Path, round: int, log: str) -> Turned:
    """One log arrives, and the wheel turns; what the gate accepts is served, and the next round is held against it."""
    _say(asked, f"\nRound {round}", style="bold")
    with working("reading what the staff asked the prototype"):
        _say(asked, said_of(requests_taken(asked, lakehouse, [folder / "logs" / log]), "requests"))
    selected = wheel_turned(asked, lakehouse, round, NAMES[:1])
    _take_hidden_golds(asked, lakehouse, folder, round)
    turned = wheel_turned(asked, lakehouse, round, NAMES[1:])
    turned.steps = {**selected.steps, **turned.steps}
    turned.seconds = {**selected.seconds, **turned.seconds}
    verdict = turned.found.get("release")
    if verdict and verdict.decision == "accept":
        moved = policy_promoted(asked, lakehouse, turned.found["tune"].policy_id, by="demo", again=False)
        _say(asked, said_of_move(moved, name_in_registry(asked)))
    return turned


def _take_hidden_golds(asked: Asked, lakehouse: Lakehouse, folder: Path, round: int) -> None:
    """Right answers to held-out prompts alone: they measure, and no step that trains reads them."""
    from examples.hidden_gold import golds_by_log_id, write_held_out

    file = folder / f"held-out-{round}.jsonl"
    known = write_held_out(rows_for(asked, HELD_OUT), golds_by_log_id(folder), file)
    with working("taking the hidden answers to held-out prompts, to measure by"):
        ratings_taken(asked, lakehouse, [file])
    _say(asked, f"{known} held-out prompts have a hidden right answer, which measures and trains nothing", style="dim")


def _headroom(asked: Asked, folder: Path) -> Any:
    from examples.hidden_gold import golds_by_log_id, headroom

    return headroom(rows_for(asked, DRAWN), golds_by_log_id(folder))


def _say(asked: Asked, line: str, style: str = "") -> None:
    if not asked.as_json:
        show_line(line, style=style)


def company_files(folder: Path) -> Path:
    """The company's files, written anew: the same every time."""
    if find_spec("examples") is None:
        raise NoExample(
            "expected the folder `examples` of a Lakewheel checkout, which an installed wheel does not have. Run `make "
            "demo` in a checkout, or begin with your own files: `lakewheel init`."
        )
    from examples.generate import generate

    generate(folder)
    return folder
