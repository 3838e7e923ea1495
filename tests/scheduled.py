"""Whether the program knows what a scheduled call of it says: the command, its options, and the settings."""

from __future__ import annotations

import typer

from conf import Settings, load_settings
from jobs.command import app

COMING: frozenset[str] = frozenset()
"""Commands that are being made; a call of one is checked but for its own options. Empty it when they are there."""


def call_of(words: list[str]) -> tuple[str, Settings]:
    """The command that the words call, such as `prompts take`, and the settings that it would run with.

    Raises what the program itself would say of a command, an option or a setting that it does not know.
    """
    command = typer.main.get_command(app)
    context = command.make_context("lakewheel", [*words])
    settings = load_settings(context.params["conf"], context.params["set"] or ()).settings
    names: list[str] = []
    rest = [*context._protected_args, *context.args]
    if rest[:1] and rest[0] in COMING:
        return rest[0], settings
    while hasattr(command, "resolve_command"):
        name, command, rest = command.resolve_command(context, rest)
        context = command.make_context(name, rest, parent=context)
        names.append(name)
        rest = [*getattr(context, "_protected_args", []), *context.args]
    return " ".join(names), settings
