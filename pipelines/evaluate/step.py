"""The step evaluate: one model after the other answers the held-out prompts, all answers are scored, and compared.

What was drawn or scored is kept as rows and never made again: a run that was killed goes on, a second run is free.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from conf import EvaluateSettings, TrackingSettings
from lakehouse.faults import fault_point
from lakehouse.frames import frame_of
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rim import Cost, StepRun, step_run
from lakehouse.tables import table_named
from lakehouse.tracked import PAGES, tracked_step
from pipelines.engines.protocol import NOTHING_SPENT, Spent
from pipelines.evaluate.answers import Drawn, Entrant, Tell, draw_missing
from pipelines.evaluate.assessed import log_assessed
from pipelines.evaluate.measured import Prices, measured_of, preferences_against
from pipelines.evaluate.pages import write_pages
from pipelines.evaluate.pairwise import Arbiter, compare_missing
from pipelines.evaluate.regressions import Before, before_in
from pipelines.evaluate.report import Report, report_of, rows_of, what_it_can_show
from pipelines.evaluate.rows import Ledger
from pipelines.evaluate.scoring import Marker, absent_scorers, markers_of, score_missing
from pipelines.evaluate.suite import Suite, check_not_learned, suite_of
from pipelines.score.protocol import ScorerMaker

STEP = "evaluate"
REMEDIES = {"reward": "There is no reward model: `lakewheel reward train` makes one."}


@dataclass(frozen=True)
class Bench:
    """By whom and how models are measured."""

    settings: EvaluateSettings
    makers: tuple[ScorerMaker, ...]
    arbiters: tuple[Arbiter, ...]
    prices: Prices | None
    answers_per_batch: int
    tracking: TrackingSettings


@dataclass(frozen=True)
class Evaluated:
    """What a run of the step came to."""

    report: Report
    answers: int
    """Answers that were drawn now."""
    left: int
    is_new: bool
    """Whether anything was drawn, scored or found that was not there before."""
    tracking_run_id: str | None


def evaluate(
    lakehouse: Lakehouse,
    entrants: Sequence[Entrant],
    bench: Bench,
    provenance: Provenance,
    round: int,
    tell: Tell = lambda line: None,
) -> Evaluated:
    """Measure the first model, and compare it with the others."""
    ids = [one.policy_id for one in entrants]
    with step_run(lakehouse, STEP, provenance, round, {"policy_id": ids[0], "rivals": ",".join(ids[1:])}) as run:
        suite = suite_of(run, bench.settings)
        check_not_learned(run, suite, [one.policy.row for one in entrants])
        tell(what_it_can_show(len(suite.workloads), bench.settings))
        ledger = Ledger.read(run, bench.settings.suite, ids)
        markers = markers_of(bench.settings, bench.makers)
        _known(run, entrants)
        drawn = [_drawn(run, ledger, one, suite, bench.settings, tell) for one in entrants]
        for marker in markers:
            _scored(run, ledger, marker, entrants, suite, bench, tell)
        for arbiter in bench.arbiters:
            spent = compare_missing(ledger, arbiter, entrants, suite, bench.answers_per_batch, tell)
            _charge(run, arbiter.name, spent)
        report = _report(ledger, entrants, suite, markers, bench)
        for row in rows_of(report, round):
            ledger.put(row)
        is_new = bool(ledger.waiting or ledger.added)
        tracking_run_id = _told(run, bench, report, suite, ledger) if is_new else None
        fault_point("evaluate.told")
        ledger.keep(at_once=True)
        left = sum(one.left for one in drawn)
        run.is_idle, run.is_complete = not is_new, not left
    return Evaluated(report, sum(one.answers for one in drawn), left, is_new, tracking_run_id)


def _known(run: StepRun, entrants: Sequence[Entrant]) -> None:
    """Every model is a row of policies before any row points to it."""
    there = run.lakehouse.exists("policies")
    known = {row["policy_id"] for row in run.read("policies").select("policy_id").collect()} if there else set()
    unknown = [one.policy.row for one in entrants if one.policy_id not in known]
    if unknown:
        run.append("policies", frame_of(run.lakehouse.spark, table_named("policies"), unknown), counts=False)


def _drawn(
    run: StepRun, ledger: Ledger, entrant: Entrant, suite: Suite, settings: EvaluateSettings, tell: Tell
) -> Drawn:
    """One model's answers; what they took is in costs."""
    drawn = draw_missing(ledger, entrant, suite, settings, tell)
    if drawn.answers:
        tokens = (drawn.spent.prompt_tokens, drawn.spent.answer_tokens)
        cost = Cost("all", entrant.policy_id, *tokens, seconds=drawn.seconds, money=drawn.spent.money)
        run.costs.append(replace(cost, device_seconds=drawn.seconds))
    return drawn


