"""Whose word counts: a reward model that its trust report speaks for, a judge that people's ratings certify."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from conf import ReleaseSettings
from lakehouse.rim import StepRun
from pipelines.policies.newest import newest_policy
from pipelines.release.evidence import TABLE, scorer_of
from pipelines.release.gate import all_thresholds
from pipelines.reward.policy import KIND
from pipelines.reward.trust.report import SUITE, TUNE

REWARD, JUDGE = "reward", "judge:"


def scorers_asked(settings: ReleaseSettings) -> set[str]:
    """The scorers behind the thresholds."""
    return {scorer_of(threshold.metric) for threshold in all_thresholds(settings)}


def judges_asked(settings: ReleaseSettings) -> set[str]:
    """The names of judges among them."""
    return {one.removeprefix(JUDGE) for one in scorers_asked(settings) if one.startswith(JUDGE)}


def distrust_of(run: StepRun, settings: ReleaseSettings, certified: Mapping[str, bool]) -> dict[str, str]:
    """Every scorer behind a threshold whose word does not count, and why."""
    if not settings.require_trust:
        return {}
    found = dict(_about_judges(judges_asked(settings), certified))
    if REWARD in scorers_asked(settings) and (why := _about_reward(run)):
        found[REWARD] = why
    return found


def _about_judges(names: Iterable[str], certified: Mapping[str, bool]) -> Iterable[tuple[str, str]]:
    for name in sorted(names):
        if name not in certified:
            yield f"{JUDGE}{name}", f"The judge {name} is not among the judges of the settings, so nobody certifies it."
        elif not certified[name]:
            yield (
                f"{JUDGE}{name}",
                f"The judge {name} is not certified, so its word does not count. `lakewheel judge calibrate {name}`.",
            )


def _about_reward(run: StepRun) -> str | None:
    """What the trust report on the reward model that is in use says against it."""
    from pyspark.sql import functions as F

    newest = newest_policy(run.lakehouse, KIND)
    if newest is None:
        return "There is no reward model, so nobody speaks for its scores. `lakewheel reward train`."
    policy_id = newest["policy_id"]
    about = (F.col("policy_id") == policy_id) & (F.col("suite") == SUITE) & (F.col("metric") == TUNE)
    reports = run.read(TABLE).where(about).join(run.read("runs"), on="run_id", how="left")
    report = reports.orderBy(F.desc_nulls_last("started_at"), "evaluation_id").first()
    if report is None:
        return f"The reward model {policy_id} has no trust report. `lakewheel reward report`."
    if report["value"] != 1.0:
        return f"The reward model {policy_id} is not trusted: {report['note']}"
    return None
