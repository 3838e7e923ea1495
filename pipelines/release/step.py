"""The step release: from the figures of a tuned model to a verdict, and where it is accepted, to a challenger.

A refusal is a result, not a failure. What was decided once on the same figures is not decided again; an acceptance
whose registration broke off is registered by the next run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from conf import ReleaseSettings, TrackingSettings, fingerprint
from lakehouse.asking import spark_asker
from lakehouse.faults import fault_point
from lakehouse.frames import frame_of
from lakehouse.identity import identity
from lakehouse.lock import name_lock
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rim import StepRun, step_run
from lakehouse.tables import table_named
from lakehouse.tracked import tracked_step
from pipelines.release.evidence import Evidence, figures_of
from pipelines.release.files import check_files
from pipelines.release.gate import ACCEPT, Decision, all_thresholds, decide
from pipelines.release.moves import finish_move, lock_of
from pipelines.release.policies import policy_row
from pipelines.release.registration import as_challenger
from pipelines.release.registry import reach_released
from pipelines.release.trust import distrust_of
from pipelines.release.verdicts import TABLE, Told, champion_in, gate_verdict_on, next_moment, verdict_row, verdicts_of

STEP = "release"


@dataclass(frozen=True)
class Gate:
    """What the gate goes by besides the figures."""

    settings: ReleaseSettings
    tracking: TrackingSettings
    base_policy_id: str
    certified: Mapping[str, bool]
    """Whether each judge of the settings is certified."""
    rule: str = "gate"
    """Who decides, as the verdict says it."""


@dataclass(frozen=True)
class Released:
    """What a run of the step came to."""

    policy_id: str
    champion_policy_id: str | None
    verdict_id: str
    decision: str
    objections: tuple[str, ...]
    remarks: tuple[str, ...]
    figures: dict[str, float]
    version: str | None
    """The version in the registry that is challenger now; None where it was not accepted."""
    is_new: bool


def release(
    lakehouse: Lakehouse, gate: Gate, provenance: Provenance, round: int, policy_id: str | None = None
) -> Released:
    """Decide on a tuned model, the newest if none is named, and register it if it is accepted."""
    settings, home = gate.settings, lakehouse.place.home
    asked = {"policy": policy_id} if policy_id else {}
    with name_lock(lakehouse, lock_of(settings)), step_run(lakehouse, STEP, provenance, round, asked) as run:
        row = policy_row(run, policy_id)
        registry = reach_released(lakehouse, gate.tracking, settings.model_name) if lakehouse.exists(TABLE) else None
        finished = finish_move(run, registry) if registry else None
        verdicts = verdicts_of(spark_asker(lakehouse))
        champion = champion_in(verdicts)
        if champion and row["policy_id"] == champion:
            run.is_idle = finished is None
            return _champion_already(verdicts, champion)
        evidence = _evidence(run, gate, row["policy_id"], champion)
        decision = decide(evidence, settings)
        verdict = _verdict(run, gate, evidence, decision, verdicts)
        accepted = decision.decision == ACCEPT
        if accepted:
            check_files(home, row)
            registry = registry or reach_released(lakehouse, gate.tracking, settings.model_name)
        is_new = _written(run, gate, verdict, decision, verdicts)
        fault_point("release.decided")
        version, has_changed = None, False
        if accepted and registry:
            version, has_changed = as_challenger(registry, row, verdict["verdict_id"], provenance)
        run.is_idle = not (is_new or has_changed or finished)
        return _told(verdict, decision, version.number if version else None, is_new)


def _champion_already(verdicts: Sequence[Told], champion: str) -> Released:
    """A model is not compared with itself; a loop that found nothing new to tune comes by here."""
    last = gate_verdict_on(verdicts, champion)
    assert last is not None, "nobody becomes champion without a verdict"
    remark = "It is the champion already, and a model is not compared with itself."
    return Released(
        champion, champion, last.verdict_id, last.decision, last.objections, (remark,), {}, version=None, is_new=False
    )


def _evidence(run: StepRun, gate: Gate, policy_id: str, champion: str | None) -> Evidence:
    settings = gate.settings
    suites = sorted({settings.suite, *(one.suite for one in all_thresholds(settings) if one.suite)})
    figures = figures_of(run, policy_id, suites)
    return Evidence(policy_id, champion, gate.base_policy_id, figures, distrust_of(run, settings, gate.certified))


def _verdict(
    run: StepRun, gate: Gate, evidence: Evidence, decision: Decision, verdicts: Sequence[Told]
) -> dict[str, Any]:
    thresholds = fingerprint(gate.settings.model_dump(mode="json"))
    return verdict_row(
        verdict_id=identity(evidence.policy_id, evidence.champion_policy_id or "", thresholds, evidence.digest),
        policy_id=evidence.policy_id,
        champion_policy_id=evidence.champion_policy_id,
        round=run.round,
        decision=decision.decision,
        objections=list(decision.objections),
        figures=decision.figures,
        decided_by=gate.rule,
        decided_at=next_moment(verdicts),
    )


def _written(run: StepRun, gate: Gate, verdict: dict[str, Any], decision: Decision, verdicts: Sequence[Told]) -> bool:
    """Write what is not the gate's last word on the model already; shown in MLflow too."""
    last = gate_verdict_on(verdicts, verdict["policy_id"])
    if last is not None and last.verdict_id == verdict["verdict_id"]:
        return False
    said = {"policy_id": verdict["policy_id"], "champion": verdict["champion_policy_id"] or "none"}
    with tracked_step(run, gate.tracking, f"release: {decision.decision}", said) as logged:
        logged.datasets(run.inputs)
        logged.client.log_text(logged.run_id, json.dumps(asdict(decision), indent=1), "verdict.json")
        run.take(1)
        frame = frame_of(run.lakehouse.spark, table_named(TABLE), [verdict])
        run.append(TABLE, frame, refresh=("decided_at",))
    return True


def _told(verdict: dict[str, Any], decision: Decision, version: str | None, is_new: bool) -> Released:
    return Released(
        policy_id=verdict["policy_id"],
        champion_policy_id=verdict["champion_policy_id"],
        verdict_id=verdict["verdict_id"],
        version=version,
        is_new=is_new,
        **asdict(decision),
    )
