"""The door `erase`: a person's rows, and everything that was derived from them, gone for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from jobs.options import Asked, asked_of
from jobs.showing import show_json, show_line, show_rows, working

if TYPE_CHECKING:
    from lakehouse.erasure import ErasurePlan
    from lakehouse.place import Lakehouse

DEEDS = {"delete": "delete", "trim": "forget the request", "clear": "forget the duplicate"}


def erasure(asked: Asked, lakehouse: Lakehouse, subject: str) -> ErasurePlan:
    """What erasing a person comes to, by the key that their requests were logged under."""
    from conf import resolve_secret
    from lakehouse.asking import spark_asker
    from lakehouse.erasure import plan_erasure
    from lakehouse.subjects import pseudonym

    key = resolve_secret(asked.resolved.settings.privacy.subject_key, asked.home.folder)
    return plan_erasure(spark_asker(lakehouse), pseudonym(key, subject))


def erase(
    context: typer.Context,
    subject: Annotated[str, typer.Option(help="The person, as the logs name them: the value of `user`.")],
    yes: Annotated[bool, typer.Option("--yes", help="Erase. Without it, only what would be done is shown.")] = False,
) -> None:
    """Erase a person: their requests, all that derives from them, and the files that still hold the bytes.

    Examples:

        lakewheel erase --subject anna

        lakewheel erase --subject anna --yes
    """
    from lakehouse.erase import erase as carry_out
    from lakehouse.provenance import provenance_of

    asked = asked_of(context)
    lakehouse = asked.open_lakehouse()
    with working("looking for everything that derives from this person"):
        plan = erasure(asked, lakehouse, subject)
    if yes:
        with working("erasing, then removing old files"):
            carry_out(lakehouse, plan, provenance_of(asked.resolved), asked.resolved.settings.tracking)
    _show(asked, plan, done=yes)


def _show(asked: Asked, plan: ErasurePlan, done: bool) -> None:
    deeds = [[one.table, one.rows, DEEDS[one.deed]] for one in plan.doomed if one.rows]
    if asked.as_json:
        keys = ("table", "rows", "deed")
        listed = [dict(zip(keys, deed, strict=True)) for deed in deeds]
        show_json({"erased": done, "rows": plan.rows, "deeds": listed, "models": plan.models})
        return
    if deeds:
        show_rows(["table", "rows", "deed"], deeds, right=["rows"])
    show_line(_summary(plan, done))
    if plan.models:
        show_line(
            f"{len(plan.models)} models were trained on these rows and stay as they are: {', '.join(plan.models)}. "
            "Tune them anew without the person, or roll back to one that is not listed."
        )


def _summary(plan: ErasurePlan, done: bool) -> str:
    if not plan.rows:
        return (
            "nobody by this name is in the tables. If that surprises you, check the spelling (it is `user` in the "
            "logs), --home and --conf, and that the subject key is the one that the logs were taken in with."
        )
    if done:
        return f"erased {plan.rows} rows; versions from before can no longer be read"
    return f"{plan.rows} rows would be erased, and versions from before could no longer be read; --yes does it"
