"""The door `settings`: every setting as it is resolved, where it came from, and what it means."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from jobs.options import asked_of
from jobs.showing import show_json, show_line


def settings(
    context: typer.Context,
    section: Annotated[str | None, typer.Argument(help="One section, such as spark.")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print docs/settings.md.")] = False,
) -> None:
    """Show every setting, its value, where the value came from and what it means.

    Examples:

        lakewheel settings --conf prod

        lakewheel settings spark --set spark.cores=1
    """
    from conf import glossary, settings_page

    asked = asked_of(context)
    entries = glossary(asked.resolved)
    sections = list(dict.fromkeys(entry.section for entry in entries))
    if section not in (None, *sections):
        raise typer.BadParameter(f"expected one of {', '.join(sections)}, got {section!r}.", param_hint="section")
    chosen = [entry for entry in entries if section in (None, entry.section)]
    if asked.as_json:
        show_json([asdict(entry) for entry in chosen])
    elif markdown:
        print(settings_page(chosen), end="")
    else:
        for entry in chosen:
            show_line(f"{entry.path}: {entry.value_text}  ({entry.origin})", style="bold")
            show_line(f"    {entry.meaning}")
        show_line(f"fingerprint {asked.resolved.fingerprint}", style="dim")
