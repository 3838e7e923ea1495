"""Documents as examples of plain text: laid end to end, a mark between them, and cut into pieces of one length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from conf.tune import TuneSettings
from lakehouse.identity import identity
from pipelines.prompts.holdout import split_column
from pipelines.tune.encoding import text_reader_of
from pipelines.tune.examples.weights import weight_column

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

METHOD = "pretrain"
CRATE_CHARACTERS = 4_000_000
"""So much text is packed by one process at a time."""
PACKED = "workload string, split string, example_id string, tokens array<int>, document_ids array<string>"


def packed_examples(documents: DataFrame, settings: TuneSettings, base: str, base_digest: str, round: int) -> DataFrame:
    """Rows of examples but for their set, as `example_rows` gives them; the source is the workload.

    Which documents are held out is decided before they are packed, so that none trains and measures.
    """
    from pyspark.sql import functions as F

    told = settings.pretrain
    crates = _in_crates(documents_of(documents, settings), settings)
    how = (base, identity(METHOD, base_digest), told.tokens_per_example)
    packed = crates.groupBy("workload", "split", "crate").applyInArrow(
        lambda key, crate: _packed(
            *how, key, crate
        ),  # Spark would read a named function's hints, which it cannot import
        PACKED,
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


def documents_of(documents: DataFrame, settings: TuneSettings) -> DataFrame:
    """The documents that are learned from: of the wanted sources, and no duplicate of another."""
    kept = documents.where("survivor_id IS NULL")
    sources = settings.pretrain.sources
    return kept if sources is None else kept.where(kept["source"].isin(*sources))


def _in_crates(documents: DataFrame, settings: TuneSettings) -> DataFrame:
    """Documents with the crate that they are packed in, which is a function of their ids and of how much there is."""
    from pyspark.sql import functions as F

    drawn = split_column("document_id", settings.examples.holdout_salt, settings.examples.holdout_share)
    split = documents.select("document_id", F.col("source").alias("workload"), drawn.alias("split"), "text")
    size = F.ceil(F.sum(F.length("text")) / CRATE_CHARACTERS).alias("crates")
    crates = split.groupBy("workload", "split").agg(size)
    place = F.conv(F.substring("document_id", 1, 8), 16, 10).cast("bigint") % F.col("crates")
    return split.join(F.broadcast(crates), on=["workload", "split"], how="inner").select(
        "workload", "split", place.alias("crate"), "document_id", "text"
    )


def _packed(base: str, kind: str, length: int, key: tuple[Any, ...], crate: pyarrow.Table) -> pyarrow.Table:
    """One crate's examples; the documents stand in the order of their ids."""
    import pyarrow

    from lakehouse.arrow import arrow_type

    workload, split, number = (part.as_py() for part in key)
    reader = text_reader_of(base)
    rows = crate.select(["document_id", "text"]).sort_by("document_id").to_pylist()
    pieces = list(cut([(row["document_id"], reader.text_tokens(row["text"])) for row in rows], length))
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
