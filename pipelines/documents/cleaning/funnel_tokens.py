"""The counts behind the funnel with tokens in them: every text is read once more, by the tokenizer that was named."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakehouse.asking import spark_asker
from lakehouse.place import Lakehouse
from lakehouse.read import read
from pipelines.arrow_columns import with_computed
from pipelines.documents.cleaning.funnel import counting_query, duplicates_called

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

VIEW = "lakewheel_counted"
TEXTS_AT_ONCE = 64


class NoTokenizer(ValueError):
    """The folder that was named holds no tokenizer."""


def token_counts(lakehouse: Lakehouse, folder: Path, least_quality: float | None = None) -> Sequence[dict[str, Any]]:
    """Rows of the counting query, with the tokens of texts as they were taken, and as they are now."""
    _tokenizer(str(folder))  # a folder without one is told before anything is read
    with_tokens(read(lakehouse, "documents").frame, folder).createOrReplaceTempView(VIEW)
    try:
        query = counting_query(VIEW, duplicates_called(spark_asker(lakehouse)), least_quality, with_tokens=True)
        rows = lakehouse.spark.sql(query).collect()
    finally:
        lakehouse.spark.catalog.dropTempView(VIEW)
    return [row.asDict(recursive=True) for row in rows]


def with_tokens(documents: DataFrame, folder: Path) -> DataFrame:
    """With the columns `tokens`, of the text as it was taken, and `tokens_left`, of the text as it is."""
    from pyspark.sql import functions as F

    kept = documents.select(
        "document_id", "source", "dropped_by", "cleaned_with", "quality", "measures", "text", "text_as_taken"
    )
    compute = partial(_counted, folder=str(folder))
    left = with_computed(kept, "tokens_left", "bigint", compute, ["text"])
    taken = with_computed(left, "tokens_taken", "bigint", compute, ["text_as_taken"])
    return taken.withColumn("tokens", F.coalesce("tokens_taken", "tokens_left"))


def _counted(texts: Sequence[str | None], folder: str) -> list[int | None]:
    tokenizer, counts = _tokenizer(folder), {}
    known = [place for place, text in enumerate(texts) if text is not None]
    for start in range(0, len(known), TEXTS_AT_ONCE):
        places = known[start : start + TEXTS_AT_ONCE]
        found = tokenizer.encode_batch([texts[place] for place in places], add_special_tokens=False)
        counts.update(dict(zip(places, map(len, found), strict=True)))
    return [counts.get(place) for place in range(len(texts))]


@cache
def _tokenizer(folder: str) -> Any:
    from tokenizers import Tokenizer

    file = Path(folder) / "tokenizer.json"
    try:
        return Tokenizer.from_file(str(file))
    except Exception as problem:  # the library raises nothing narrower
        raise NoTokenizer(
            f"expected the folder of a model with its tokenizer.json, and {file} cannot be read as one. Name the "
            "folder that the model's other files are in."
        ) from problem
