"""Candidates that nobody rated, with what the judge gives them: the material for the next rating."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lakehouse.rim import StepRun
from pipelines.engines.protocol import Engine, Unasked
from pipelines.generate.asking import messages_of
from pipelines.reward.calibration.measure import Measured
from pipelines.reward.calibration.next_rating import Unrated
from pipelines.score.judges.absolute import Asked, rate
from pipelines.score.judges.wording import told


def unrated_candidates(
    run: StepRun, engine: Engine, found: Measured, workloads: Sequence[str] | None, most: int
) -> list[Unrated]:
    """A few candidates, one to a prompt, that are a function of their identity; none where none were drawn."""
    if not most or not run.lakehouse.exists("candidates"):
        return []
    known = {(one.messages[-1]["content"], one.answer) for one in found.heard.examples}
    rows = [row for row in _candidates(run, workloads, most) if (told(messages_of(row)), row["answer"]) not in known]
    said = rate(engine, [Asked(found.judge, messages_of(row), row["answer"]) for row in rows])
    return [
        Unrated(row["candidate_id"], told(messages_of(row)), row["answer"], one.rating)
        for row, one in zip(rows, said, strict=True)
        if not isinstance(one, Unasked) and one.rating is not None
    ]


def _candidates(run: StepRun, workloads: Sequence[str] | None, most: int) -> list[Any]:
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    prompts = run.read("prompts").where("split = 'train'").select("prompt_id", "messages", "workload")
    if workloads is not None:
        prompts = prompts.where(F.col("workload").isin(list(workloads)))
    first = Window.partitionBy("prompt_id").orderBy("candidate_id")
    ordered = run.read("candidates").withColumn("turn", F.row_number().over(first)).where("turn = 1")
    joined = ordered.join(prompts, on="prompt_id", how="inner")
    return list(joined.orderBy("candidate_id").limit(most).select("candidate_id", "messages", "answer").collect())