def _scored(
    run: StepRun, ledger: Ledger, marker: Marker, entrants: Sequence[Entrant], suite: Suite, bench: Bench, tell: Tell
) -> None:
    spent = score_missing(ledger, marker, entrants, suite, bench.answers_per_batch, tell)
    _charge(run, marker.metric, spent)


def _charge(run: StepRun, name: str, spent: Spent) -> None:
    if spent != NOTHING_SPENT:
        run.costs.append(Cost("all", name, spent.prompt_tokens, spent.answer_tokens, money=spent.money))


def _report(
    ledger: Ledger, entrants: Sequence[Entrant], suite: Suite, markers: Sequence[Marker], bench: Bench
) -> Report:
    settings = bench.settings
    there = [*(one.name for one in bench.makers), *(one.name for one in bench.arbiters)]
    absent = {
        name: REMEDIES.get(name, f"There is no scorer {name}: correct evaluate.scorers, or describe it.")
        for name in absent_scorers(settings, there)
    }
    preferred = preferences_against(ledger, bench.arbiters, entrants, suite)
    models = [
        measured_of(ledger, one, suite, markers, bench.prices, absent, preferred if one is entrants[0] else {})
        for one in entrants
    ]
    digests = [*(one.maker.digest for one in markers), *(one.digest for one in bench.arbiters)]
    digest = suite.digest(settings, digests)
    earlier = _earlier_forms(ledger)

    def before(policy_id: str, metric: str, version: str) -> Before | None:
        told = [one for one in earlier.get((policy_id, metric), ()) if one.version != version]
        return told[0] if told else None

    return report_of(suite, settings, digest, models, before)


def _earlier_forms(ledger: Ledger) -> dict[tuple[str, str], list[Before]]:
    """What regression tests said in earlier runs, the newest first."""
    rows = [
        row
        for row in ledger.known.values()
        if row["prompt_id"] is None and row["rival_policy_id"] is None and str(row["metric"]).startswith("regression:")
    ]
    if not rows:
        return {}
    times = {
        row["run_id"]: row["started_at"] for row in ledger.run.read("runs").select("run_id", "started_at").collect()
    }
    newest_first = sorted(rows, key=lambda row: str(times.get(row.get("run_id"), "")), reverse=True)
    found: dict[tuple[str, str], list[Before]] = {}
    for row in newest_first:
        told = before_in(row)
        if told is not None:
            found.setdefault((row["policy_id"], row["metric"]), []).append(told)
    return found


def _told(run: StepRun, bench: Bench, report: Report, suite: Suite, ledger: Ledger) -> str:
    """The figures, the pages and the pictures as a run in MLflow."""
    name = report.policy.name
    said = {
        "policy_id": report.policy.policy_id,
        "rivals": ", ".join(one.name for one in report.rivals),
        "suite": report.suite,
        "suite_digest": report.suite_digest,
        "prompts": str(len(report.workloads)),
        "can_show": report.planned[:500],
    }
    with tracked_step(run, bench.tracking, f"evaluate {name}", said) as logged:
        logged.datasets(run.inputs)
        logged.metrics(_metrics(report), 0)
        log_assessed(logged, report, bench.tracking, run.lakehouse.place.home)  # an erasure finds the pages by these
        with TemporaryDirectory() as folder:
            for page in write_pages(report, Path(folder)):
                logged.client.log_artifact(logged.run_id, str(page), PAGES)
    return logged.run_id


def _metrics(report: Report) -> dict[str, Any]:
    """The figures over everything, as MLflow names them; against the first rival."""
    found = list(report.levels[report.policy.policy_id])
    found += [figure for rival in report.rivals[:1] for figure in report.comparisons[rival.policy_id]]
    known = {one.metric: one for one in found if one.slice == "all" and one.value is not None}
    return {metric.replace(":", "/"): figure.value for metric, figure in known.items()}
