"""The two models of a test: both are known, both answer, and they are not the same."""

from __future__ import annotations

from collections.abc import Mapping

from lakehouse.rim import StepRun
from pipelines.release.ab.assignment import CHALLENGER, CHAMPION

SERVED = ("base", "tuned")
LISTED = '`lakewheel sql "SELECT policy_id, kind, name, round FROM policies"` lists them.'


class NoChallenger(LookupError):
    """There are no two models to try against each other."""


def two_models(run: StepRun, champion: str | None, challenger: str | None) -> tuple[str, str]:
    """Both policy_ids, champion first, once they name two models that answer."""
    if not champion or not challenger:
        missing = [arm for arm, named in ((CHAMPION, champion), (CHALLENGER, challenger)) if not named]
        options = " and ".join(f"--{arm}" for arm in missing)
        raise NoChallenger(f"expected two models, and no {' and no '.join(missing)} is named. Say {options}. {LISTED}")
    if champion == challenger:
        raise NoChallenger(f"expected a challenger that is not the champion, and both are {champion}. {LISTED}")
    kinds = _kinds(run, (champion, challenger))
    wrong = [f"{named} is {kinds[named]}" for named in (champion, challenger) if kinds[named] not in SERVED]
    if wrong:
        raise NoChallenger(f"expected policies of the kind {' or '.join(SERVED)}, and {', '.join(wrong)}. {LISTED}")
    return champion, challenger


def _kinds(run: StepRun, policy_ids: tuple[str, ...]) -> Mapping[str, str]:
    from pyspark.sql import functions as F

    unknown = dict.fromkeys(policy_ids, "not there")
    if not run.lakehouse.exists("policies"):
        return unknown
    found = run.read("policies").where(F.col("policy_id").isin(*policy_ids)).select("policy_id", "kind").collect()
    return unknown | {row["policy_id"]: row["kind"] for row in found}
