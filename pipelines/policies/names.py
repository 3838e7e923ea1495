"""Policies by what they are to the release: whoever is meant by champion or challenger now."""

from __future__ import annotations

from lakehouse.asking import spark_asker
from lakehouse.place import Lakehouse
from pipelines.release.verdicts import challenger_of, champion_of

ROLES = {"champion": champion_of, "challenger": challenger_of}
REMEDIES = {
    "champion": "`lakewheel promote` makes one of a model that the gate accepted.",
    "challenger": "`lakewheel release` makes one of a tuned model that is better.",
}


class NobodyHasThatRole(LookupError):
    """There is no champion, or no challenger."""


def policy_id_named(lakehouse: Lakehouse, told: str) -> str:
    """The id itself, or that of the champion or the challenger."""
    if told not in ROLES:
        return told
    found = ROLES[told](spark_asker(lakehouse))
    if found is None:
        raise NobodyHasThatRole(f"expected a {told}, and there is none. {REMEDIES[told]}")
    return found
