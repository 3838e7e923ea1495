"""A mixture of documents as examples of plain text: laid end to end, a mark between them, and cut into equal pieces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from conf.tune import TuneSettings
from lakehouse.identity import identity
from pipelines.documents.mixture.drawn import Mixed, Mixing, Splitting, mixed
from pipelines.tune.examples.weights import weight_column

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

METHOD = "pretrain"
CRATE_TOKENS = 1_000_000
"""So much is packed by one process at a time."""
PACKED = "workload string, split string, example_id string, tokens array<int>, document_ids array<string>"


def mixture_of(staying: DataFrame, settings: TuneSettings, mixing: Mixing, base: str) -> Mixed:
    """The mixture that a tuning reads; which documents are held out is decided before they are drawn and packed."""
    splitting = Splitting(settings.examples.holdout_salt, settings.examples.holdout_share)
    return mixed(staying, mixing, splitting, base)


def packed_examples(found: Mixed, settings: TuneSettings, base_digest: str, round: int) -> DataFrame:
    """Rows of examples but for their set, as `example_rows` gives them; the source is the workload."""
    from pyspark.sql import functions as F

    kind, length = identity(METHOD, base_digest), settings.pretrain.tokens_per_example
    packed = (
        _in_crates(found.rows)
        .groupBy("workload", "split", "crate")
        .applyInArrow(
            lambda key, crate: _packed(
                kind, length, key, crate
            ),  # Spark would read a named function's hints, which it cannot import
            PACKED,
        )
    )
    given = {
        "method": F.lit(METHOD),
        "round": F.lit(round).cast("int"),
        "candidate_ids": F.array().cast("array<string>"),
        "answer_start": F.lit(1),
        "share": F.lit(1.0),
        "made_in": F.lit(round),
        "is_replay": F.lit(False),
        "left_out": F.lit(None).cast("string"),
        "advantage": F.lit(None).cast("double"),
    }
    weight = weight_column(settings.examples, round)
    return packed.withColumns(given).withColumn("weight", weight).drop("share", "made_in")


def _in_crates(documents: DataFrame) -> DataFrame:
    """Documents with the crate that they are packed in: a function of their places and of how much there is."""
    from pyspark.sql import functions as F

    named = documents.withColumnRenamed("source", "workload")
    size = F.ceil(F.sum(F.size("tokens")) / CRATE_TOKENS).alias("crates")
    crates = named.groupBy("workload", "split").agg(size)
    crate = F.conv(F.substring("place", 1, 8), 16, 10).cast("bigint") % F.col("crates")
    return named.join(F.broadcast(crates), on=["workload", "split"], how="inner").select(
        "workload", "split", crate.alias("crate"), "document_id", "place", "tokens"
    )


def _packed(kind: str, length: int, key: tuple[Any, ...], crate: pyarrow.Table) -> pyarrow.Table:
    """One crate's examples; the documents stand in the order of their places, which is as good as shuffled."""
    import pyarrow

    from lakehouse.arrow import arrow_type

    workload, split, number = (part.as_py() for part in key)
    rows = crate.select(["document_id", "place", "tokens"]).sort_by("place").to_pylist()
    pieces = list(cut([(row["document_id"], row["tokens"]) for row in rows], length))
    ids = [
        identity(kind, workload, split, number, place, " ".join(map(str, tokens)))
        for place, (tokens, _) in enumerate(pieces)
    ]
    columns = {
        "workload": (["string"], [workload] * len(pieces)),
        "split": (["string"], [split] * len(pieces)),
        "example_id": (["string"], ids),
        "tokens": (["array<int>"], [tokens for tokens, _ in pieces]),
        "document_ids": (["array<string>"], [names for _, names in pieces]),
    }
    return pyarrow.table({name: pyarrow.array(values, arrow_type(*type)) for name, (type, values) in columns.items()})


def cut(documents: Sequence[tuple[str, Sequence[int]]], length: int) -> Iterator[tuple[list[int], list[str]]]:
    """Pieces of one length with the documents that they hold; the last is as long as what is left.

    A piece of one token has nothing to foretell, so it is none.
    """
    stream = list(chain.from_iterable(((name, token) for token in tokens) for name, tokens in documents))
    for start in range(0, len(stream), length):
        piece = stream[start : start + length]
        if len(piece) > 1:
            yield [token for _, token in piece], list(dict.fromkeys(name for name, _ in piece))
