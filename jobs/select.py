"""The door `prompts select`: logged requests become prompts, each with a workload, a split and a weight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs.options import Asked, asked_of
from jobs.showing import show_json, show_line, show_rows, working
from jobs.sql import answer
from jobs.unchanged import asker_of, is_unchanged

if TYPE_CHECKING:
    from lakehouse.place import Lakehouse
    from pipelines.prompts.select import Selected

BY_WORKLOAD = """
    SELECT workload, split, count(*) AS prompts, count(near_duplicate_of) AS near_duplicates,
           sum(cardinality(request_ids)) AS requests, round(avg(weight), 2) AS mean_weight
    FROM prompts GROUP BY workload, split ORDER BY workload, split DESC
"""
NUMBERS = ["prompts", "near_duplicates", "requests", "mean_weight"]


def prompts_selected(asked: Asked, lakehouse: Lakehouse | None = None, round: int | None = None) -> Selected:
    """Requests that are new, or were refused before, into prompts; Spark starts only where there is something to do."""
    from lakehouse.provenance import provenance_of
    from pipelines.prompts.rounds import latest_round
    from pipelines.prompts.select import STEP, Selected, select_prompts

    if lakehouse is None and not asked.place.is_local:
        lakehouse = asked.open_lakehouse()
    wanted = round or latest_round(asker_of(asked, lakehouse))
    if is_unchanged(asked, lakehouse, STEP, ["requests"], wanted):
        return Selected(wanted, 0, 0, 0, 0)
    lakehouse = lakehouse or asked.open_lakehouse()
    return select_prompts(lakehouse, asked.resolved.settings.selection, provenance_of(asked.resolved), wanted)


def select(
    context: typer.Context,
    round: Annotated[
        int | None, typer.Option(min=1, help="The round that new prompts belong to; else the latest there is.")
    ] = None,
) -> None:
    """Select prompts from the requests: distinct, of a known workload, within caps, split for training and measuring.

    Example:

        lakewheel prompts select --round 2
    """
    asked = asked_of(context)
    with working("selecting prompts"):
        selected = prompts_selected(asked, round=round)
    if asked.as_json:
        show_json(vars(selected))
        return
    show_line(said_of_selection(selected))
    show_prompts(asked)


def said_of_selection(selected: Selected) -> str:
    """What came of it, in one line."""
    if not selected.taken_up:
        return f"prompts: nothing new for round {selected.round}"
    return (
        f"prompts: {selected.taken_up} not seen before, {selected.new} selected for round {selected.round} "
        f"({selected.near_duplicates} near duplicates among them), {selected.rejected} refused"
    )


def show_prompts(asked: Asked) -> None:
    """The prompts there are, by workload and split."""
    names, rows = prompts_by_workload(asked)
    show_rows(names, rows, right=NUMBERS)


def prompts_by_workload(asked: Asked) -> tuple[list[str], list[list[Any]]]:
    from lakehouse.query.values import plain_rows

    found = answer(asked, BY_WORKLOAD)
    return found.column_names, plain_rows(found)
