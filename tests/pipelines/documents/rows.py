"""Documents for tests: a text for each id, in a collection, as intake leaves them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from lakehouse.place import Lakehouse
from lakehouse.write import append_missing
from tests.lakehouse.rows import DOCUMENT, frame


def add_documents(lakehouse: Lakehouse, texts: Mapping[str, str], source: str = "files", **changes: Any) -> None:
    """One document for each id, each in a file of its own."""
    rows = [
        DOCUMENT
        | {
            "document_id": name,
            "source": source,
            "source_file": f"{name}.md",
            "text": text,
            "text_digest": hashlib.sha256(text.encode()).hexdigest(),
            "characters": len(text),
        }
        | changes
        for name, text in texts.items()
    ]
    append_missing(lakehouse, "documents", frame(lakehouse, "documents", rows))


def add_duplicate(lakehouse: Lakehouse, document_id: str, survivor_id: str) -> None:
    """One document is a duplicate of another."""
    row = {"document_id": document_id, "survivor_id": survivor_id, "run_id": "run"}
    append_missing(lakehouse, "duplicates", frame(lakehouse, "duplicates", [row]))
