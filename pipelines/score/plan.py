"""The plan: which answers have no score by which scorer yet, each distinct answer to a prompt once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lakehouse.rim import StepRun
from pipelines.crew.batches import Batch
from pipelines.generate.asking import messages_of
from pipelines.score.examiner import ScorePiece
from pipelines.score.protocol import ScorerMaker, Subject

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

SCORER = "scorer string, scorer_digest string"


@dataclass(frozen=True)
class Plan:
    """What is to be scored, and what was scored before under another candidate's name."""

    batches: list[Batch]
    scores: int
    """How many rows the batches will make."""
    copies: DataFrame


def plan_scores(run: StepRun, answers: DataFrame, makers: Sequence[ScorerMaker], per_batch: int) -> Plan:
    """What is missing in the table scores, by an anti-join; answers as `answers_to_score` gives them."""
    missing = _missing(run, _wanted(run, answers, makers))
    known = _known(run, answers)
    same = ["prompt_id", "answer", "scorer_digest"]
    copies = missing.select("candidate_id", *same).join(known, on=same, how="inner").drop("answer")
    fresh = missing.join(known.select(*same), on=same, how="left_anti")
    pieces = _pieces(fresh, {maker.digest: maker for maker in makers})
    return Plan(_batches(pieces, makers, per_batch), sum(len(piece.candidate_ids) for piece in pieces), copies)


def answers_to_score(run: StepRun, golds: DataFrame) -> DataFrame:
    """Every candidate with its prompt, its workload, and the answers that are known to be right."""
    prompts = run.read("prompts").where("split = 'train'").select("prompt_id", "workload", "messages")
    drawn = run.read("candidates").select("candidate_id", "prompt_id", "answer", "answer_tokens")
    return drawn.join(prompts, on="prompt_id", how="inner").join(golds, on="prompt_id", how="left")


def _wanted(run: StepRun, answers: DataFrame, makers: Sequence[ScorerMaker]) -> DataFrame:
    from pyspark.sql import functions as F

    workloads = [row[0] for row in answers.select("workload").distinct().collect()]
    listed = [
        (workload, maker.name, maker.digest) for maker in makers for workload in workloads if maker.applies_to(workload)
    ]
    scorers = run.lakehouse.spark.createDataFrame(listed, f"workload string, {SCORER}")
    return answers.join(F.broadcast(scorers), on="workload", how="inner")


def _missing(run: StepRun, wanted: DataFrame) -> DataFrame:
    if not run.lakehouse.exists("scores"):
        return wanted
    there = run.read("scores").select("candidate_id", "scorer_digest")
    return wanted.join(there, on=["candidate_id", "scorer_digest"], how="left_anti")


def _known(run: StepRun, answers: DataFrame) -> DataFrame:
    """One score for each prompt, answer and scorer that was scored before."""
    from pyspark.sql import functions as F

    told = ("scorer", "value", "uncertainty", "passed", "reason", "policy_id")
    types = f"prompt_id string, answer string, {SCORER}, value double, uncertainty double"
    if not run.lakehouse.exists("scores"):
        spark = run.lakehouse.spark
        return spark.createDataFrame([], f"{types}, passed boolean, reason string, policy_id string")
    scored = run.read("scores").drop("prompt_id").join(answers, on="candidate_id", how="inner")
    first = [F.min_by(name, "candidate_id").alias(name) for name in told]
    return scored.groupBy("prompt_id", "answer", "scorer_digest").agg(*first)


def _pieces(fresh: DataFrame, makers: dict[str, ScorerMaker]) -> list[ScorePiece]:
    from pyspark.sql import functions as F

    kept = [F.first(name).alias(name) for name in ("workload", "messages", "golds")]
    ids = F.array_sort(F.collect_set("candidate_id")).alias("candidate_ids")
    rows = fresh.groupBy("prompt_id", "answer", "scorer_digest").agg(ids, *kept).collect()
    return [
        ScorePiece(makers[row["scorer_digest"]], row["prompt_id"], _subject(row), tuple(row["candidate_ids"]))
        for row in rows
    ]


def _subject(row: Any) -> Subject:
    return Subject(row["workload"], messages_of(row), row["answer"], tuple(row["golds"] or ()))


def _batches(pieces: Sequence[ScorePiece], makers: Sequence[ScorerMaker], per_batch: int) -> list[Batch]:
    """One scorer to a batch, and answers of like length together."""
    batches = []
    for maker in makers:
        own = sorted((piece for piece in pieces if piece.maker is maker), key=_length_and_name)
        for start in range(0, len(own), per_batch):
            part = own[start : start + per_batch]
            batches.append(Batch(tuple(part), tuple(piece.name for piece in part)))
    return batches


def _length_and_name(piece: ScorePiece) -> tuple[int, str]:
    asked = sum(len(message["content"]) for message in piece.subject.messages)
    return asked + len(piece.subject.answer), piece.name
