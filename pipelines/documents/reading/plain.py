"""Plain text and Markdown: the bytes are the document."""

from __future__ import annotations

from collections.abc import Iterator

from conf import DocumentsSettings
from pipelines.documents.reading.encoding import Decoded, decoded
from pipelines.documents.reading.extracted import Extracted, Found
from pipelines.documents.reading.streams import MEGABYTE, opened
from pipelines.files import File
from pipelines.unfit import Unfit

MOST_BYTES_PER_CHARACTER = 4
MARK_BYTES = 4


def plain(file: File, settings: DocumentsSettings) -> Iterator[Found]:
    """Text as it stands."""
    found = text_of(file, settings)
    yield Extracted(found.text, extra=found.extra)


def markdown(file: File, settings: DocumentsSettings) -> Iterator[Found]:
    """Markdown as it stands; its first heading is the title."""
    found = text_of(file, settings)
    heading = next((line for line in found.text.splitlines() if line.startswith("# ")), None)
    yield Extracted(found.text, heading.removeprefix("# ").strip() if heading else None, found.extra)


def text_of(file: File, settings: DocumentsSettings) -> Decoded:
    """The text of a whole file; of one without end no more is read than shows that it is too long."""
    characters = settings.max_characters
    enough = characters * MOST_BYTES_PER_CHARACTER + MARK_BYTES
    most = settings.max_file_megabytes * MEGABYTE
    with opened(file, settings) as stream:
        content = stream.read(min(enough, most) + 1)
    if len(content) > most:
        raise Unfit(
            "too_large", f"Expected at most {settings.max_file_megabytes} MiB; see documents.max_file_megabytes."
        )
    if len(content) > enough:
        raise Unfit("too_long", f"Expected at most {characters} characters; see documents.max_characters.")
    return decoded(content, guess=settings.guess_encoding)
