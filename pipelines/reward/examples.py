"""Pairs as training examples: both answers tokenised once, behind their prompt, as the base model reads them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from lakehouse.identity import identity, identity_column
from pipelines.arrow_columns import with_slowly_begun
from pipelines.engines.protocol import Message
from pipelines.reward.encoding import Reader, reader_of
from pipelines.reward.task import TIE

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

METHOD = "reward"
ENCODED = "struct<tokens:array<int>,start:int,rejected:array<int>,rejected_start:int,cut:int>"


def example_row(
    reader: Reader, example_id: str, split: str, messages: Sequence[Message], chosen: str, rejected: str
) -> dict[str, Any]:
    """One pair as a row of a sealed set, without Spark; it counts for one and has no margin."""
    read = _pair_encoded(reader, messages, chosen, rejected)
    return {
        "example_id": example_id,
        "split": split,
        "tokens": read["tokens"],
        "answer_start": read["start"],
        "rejected_tokens": read["rejected"],
        "rejected_start": read["rejected_start"],
        "advantage": None,
        "weight": 1.0,
    }


def _pair_encoded(reader: Reader, messages: Sequence[Message], chosen: str, rejected: str) -> dict[str, Any]:
    """Both answers as tokens, and how many tokens did not fit."""
    better, worse = reader.encoded(messages, chosen), reader.encoded(messages, rejected)
    return {
        "tokens": list(better.tokens),
        "start": better.answer_start,
        "rejected": list(worse.tokens),
        "rejected_start": worse.answer_start,
        "cut": better.cut + worse.cut,
    }


def reward_examples(pairs: DataFrame, base: str, base_digest: str, most_tokens: int, round: int) -> DataFrame:
    """Training pairs as rows of the table examples, and `cut`; the set's id follows when all are known.

    An example is known by what it says, not by who said it: ids order a training, and raters go by other names in
    another home.
    """
    from pyspark.sql import functions as F

    encode = partial(_encoded, base, most_tokens)
    read = with_slowly_begun(pairs, "read", ENCODED, encode, reads=["messages", "chosen", "rejected"])
    name = identity_column("prompt_id", "chosen", "rejected", F.lit(identity(METHOD, base_digest, most_tokens)))
    return read.select(
        name.alias("example_id"),
        F.lit(METHOD).alias("method"),
        F.lit(round).alias("round"),
        "split",
        "workload",
        F.col("prompt_id"),
        F.array().cast("array<string>").alias("candidate_ids"),
        "preference_ids",
        F.col("read.tokens").alias("tokens"),
        F.col("read.rejected").alias("rejected_tokens"),
        F.col("read.start").alias("answer_start"),
        F.col("read.rejected_start").alias("rejected_start"),
        F.when(F.col("tie"), F.lit(TIE)).otherwise(F.nullif(F.col("margin"), F.lit(0.0))).alias("advantage"),
        F.col("weight").cast("double").alias("weight"),
        F.col("read.cut").alias("cut"),
    )


def _encoded(
    base: str, most_tokens: int, conversations: list[list[Message]], chosen: list[str], rejected: list[str]
) -> list[dict[str, Any]]:
    reader = reader_of(base, most_tokens)
    return [
        _pair_encoded(reader, messages, better, worse)
        for messages, better, worse in zip(conversations, chosen, rejected, strict=True)
    ]
