"""Public benchmarks by lm-eval, where it is installed: a model's folder through its tasks, and its figures as rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from statistics import NormalDist
from typing import Any

from conf import EvaluateSettings
from lakehouse.frames import frame_of
from lakehouse.identity import identity
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rim import StepRun, step_run
from lakehouse.tables import table_named
from pipelines.evaluate.rows import REFRESHED, TABLE
from pipelines.generate.policy import Policy
from pipelines.models.loading import device_for
from pipelines.statistics.estimate import ALL

STEP, SUITE = "evaluate.lm_eval", "lm-eval"
ALIAS, ERROR = "alias", "_stderr"
Results = Mapping[str, Any]
"""What lm-eval's `simple_evaluate` returns."""


class HarnessMissing(ImportError):
    """lm-eval is not installed."""


class HarnessUnfit(ValueError):
    """A model or a result that lm-eval and we cannot agree about."""


@dataclass(frozen=True)
class Benchmarked:
    """What public benchmarks said of a model."""

    policy_id: str
    rows: tuple[dict[str, Any], ...]
    new: int


def benchmark(
    lakehouse: Lakehouse,
    policy: Policy,
    tasks: Sequence[str],
    settings: EvaluateSettings,
    provenance: Provenance,
    round: int,
    own_tasks: Path | None = None,
) -> Benchmarked:
    """Run the tasks on the policy's folder, and keep what they say in evaluations; own tasks lie in a folder."""
    asked = {"policy_id": policy.policy_id, "tasks": ",".join(tasks)}
    with step_run(lakehouse, STEP, provenance, round, asked) as run:
        found = _asked(policy, tasks, settings.most_prompts, own_tasks)
        rows = rows_of_results(found, policy.policy_id, round, settings)
        known = frame_of(lakehouse.spark, table_named("policies"), [policy.row])
        run.append("policies", known, counts=False)
        return Benchmarked(policy.policy_id, tuple(rows), _kept(run, rows))


def _kept(run: StepRun, rows: Sequence[dict[str, Any]]) -> int:
    run.take(len(rows))
    frame = frame_of(run.lakehouse.spark, table_named(TABLE), rows)
    return run.append(TABLE, frame, refresh=REFRESHED).new


def _asked(policy: Policy, tasks: Sequence[str], most: int | None, own_tasks: Path | None) -> Results:
    """The harness itself, with the model's own chat template."""
    simple_evaluate, task_manager = harness()
    found = simple_evaluate(
        model="hf",
        model_args=model_arguments(policy),
        tasks=list(tasks),
        limit=most,
        apply_chat_template=True,
        task_manager=task_manager(include_path=own_tasks),
    )
    if not found:
        raise HarnessUnfit(
            f"expected results of {', '.join(tasks)}, and lm-eval returned none. Run it by itself to see why: "
            f"lm_eval --model hf --tasks {','.join(tasks)}. Nothing was written."
        )
    return dict(found)


def harness() -> tuple[Any, Any]:
    """lm-eval's `simple_evaluate` and its `TaskManager`; a sentence where it is not installed."""
    try:
        from lm_eval import simple_evaluate
        from lm_eval.tasks import TaskManager
    except ImportError as problem:
        raise HarnessMissing(
            "expected the package lm-eval, which is not installed by default. Install it with "
            "`pip install 'lakewheel[lm-eval]'`; its tasks are downloaded when they run. Nothing was measured."
        ) from problem
    return simple_evaluate, TaskManager


def model_arguments(policy: Policy) -> dict[str, Any]:
    """The policy as lm-eval's `hf` model: a whole model, or an adapter on its base."""
    weights = policy.weights
    if weights is None:
        raise HarnessUnfit(
            f"expected a model whose weights are at hand, and {policy.name} answers behind an address. Set engine.kind "
            "and model.base to the folder of its weights, or run lm-eval on that address by itself."
        )
    whole = {"pretrained": weights.folder, "device": device_for("auto")}
    return whole | ({"peft": weights.adapter} if weights.adapter else {})


def rows_of_results(results: Results, policy_id: str, round: int, settings: EvaluateSettings) -> list[dict[str, Any]]:
    """Each task's figures as rows of evaluations; the interval is normal, by the harness's standard error."""
    rows = []
    for task, found in sorted(dict(results["results"]).items()):
        digest = identity(SUITE, task, *map(str, _version(results, task)))
        for name, value, error in _figures(task, found):
            low, high = _interval(value, error, settings.confidence)
            rows.append(
                {
                    "evaluation_id": identity(policy_id, digest, name),
                    "policy_id": policy_id,
                    "round": round,
                    "suite": SUITE,
                    "suite_digest": digest,
                    "metric": f"lm_eval:{name}",
                    "slice": ALL,
                    "value": value,
                    "low": low,
                    "high": high,
                    "prompts": _prompts(results, task, found),
                    "note": None if low is not None else "lm-eval gave no standard error, so there is no interval.",
                }
            )
    return rows


def _figures(task: str, found: Mapping[str, Any]) -> Iterator[tuple[str, float, float | None]]:
    """Metric with its filter, value and standard error; lm-eval writes `acc,none` and `acc_stderr,none`."""
    for key, value in sorted(found.items()):
        metric, _, filter = key.partition(",")
        if key == ALIAS or metric.endswith(ERROR) or isinstance(value, bool) or not isinstance(value, int | float):
            continue
        if metric in ("samples", "sample_len"):
            continue
        if not isfinite(value):
            raise HarnessUnfit(
                f"expected a number from {task} under {key}, and got {value}. Look at the task's output with lm-eval "
                "by itself. Nothing was written."
            )
        error = found.get(f"{metric}{ERROR},{filter}" if filter else f"{metric}{ERROR}")
        known = isinstance(error, int | float) and isfinite(error)
        name = f"{task}:{metric}" + (f":{filter}" if filter and filter != "none" else "")
        yield name, float(value), float(error) if known and error is not None else None


def _interval(value: float, error: float | None, confidence: float) -> tuple[float | None, float | None]:
    if error is None:
        return None, None
    reach = NormalDist().inv_cdf(0.5 + confidence / 2) * error
    return value - reach, value + reach


def _version(results: Results, task: str) -> tuple[Any, Any, Any]:
    """What the same name must not hide: the task's version, its shots, and how many prompts were asked at most."""
    limit = dict(results.get("config") or {}).get("limit")
    return dict(results.get("versions") or {}).get(task), dict(results.get("n-shot") or {}).get(task), limit


def _prompts(results: Results, task: str, found: Mapping[str, Any]) -> int | None:
    """How many prompts were really asked."""
    told = dict(results.get("n-samples") or {}).get(task)
    counted = dict(told).get("effective") if told else found.get("sample_len", found.get("samples"))
    return int(counted) if isinstance(counted, int | float) else None
