"""The door `init`: a few questions, and a folder with settings that run on your own prompts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.options import asked_of
from jobs.showing import counted, show_json, show_line

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTINGS, RATED = "lakewheel.yml", "rated.jsonl"
MOST_RATED = 5
WORKLOAD = "task"


class AlreadyThere(FileExistsError):
    """A file that init would overwrite."""


class NoLog(FileNotFoundError):
    """The log file that was named."""


def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Where the files go.")] = Path("."),
    task: Annotated[str | None, typer.Option(help="What the model is to do, in your words; asked if not said.")] = None,
    logs: Annotated[Path | None, typer.Option(help="A log of prompts: JSONL as OpenAI's, or a CSV.")] = None,
    rated: Annotated[
        list[str] | None,
        typer.Option(metavar="PROMPT=>ANSWER", help="A prompt with a good answer; up to five help most."),
    ] = None,
) -> None:
    """Ask what the task is, and write settings and rated answers for it.

    Examples:

        lakewheel init
        lakewheel init desk --task "Answer staff from the handbook, in a few words" --logs prompts.jsonl
    """
    asked = asked_of(context)
    _check_free(folder)
    asks = task is None  # who says the task in the call is not asked anything
    words = task or typer.prompt("What is the model to do, in a sentence or two")
    log = logs if logs or not asks else _asked_for_log()
    if log is not None and not log.exists():
        raise NoLog(f"expected a log of prompts at {log}, and there is nothing. Check the path, or leave it out.")
    pairs = [_pair(one) for one in rated or ()] or (list(_asked_for_answers()) if asks else [])
    _write(folder, words, pairs)
    commands = next_commands(folder, log, bool(pairs))
    if asked.as_json:
        return show_json({"folder": str(folder), "rated": len(pairs), "next": commands})
    rated_too = f", {folder / RATED} holds {counted(len(pairs), 'rated answer')}" if pairs else ""
    show_line(f"{folder / SETTINGS} says how it runs{rated_too}. Next:")
    for command in commands:
        show_line(f"  {command}")
    show_line(
        "A tuned model is released only on evidence: compared answers to some 130 prompts, or right answers to "
        "held-out ones (docs/loop.md says how).",
        style="dim",
    )
    return None


def next_commands(folder: Path, log: Path | None, has_rated: bool) -> list[str]:
    """What to type now."""
    conf = f"lakewheel --conf {folder / SETTINGS}"
    take_rated = [f"{conf} ratings take {folder / RATED}"] if has_rated else []
    return [
        f"{conf} prompts take {log or 'YOUR_LOG.jsonl'}",
        *take_rated,
        f"{conf} generate --probe --prompts 12",
        f"{conf} tao",
        f"{conf} status",
    ]


def _check_free(folder: Path) -> None:
    there = [str(folder / name) for name in (SETTINGS, RATED) if (folder / name).exists()]
    if there:
        raise AlreadyThere(
            f"expected a folder without {SETTINGS} and {RATED}, and found {', '.join(there)}. Move them away, or name "
            "another folder."
        )


def _asked_for_log() -> Path | None:
    told = typer.prompt("A file with logged prompts (leave empty for none yet)", default="", show_default=False)
    return Path(told).expanduser() if told else None


def _asked_for_answers() -> Iterator[tuple[str, str]]:
    """Prompts with good answers, until five or an empty line."""
    for number in range(1, MOST_RATED + 1):
        asks = f"Rated answer {number} of at most {MOST_RATED}: a prompt (empty to end)"
        prompt = typer.prompt(asks, default="", show_default=False)
        if not prompt:
            return
        yield prompt, typer.prompt("  and the answer that you would want")


def _pair(told: str) -> tuple[str, str]:
    prompt, mark, answer = told.partition("=>")
    if not (mark and prompt.strip() and answer.strip()):
        raise typer.BadParameter(f"expected PROMPT=>ANSWER, got {told!r}", param_hint="--rated")
    return prompt.strip(), answer.strip()


def _write(folder: Path, task: str, pairs: list[tuple[str, str]]) -> None:
    import yaml

    folder.mkdir(parents=True, exist_ok=True)
    strategies = {"told": {"system": task, "shots": 0, "orders": 1, "steps": [], "temperature": 0.7}}
    used = ["told", *(["examples"] if pairs else []), "bare"]
    settings = {
        "environment": "laptop",
        "tracking": {"experiment": "lakewheel"},
        "selection": {"workload_rules": {WORKLOAD: "."}, "holdout_share": 0.2},
        "generate": {"strategies": strategies, "use": used},
    }
    heading = (
        "# What differs from the defaults; `lakewheel settings` shows all, and docs/settings.md explains them.\n\n"
    )
    (folder / SETTINGS).write_text(heading + yaml.safe_dump(settings, sort_keys=False, allow_unicode=True))
    rows = [{"workload": WORKLOAD, "prompt": prompt, "answer": answer, "rating": 5} for prompt, answer in pairs]
    if rows:
        (folder / RATED).write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
