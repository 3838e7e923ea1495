"""Chosen answers as rows of the table examples: read as the base model reads them, named, weighed and split."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conf.tune import TuneSettings
from lakehouse.identity import identity, identity_column
from pipelines.arrow_columns import with_slowly_begun
from pipelines.engines.protocol import Message, Said
from pipelines.prompts.holdout import split_column
from pipelines.tune.encoding import Reader, reader_of
from pipelines.tune.examples.weights import settled, weight_column

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

READ = "struct<tokens:array<int>,start:int,rejected:array<int>,rejected_start:int,left_out:string>"
READS = ("left_out", "messages", "answer", "ended", "rejected", "rejected_ended")
NOTHING_READ = {"tokens": None, "start": None, "rejected": None, "rejected_start": None, "left_out": None}


def example_rows(rows: DataFrame, settings: TuneSettings, base: Path, base_digest: str, round: int) -> DataFrame:
    """Rows of examples but for their set, with workload, is_replay and left_out; what is left out has no tokens."""
    from pyspark.sql import functions as F

    chosen = settings.examples
    encode = partial(_encoded, str(base), chosen.most_tokens)
    read = with_slowly_begun(rows, "read", READ, encode, reads=READS)
    drawn = split_column("family", chosen.holdout_salt, chosen.holdout_share)
    return read.select(
        _example_id(settings.method, base_digest).alias("example_id"),
        F.lit(settings.method).alias("method"),
        F.lit(round).cast("int").alias("round"),
        F.when(F.col("is_replay"), "train").otherwise(drawn).alias("split"),
        "prompt_id",
        F.coalesce("candidate_ids", F.array().cast("array<string>")).alias("candidate_ids"),
        "rating_ids",
        "request_ids",
        F.col("read.tokens").alias("tokens"),
        F.col("read.rejected").alias("rejected_tokens"),
        F.col("read.start").alias("answer_start"),
        F.col("read.rejected_start").alias("rejected_start"),
        "log_probability",
        "rejected_log_probability",
        settled(F.col("advantage")).alias("advantage"),
        weight_column(chosen, round).alias("weight"),
        "workload",
        "is_replay",
        F.coalesce("left_out", "read.left_out").alias("left_out"),
    )


def _example_id(method: str, base_digest: str) -> Column:
    """By content alone: the method, the base, the prompt, the candidates, and the answers as texts."""
    from pyspark.sql import functions as F

    said = F.when(F.col("ended"), "whole").otherwise("cut")
    nothing = F.lit("")
    return identity_column(
        F.lit(identity(method, base_digest)),
        F.when(F.col("is_replay"), "replay").otherwise("prompt"),
        F.coalesce("prompt_id", "family"),
        F.coalesce(F.array_join("candidate_ids", ","), nothing),
        said,
        F.coalesce(F.col("answer"), nothing),
        F.coalesce(F.col("rejected"), nothing),
    )


def _encoded(
    base: str,
    most_tokens: int,
    unfit: Sequence[str | None],
    conversations: Sequence[list[Message]],
    answers: Sequence[str],
    ended: Sequence[bool],
    rejected: Sequence[str | None],
    rejected_ended: Sequence[bool | None],
) -> list[dict[str, Any]]:
    reader = reader_of(base, most_tokens)
    rows = zip(unfit, conversations, answers, ended, rejected, rejected_ended, strict=True)
    return [
        NOTHING_READ
        if why is not None
        else _read(reader, messages, Said(answer, ends), None if worse is None else Said(worse, bool(worse_ends)))
        for why, messages, answer, ends, worse, worse_ends in rows
    ]


def _read(reader: Reader, messages: list[Message], answer: Said, worse: Said | None) -> dict[str, Any]:
    """Both answers as tokens, or why nothing can be learned from them."""
    better = reader.encoded(messages, answer)
    other = reader.encoded(messages, worse) if worse else None
    why = reader.unfit(better) or (reader.unfit(other) if other else None)
    if why:
        return NOTHING_READ | {"left_out": why}
    return {
        "tokens": better.tokens,
        "start": better.answer_start,
        "rejected": other.tokens if other else None,
        "rejected_start": other.answer_start if other else None,
        "left_out": None,
    }
