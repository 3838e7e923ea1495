"""Documents into rows of chunks: read as the encoder reads them, and cut a batch of Arrow at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from conf import ChunkSettings, fingerprint
from lakehouse.arrow import arrow_type
from lakehouse.identity import identity, identity_column
from pipelines.documents.chunks.passages import Measure, passages_of
from pipelines.documents.kept import kept_documents
from pipelines.models.encoder import encoder_digest, encoder_tokens

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

CUT = {
    "chunk_id": "string",
    "document_id": "string",
    "position": "int",
    "heading": "string",
    "text": "string",
    "tokens": "int",
    "section_id": "string",
    "starts_at": "bigint",
    "ends_at": "bigint",
    "cut_from": "string",
}
TEXTS_AT_ONCE = 64
"""So many texts are read at once; a batch of Arrow may hold thousands."""


def how_cut(settings: ChunkSettings) -> str:
    """What passages depend on beside their document; how many are embedded at once makes no difference."""
    told = fingerprint(settings.model_dump(mode="json", exclude={"chunks_per_batch"}))
    return identity("chunks", told, encoder_digest())


def documents_to_cut(
    staying: DataFrame, runs: DataFrame, least_quality: float | None, settings: ChunkSettings
) -> DataFrame:
    """The kept documents as they are now (document_id, title, text), with `cut_from`, which changes as they do."""
    from pyspark.sql import functions as F

    newest = newest_of_each_place(kept_documents(staying, least_quality), runs)
    title = F.coalesce("title", F.lit(""))
    cut_from = identity_column(F.lit(how_cut(settings)), "document_id", "text_digest", title).alias("cut_from")
    return newest.select("document_id", "title", "text", cut_from)


def newest_of_each_place(documents: DataFrame, runs: DataFrame) -> DataFrame:
    """Of documents that stood in the same place of the same file, the one that came last: its file was changed."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    places = documents.select("document_id", "source", "source_file", "source_part", "run_id")
    timed = places.join(runs.select("run_id", "started_at"), on="run_id", how="left")
    order = [F.col("started_at").desc_nulls_last(), F.col("document_id")]
    turn = F.row_number().over(Window.partitionBy("source", "source_file", "source_part").orderBy(*order))
    newest = timed.withColumn("turn", turn).where("turn = 1").select("document_id")
    return documents.join(newest, on="document_id", how="left_semi")


def chunks_of(documents: DataFrame, settings: ChunkSettings) -> DataFrame:
    """The passages of documents, in the columns that cutting fills."""
    schema = ", ".join(f"{name} {type}" for name, type in CUT.items())
    return documents.mapInArrow(_cutter(settings), schema)


def _cutter(
    settings: ChunkSettings,
) -> Callable[[Iterable[pyarrow.RecordBatch]], Iterator[pyarrow.RecordBatch]]:
    def cut(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow

        schema = pyarrow.schema([(name, arrow_type(type)) for name, type in CUT.items()])
        for batch in batches:
            for start in range(0, batch.num_rows, TEXTS_AT_ONCE):
                rows = chunk_rows(batch.slice(start, TEXTS_AT_ONCE).to_pylist(), settings)
                yield pyarrow.RecordBatch.from_pylist(rows, schema=schema)

    return cut


def chunk_rows(documents: Sequence[dict[str, Any]], settings: ChunkSettings) -> list[dict[str, Any]]:
    """The passages of some documents (document_id, title, text, cut_from)."""
    texts = [one["text"] for one in documents]
    read = encoder_tokens().encode_batch(texts, add_special_tokens=False)
    return [
        row
        for document, tokens in zip(documents, read, strict=True)
        for row in _rows(document, Measure([start for start, _ in tokens.offsets]), settings)
    ]


def _rows(document: dict[str, Any], measure: Measure, settings: ChunkSettings) -> Iterator[dict[str, Any]]:
    cut_from = document["cut_from"]
    passages = passages_of(document["text"], document["title"], measure, settings)
    for position, passage in enumerate(passages):
        yield {
            "chunk_id": identity(cut_from, position),
            "document_id": document["document_id"],
            "position": position,
            "heading": passage.heading,
            "text": passage.text,
            "tokens": passage.tokens,
            "section_id": identity(cut_from, "section", passage.section),
            "starts_at": passage.start,
            "ends_at": passage.end,
            "cut_from": cut_from,
        }
