"""Moving the alias champion: one at a time, only from where the verdicts say it is, and never half.

First a note in the registry says what will be moved, then the alias moves, then the verdict is written, then the note
goes. Whoever comes next finds the note of a move that broke off, and by where the alias is knows how far it had come.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conf import ReleaseSettings, TrackingSettings
from lakehouse.asking import spark_asker
from lakehouse.faults import fault_point
from lakehouse.frames import frame_of
from lakehouse.identity import identity
from lakehouse.lock import name_lock
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rim import StepRun, step_run
from lakehouse.tables import table_named
from pipelines.release.files import check_artifacts, check_files
from pipelines.release.policies import policy_row
from pipelines.release.registry import CHALLENGER, CHAMPION, NotRegistered, Registry, Version, reach_released
from pipelines.release.verdicts import ROLLBACK, TABLE, Told, champion_in, next_moment, verdict_row, verdicts_of


class AliasMoved(RuntimeError):
    """The registry's champion is not the one of the verdicts."""


@dataclass(frozen=True)
class Order:
    """What is wanted: which way, on whose word, and why if that is said."""

    decision: str
    decided_by: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Moved:
    """What is served now, and what was before."""

    decision: str
    policy_id: str
    version: str
    previous_policy_id: str | None
    is_new: bool
    """False where the model was champion already."""
    finished: str | None = None
    """The policy of an earlier move that had broken off and was finished first."""


Choose = Callable[[Sequence[Told], Registry], str]
"""The policy that shall be champion, from the history; raises where that may not be."""


def move_champion(
    lakehouse: Lakehouse,
    settings: ReleaseSettings,
    tracking: TrackingSettings,
    order: Order,
    choose: Choose,
    provenance: Provenance,
) -> Moved:
    """Move it to whom `choose` names; of two at once the second sees what the first has done."""
    asked = {"decided_by": order.decided_by}
    with name_lock(lakehouse, lock_of(settings)), step_run(lakehouse, order.decision, provenance, asked=asked) as run:
        registry = reach_released(lakehouse, tracking, settings.model_name)
        finished = finish_move(run, registry)
        verdicts = verdicts_of(spark_asker(lakehouse))
        champion = champion_in(verdicts)
        _check_alias(registry, champion)
        if finished and finished["decision"] == order.decision == ROLLBACK:
            return _finished(registry, finished)
        policy_id = choose(verdicts, registry)
        row, version = policy_row(run, policy_id), _registered(registry, policy_id)
        moved = Moved(order.decision, policy_id, version.number, champion, policy_id != champion, _policy_in(finished))
        if not moved.is_new:
            run.is_idle = finished is None
            return moved
        check_files(lakehouse.place.home, row)
        check_artifacts(
            version.tags.get("artifact_location", "elsewhere:"), version.tags.get("artifact_digest"), policy_id
        )
        _check_alias(registry, champion)
        _move(run, registry, version, _verdict(order, row, champion, verdicts))
        return moved


def lock_of(settings: ReleaseSettings) -> str:
    """Whoever changes what a registered model's aliases say holds this name."""
    return f"release.{settings.model_name}"


def finish_move(run: StepRun, registry: Registry) -> dict[str, Any] | None:
    """Finish, or forget, a move that broke off; its verdict, if it had come so far that it is finished now."""
    note = registry.noted_move()
    if note is None:
        return None
    served = registry.champion()
    at = served.number if served else None
    if at == note["to"]:
        _record(run, registry, note["verdict"])
        return dict(note["verdict"])
    if at == note["from"]:
        registry.forget_move()
        return None
    raise AliasMoved(
        f"a move of the alias {CHAMPION} of {registry.name} from version {note['from']} to version {note['to']} broke "
        f"off, and the alias is at version {at} now: somebody moved it by hand meanwhile. Set it to version "
        f"{note['to']} (the move is finished then) or to version {note['from']} (it is forgotten) in MLflow "
        "(`lakewheel ui`), and run this again. Nothing was moved."
    )


def _finished(registry: Registry, verdict: dict[str, Any]) -> Moved:
    """A rollback that broke off is the one that is asked for again; another one would go a step too far."""
    served = registry.champion()
    assert served is not None
    policy_id, previous = str(verdict["policy_id"]), verdict["champion_policy_id"]
    return Moved(verdict["decision"], policy_id, served.number, previous, is_new=True, finished=policy_id)


def _policy_in(verdict: dict[str, Any] | None) -> str | None:
    return str(verdict["policy_id"]) if verdict else None


def _check_alias(registry: Registry, champion: str | None) -> None:
    """Whether the registry serves whom the verdicts name."""
    served = registry.champion()
    if (served.policy_id if served else None) == champion:
        return
    recorded = registry.version_of(champion) if champion else None
    expected = recorded.words if recorded else f"policy {champion}, which has no version" if champion else "no version"
    come = served.words if served else "no version"
    put_back = f"on version {recorded.number}" if recorded else "away"
    raise AliasMoved(
        f"expected the alias {CHAMPION} of {registry.name} at {expected}, for so say the verdicts, and it is at "
        f"{come}: somebody moved it by hand. Put it {put_back} in MLflow (`lakewheel ui`, Models, {registry.name}) and "
        "run this again; a model that is meant to be served instead goes through `lakewheel release` and `lakewheel "
        "promote`. Nothing was moved."
    )


def _registered(registry: Registry, policy_id: str) -> Version:
    found = registry.version_of(policy_id)
    if found is None:
        raise NotRegistered(
            f"expected a version of {registry.name} in MLflow's registry that is policy {policy_id}, and there is "
            f"none. `lakewheel release --policy {policy_id}` registers what the gate accepts. Nothing was moved."
        )
    return found


def _verdict(order: Order, row: dict[str, Any], champion: str | None, verdicts: Sequence[Told]) -> dict[str, Any]:
    moment = next_moment(verdicts)
    return verdict_row(
        verdict_id=identity(order.decision, row["policy_id"], champion or "", moment.isoformat()),
        policy_id=row["policy_id"],
        champion_policy_id=champion,
        round=row["round"],
        decision=order.decision,
        objections=list(order.reasons),
        decided_by=order.decided_by,
        decided_at=moment.isoformat(),
    )


def _move(run: StepRun, registry: Registry, version: Version, verdict: dict[str, Any]) -> None:
    before = registry.champion()
    registry.note_move({"from": before.number if before else None, "to": version.number, "verdict": verdict})
    fault_point("release.noted")
    registry.point(CHAMPION, version)
    fault_point("release.moved")
    _record(run, registry, verdict)


def _record(run: StepRun, registry: Registry, verdict: dict[str, Any]) -> None:
    """Write the verdict of a move that the registry has made; a second time writes nothing."""
    row = verdict | {"decided_at": datetime.fromisoformat(verdict["decided_at"])}
    run.take(1)
    run.append(TABLE, frame_of(run.lakehouse.spark, table_named(TABLE), [row]))
    fault_point("release.recorded")
    challenger, champion = registry.at_alias(CHALLENGER), registry.champion()
    if challenger is not None and champion is not None and challenger.number == champion.number:
        registry.clear(CHALLENGER)
    registry.forget_move()
