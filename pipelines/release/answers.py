"""The answers that two models gave to the same prompts of a suite, as the evaluation kept them."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from lakehouse.rim import StepRun
from pipelines.release.blind import Answers
from pipelines.release.evidence import ANSWER, TABLE, newest_versions
from pipelines.reward.pairs.rows import prompt_text

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


class NothingToCompare(LookupError):
    """There are no answers of both models to the same prompts."""


def answers_of(run: StepRun, suite: str, one: str, other: str) -> Answers:
    """Of two models, on the newest version of the suite that both of them answered."""
    from pyspark.sql import functions as F

    kept = _kept(run, suite).where(F.col("policy_id").isin([one, other]))
    both = kept.groupBy("suite", "suite_digest").agg(F.count_distinct("policy_id").alias("policies"))
    shared = kept.join(both.where("policies = 2"), on=["suite", "suite_digest"], how="left_semi")
    newest = shared.join(newest_versions(shared, run.read("runs")), on=["suite", "suite_digest"], how="left_semi")
    found = _answers(newest.collect(), _prompts(run), suite, one, other)
    if one == other or found is None or not found.given:
        raise NothingToCompare(
            f"expected answers of two models, {one} and {other}, to the same prompts of the suite {suite}, and there "
            f"are none. `lakewheel evaluate --policy {one}`, and the same with the other, keep what they answer."
        )
    return found


def all_answers(run: StepRun, suite: str) -> list[Answers]:
    """Of every two models, on every version of the suite: which of them a file is about, only the key tells."""
    rows, prompts = _kept(run, suite).collect(), _prompts(run)
    found = []
    for digest in sorted({row["suite_digest"] for row in rows}):
        same = [row for row in rows if row["suite_digest"] == digest]
        for one, other in combinations(sorted({row["policy_id"] for row in same}), 2):
            answers = _answers(same, prompts, suite, one, other)
            found += [answers] if answers and answers.given else []
    return found


def _kept(run: StepRun, suite: str) -> DataFrame:
    from pyspark.sql import functions as F

    rows = run.read(TABLE).where((F.col("suite") == suite) & (F.col("metric") == ANSWER))
    return rows.where("answer IS NOT NULL AND prompt_id IS NOT NULL")


def _prompts(run: StepRun) -> dict[str, tuple[str, str]]:
    rows = run.read("prompts").select("prompt_id", "workload", prompt_text("messages").alias("prompt")).collect()
    return {row["prompt_id"]: (row["workload"], row["prompt"]) for row in rows}


def _answers(rows: list[Any], prompts: dict[str, tuple[str, str]], suite: str, one: str, other: str) -> Answers | None:
    first, second = sorted((one, other))
    said = {id: {row["prompt_id"]: row["answer"] for row in rows if row["policy_id"] == id} for id in (first, second)}
    given = {id: (said[first][id], said[second][id]) for id in said[first] if id in said[second] and id in prompts}
    digest = next((row["suite_digest"] for row in rows), None)
    if digest is None:
        return None
    return Answers(suite, digest, (first, second), {id: prompts[id] for id in given}, given)
