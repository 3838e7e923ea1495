"""The answers that two models gave to the same prompts of a suite, as the evaluation kept them."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING, Any

from lakehouse.rim import StepRun
from pipelines.release.blind import Answers, Pair
from pipelines.release.evidence import ANSWER, TABLE
from pipelines.reward.pairs.rows import prompt_text

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


class NothingToCompare(LookupError):
    """There are no answers of both models to the same prompts."""


def answers_of(run: StepRun, suite: str, one: str, other: str) -> Answers:
    """Of two models, to the prompts that both of them answered under the same settings."""
    from pyspark.sql import functions as F

    found = _answers(_kept(run, suite).where(F.col("policy_id").isin([one, other])).collect(), _prompts(run), suite)
    if not found:
        raise NothingToCompare(
            f"expected answers of two models, {one} and {other}, to the same prompts of the suite {suite}, and there "
            f"are none. `lakewheel evaluate --policy {one} --against {other}` draws and keeps them."
        )
    return found[0]


def all_answers(run: StepRun, suite: str) -> list[Answers]:
    """Of every two models: which of them a file is about, only the key tells."""
    return _answers(_kept(run, suite).collect(), _prompts(run), suite)


def _kept(run: StepRun, suite: str) -> DataFrame:
    """Answers with when they were drawn, the newest first."""
    from pyspark.sql import functions as F

    rows = run.read(TABLE).where((F.col("suite") == suite) & (F.col("metric") == ANSWER))
    timed = rows.where("answer IS NOT NULL").join(
        run.read("runs").select("run_id", "started_at"), on="run_id", how="left"
    )
    return timed.orderBy(F.desc_nulls_last("started_at"), "evaluation_id")


def _prompts(run: StepRun) -> dict[str, tuple[str, str]]:
    """Workload and text; general questions and regression tests are none, so nobody is asked about them."""
    rows = run.read("prompts").select("prompt_id", "workload", prompt_text("messages").alias("prompt")).collect()
    return {row["prompt_id"]: (row["workload"], row["prompt"]) for row in rows}


def _answers(rows: list[Any], prompts: dict[str, tuple[str, str]], suite: str) -> list[Answers]:
    """Every two models, each with their pairs in the order of the rows."""
    asked: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in rows:
        if row["prompt_id"] in prompts:
            asked[row["prompt_id"], row["suite_digest"]].setdefault(row["policy_id"], row["answer"])
    found: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for (prompt_id, _), said in asked.items():
        for first, second in combinations(sorted(said), 2):
            found[first, second].append(Pair(prompt_id, *prompts[prompt_id], said[first], said[second]))
    return [Answers(suite, policies, tuple(pairs)) for policies, pairs in sorted(found.items())]
