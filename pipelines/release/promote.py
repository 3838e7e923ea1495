"""Promote: a model that the gate accepted becomes the one that is served."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from conf import ReleaseSettings, TrackingSettings
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from pipelines.release.moves import Moved, Order, move_champion
from pipelines.release.registry import CHALLENGER, Registry
from pipelines.release.verdicts import PROMOTE, Told, champion_in, gate_verdict_on, rolled_back_at


class NotAccepted(RuntimeError):
    """A model that may not be promoted, with the reason."""


def promote(
    lakehouse: Lakehouse,
    settings: ReleaseSettings,
    tracking: TrackingSettings,
    provenance: Provenance,
    decided_by: str,
    policy_id: str | None = None,
    again: bool = False,
) -> Moved:
    """Make a model champion, the challenger if none is named; `again` for one that was rolled back before."""
    choose = partial(_chosen, policy_id=policy_id, again=again)
    return move_champion(lakehouse, settings, tracking, Order(PROMOTE, decided_by), choose, provenance)


def _chosen(verdicts: Sequence[Told], registry: Registry, policy_id: str | None, again: bool) -> str:
    wanted = policy_id or _challenger(registry)
    champion = champion_in(verdicts)
    if wanted != champion:
        _check_accepted(gate_verdict_on(verdicts, wanted), wanted, champion)
        _check_not_taken_back(verdicts, wanted, again)
    return wanted


def _challenger(registry: Registry) -> str:
    challenger = registry.at_alias(CHALLENGER)
    if challenger is None or challenger.policy_id is None:
        raise NotAccepted(
            f"expected a model at the alias {CHALLENGER} of {registry.name}, and there is none. `lakewheel release` "
            "puts there what the gate accepts; or name a policy. Nothing was moved."
        )
    return challenger.policy_id


def _check_accepted(verdict: Told | None, policy_id: str, champion: str | None) -> None:
    """Accepted, as the last word of the gate, and in comparison with the champion of now."""
    if verdict is None:
        raise NotAccepted(
            f"the gate has said nothing of policy {policy_id}, and nothing moves without a verdict. "
            f"`lakewheel release --policy {policy_id}`. Nothing was moved."
        )
    if verdict.decision != "accept":
        objections = "".join(f"\n  - {one}" for one in verdict.objections)
        raise NotAccepted(
            f"the gate's last word on policy {policy_id} is {verdict.decision}, not accept. Nothing was "
            f"moved.{objections}"
        )
    if verdict.champion_policy_id != champion:
        then = verdict.champion_policy_id or "nobody (the base)"
        raise NotAccepted(
            f"policy {policy_id} was accepted when the champion was {then}, and it is {champion or 'nobody'} now: what "
            f"was shown then says nothing of this one. `lakewheel evaluate --policy {policy_id}`, then "
            f"`lakewheel release --policy {policy_id}`. Nothing was moved."
        )


def _check_not_taken_back(verdicts: Sequence[Told], policy_id: str, again: bool) -> None:
    taken, verdict = rolled_back_at(verdicts, policy_id), gate_verdict_on(verdicts, policy_id)
    if taken is not None and not again and (verdict is None or verdict.decided_at <= taken):
        raise NotAccepted(
            f"policy {policy_id} was rolled back on {taken:%Y-%m-%d %H:%M}, and nothing new was measured since. "
            "Promote it with --again if that is meant. Nothing was moved."
        )
