"""What a reader finds: one document as its file has it, or why there is none."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from lzma import LZMAError

from conf import DocumentsSettings
from pipelines.files import File
from pipelines.unfit import Unfit

BROKEN = (OSError, EOFError, zlib.error, LZMAError)
"""What archives and streams raise that end early or are damaged."""


@dataclass(frozen=True)
class Extracted:
    """One document as its file has it."""

    text: str
    title: str | None = None
    extra: dict[str, str] = field(default_factory=dict)
    licence: str | None = None
    id: str | None = None
    """The document's own id, where its file has one: it stays the same document wherever it stands in the file."""
    media_type: str | None = None
    """What it was, where one file holds documents of many kinds."""

    def with_extra(self, more: dict[str, str]) -> Extracted:
        """The same with more known about it; what it said of itself stands."""
        return replace(self, extra={**more, **self.extra})


Found = Extracted | Unfit
Reader = Callable[[File, DocumentsSettings], Iterator[Found]]
