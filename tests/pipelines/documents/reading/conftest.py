"""How these tests read a file: its bytes under a name, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conf import Resolved
from pipelines.documents.take import Collection, parse_file
from pipelines.files import File
from pipelines.pieces import Piece
from pipelines.redaction import Redactor

Parse = Callable[..., list[Any]]


@pytest.fixture
def parse(tmp_path: Path, resolved: Resolved) -> Parse:
    settings = resolved.settings

    def parse(name: str, content: bytes, licence: str | None = None, **changes: Any) -> list[Piece]:
        file = tmp_path / name
        file.write_bytes(content)
        documents = settings.documents.model_copy(update=changes)
        collection = Collection("handbook", licence)
        return list(parse_file(File(str(file), name), collection, documents, Redactor(settings.redaction)))

    return parse
