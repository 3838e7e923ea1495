"""Documents for tests of duplicates: a few families of sheets, each text in view or drawn from a seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from pyspark.sql import DataFrame

from conf import load_settings
from conf.duplicates import DuplicatesSettings
from lakehouse.place import Lakehouse
from lakehouse.provenance import provenance_of
from lakehouse.write import append_missing
from pipelines.documents.duplicates.step import Deduplicated, deduplicate_documents
from tests.lakehouse.rows import DOCUMENT, frame
from tests.pipelines.near_duplicates.texts import families

RESOLVED = load_settings("test")
SETTINGS: DuplicatesSettings = RESOLVED.settings.duplicates
SHEET = " ".join(f"word{number}" for number in range(100))
"""A hundred words have 96 runs of five; one more word at an end leaves 96 of 97 alike."""

Text = str | dict[str, Any]


def document(name: str, text: Text) -> dict[str, Any]:
    """A row of the table; what is said beyond the text overrides it."""
    said = {"text": text} if isinstance(text, str) else text
    digest = hashlib.sha256(said["text"].encode()).hexdigest()
    return DOCUMENT | {"document_id": name, "text_digest": digest, "characters": len(said["text"])} | said


def take(lakehouse: Lakehouse, texts: dict[str, Text]) -> None:
    """Documents into the table."""
    append_missing(lakehouse, "documents", frame(lakehouse, "documents", rows(texts.items())))


def take_in_parts(lakehouse: Lakehouse, texts: Iterable[tuple[str, Text]], partitions: int) -> None:
    """The same in another order and other files."""
    arriving: DataFrame = frame(lakehouse, "documents", rows(texts)).repartition(partitions)
    append_missing(lakehouse, "documents", arriving)


def rows(texts: Iterable[tuple[str, Text]]) -> list[dict[str, Any]]:
    return [document(name, text) for name, text in texts]


def deduplicated(lakehouse: Lakehouse, again: bool = False, **changes: Any) -> Deduplicated:
    """The step, under the settings of the tests with some changed."""
    settings = SETTINGS.model_copy(update=changes)
    return deduplicate_documents(lakehouse, settings, provenance_of(RESOLVED), again=again)


def decisions(lakehouse: Lakehouse) -> dict[str, str | None]:
    """Each document's survivor."""
    documents, duplicates = (lakehouse.spark.table(lakehouse.identifier(name)) for name in ("documents", "duplicates"))
    told = documents.join(duplicates, on="document_id", how="left").select("document_id", "survivor_id")
    return {row[0]: row[1] for row in told.collect()}


def many(seed: int = 8) -> dict[str, Text]:
    """Ten families of four near sheets, and an exact copy of every fifth."""
    texts = dict(enumerate(families(seed=seed, originals=10, copies=3)))
    copies = {f"copy{at:02}": text for at, text in texts.items() if at % 5 == 0}
    return {f"text{at:02}": text for at, text in texts.items()} | copies
