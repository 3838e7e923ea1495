"""The doors `preferences take` and `preferences derive`: compared answers, told by people or by what is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.options import EVERYWHERE, Asked, asked_of
from jobs.showing import counted, show_json, show_line, working
from jobs.take import Again, Paths, redactor_of, show_taken

if TYPE_CHECKING:
    from lakehouse.place import Lakehouse
    from pipelines.reward.pairs.derive import Derived
    from pipelines.taking import Taken

preferences = typer.Typer(help="Bring in, or derive, pairs of answers of which one is better.", no_args_is_help=True)


def preferences_taken(asked: Asked, lakehouse: Lakehouse, paths: list[Path], again: bool = False) -> Taken:
    """Compared answers below the paths, redacted and pseudonymised, into the table preferences."""
    from lakehouse.provenance import provenance_of
    from pipelines.feedback.preferences import take_preferences

    provenance, section = provenance_of(asked.resolved), asked.resolved.settings.pairs
    return take_preferences(lakehouse, paths, section, redactor_of(asked), asked.subject_key, provenance, again=again)


@preferences.command("take", epilog=EVERYWHERE)
def take_preferences_door(context: typer.Context, paths: Paths, again: Again = False) -> None:
    """Take compared answers in: JSON Lines with workload, prompt, chosen, rejected, and if known margin, tie, rater.

    A margin is how much better the chosen answer is; 0, or tie: true, says that neither is.

    Example:

        lakewheel preferences take preferences.jsonl
    """
    from pipelines.feedback.preferences import STEP, reading_of
    from pipelines.files import look_under
    from pipelines.taking import nothing_new

    asked = asked_of(context)
    settings = asked.resolved.settings
    reading, found = reading_of(settings.pairs, settings.redaction), look_under(paths)
    taken = None if again else nothing_new(reading, found, asked.place)
    if taken is None:
        lakehouse = asked.open_lakehouse()
        with working("reading preferences"):
            taken = preferences_taken(asked, lakehouse, paths, again)
    show_taken(asked, taken, "preferences", STEP)


@preferences.command("derive", epilog=EVERYWHERE)
def derive_preferences_door(
    context: typer.Context,
    round: Annotated[int | None, typer.Option(min=1, help="The round that asks for them.")] = None,
) -> None:
    """Derive pairs from ratings that differ, from thumbs up and down, and from gold answers with drawn candidates.

    Example:

        lakewheel preferences derive
    """
    asked = asked_of(context)
    derived = preferences_derived(asked, asked.open_lakehouse(), round)
    if asked.as_json:
        return show_json(vars(derived))
    return show_line(said_of_derived(derived))


def preferences_derived(asked: Asked, lakehouse: Lakehouse, round: int | None = None) -> Derived:
    """Pairs that follow from what is there, into the table preferences."""
    from lakehouse.provenance import provenance_of
    from pipelines.reward.pairs.derive import derive_preferences

    with working("deriving preferences"):
        return derive_preferences(lakehouse, asked.resolved.settings.pairs, provenance_of(asked.resolved), round)


def said_of_derived(derived: Derived) -> str:
    """What came of it, in one line."""
    if not derived.new:
        return "preferences: nothing new: every pair that can be derived is there"
    return (
        f"preferences: {counted(derived.new, 'new pair')}: {derived.rating} from ratings, {derived.thumbs} from "
        f"thumbs, {derived.gold} from gold answers"
    )
