"""What the classifier is shown: good documents, the rest, and which of both are held out; chosen by hashes alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from conf import QualitySettings
from lakehouse.identity import identity
from pipelines.prompts.holdout import split_column

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

ADDRESS = "url"
"""The field of `extra` that holds a page's address, where its source had one."""


@dataclass(frozen=True)
class Positives:
    """Which documents are good: whole collections, and single ones by their id, their file or their address."""

    sources: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        return identity("sources", *sorted(self.sources), "named", *sorted(self.named))


class NoPositives(ValueError):
    """Nobody said which documents are good."""


def positives_of(sources: Sequence[str], file: Path | None) -> Positives:
    """The good ones as a person names them: collections, and a file with a name on each line."""
    if file is not None and not file.is_file():
        raise NoPositives(f"expected a file with a name on each line at {file}, and there is none. Check the path.")
    lines = [line.strip() for line in file.read_text().splitlines()] if file else []
    found = Positives(tuple(sorted(set(sources))), tuple(sorted({line for line in lines if line})))
    if not found.sources and not found.named:
        raise NoPositives(
            "expected to be told which documents are good, and none was named. Name a collection with --positive, or "
            "a file with ids, file names or addresses of documents with --positive-list."
        )
    return found


def material_of(staying: DataFrame, positives: Positives, settings: QualitySettings) -> DataFrame:
    """From documents that stay to rows of text, is_good and split: of each kind and split so many.

    They are the first by a hash of their identity.
    """
    from pyspark.sql import functions as F

    split = split_column("document_id", settings.holdout_salt, settings.holdout_share)
    marked = _marked(staying, positives).select("document_id", "is_good", split.alias("split"))
    chosen = reduce(lambda some, more: some.unionByName(more), _first_of_each(marked, settings))
    text = F.substring("text", 1, settings.most_characters).alias("text")
    return staying.select("document_id", text).join(chosen, on="document_id", how="inner")


def _first_of_each(marked: DataFrame, settings: QualitySettings) -> list[DataFrame]:
    """The first of each kind and split, without the texts, which may be many."""
    from pyspark.sql import functions as F

    order: list[Column] = [F.xxhash64("document_id"), F.col("document_id")]
    shares = {"train": 1 - settings.holdout_share, "holdout": settings.holdout_share}
    return [
        marked.where((F.col("is_good") == is_good) & (F.col("split") == name))
        .orderBy(*order)
        .limit(ceil(share * settings.most_documents))
        for is_good in (True, False)
        for name, share in shares.items()
    ]


def _marked(documents: DataFrame, positives: Positives) -> DataFrame:
    from pyspark.sql import functions as F

    of_source = F.col("source").isin(*positives.sources)
    if not positives.named:
        return documents.withColumn("is_good", of_source)
    names = documents.sparkSession.createDataFrame([(name,) for name in positives.named], "name string")
    known_by = F.explode(F.array("document_id", "source_file", F.col("extra").getItem(ADDRESS))).alias("name")
    named = documents.select("document_id", known_by).join(names, on="name", how="left_semi")
    found = named.select("document_id").distinct().withColumn("is_named", F.lit(True))
    joined = documents.join(found, on="document_id", how="left")
    return joined.withColumn("is_good", of_source | F.coalesce("is_named", F.lit(False))).drop("is_named")
