"""Take documents in: every file below a path becomes documents or rejections with reasons."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from conf import DocumentsSettings, fingerprint
from conf.redaction import RedactionSettings
from lakehouse.identity import identity
from lakehouse.intakes import Reading
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rim import step_run
from pipelines.documents.reading.extracted import Extracted
from pipelines.documents.reading.formats import media_type_of, read
from pipelines.documents.reading.repair import repaired
from pipelines.files import File, look_under
from pipelines.pieces import Piece
from pipelines.redaction import Redactor
from pipelines.taking import Taken, new_files, take_files
from pipelines.unfit import Unfit, check_whole_characters, refusal

STEP = "documents.take"
TABLE = "documents"
DECLARED = ("licence",)
"""What a person declares of a collection and may declare anew: taking it again changes it where the text is there."""


@dataclass(frozen=True)
class Collection:
    """What a person says of the files that they bring: the name to know them by, and their licence."""

    source: str
    licence: str | None = None


def take_documents(
    lakehouse: Lakehouse,
    paths: Sequence[Path | str],
    collection: Collection,
    settings: DocumentsSettings,
    redactor: Redactor,
    provenance: Provenance,
    *,
    again: bool = False,
) -> Taken:
    """All files below the paths into the table documents, under the name of their collection."""
    reading, found = reading_of(collection, settings, redactor.settings), look_under(paths)
    files = found.files if again else new_files(reading, found.files, lakehouse.place, lakehouse)
    taken = Taken(known=len(found.files) - len(files), passed_over=found.passed_over)
    if not files:
        return taken
    parse = partial(parse_file, collection=collection, settings=settings, redactor=redactor)
    with step_run(lakehouse, STEP, provenance, asked={"source": collection.source}) as run:
        return taken + take_files(run, reading, files, parse, refresh=DECLARED)


def reading_of(collection: Collection, settings: DocumentsSettings, redaction: RedactionSettings) -> Reading:
    """What the ledger of intakes knows this step's reading by; the same file in two collections is two documents."""
    said = [collection.source, collection.licence]
    return Reading(
        STEP, TABLE, fingerprint([said, settings.model_dump(mode="json"), redaction.model_dump(mode="json")])
    )


def parse_file(file: File, collection: Collection, settings: DocumentsSettings, redactor: Redactor) -> Iterator[Piece]:
    """The documents of one file, each a row or a refusal."""
    for part, one in enumerate(read(file, settings), start=1):
        try:
            yield _piece(file, part, one, collection, settings, redactor)
        except Unfit as problem:
            yield refusal(file.name, part, problem.reason, str(problem))


def _piece(
    file: File,
    part: int,
    one: Extracted | Unfit,
    collection: Collection,
    settings: DocumentsSettings,
    redactor: Redactor,
) -> Piece:
    if isinstance(one, Unfit):
        raise one
    check_whole_characters([one.text, one.title or "", *one.extra, *one.extra.values()])
    mended = _mended(one) if settings.repair_unicode else one
    _check_length(mended.text, settings)
    return _row(file, part, mended, collection, redactor)


def _mended(one: Extracted) -> Extracted:
    return replace(one, text=repaired(one.text), title=repaired(one.title) if one.title else None)


def _check_length(text: str, settings: DocumentsSettings) -> None:
    if not text.strip():
        raise Unfit("empty", "There is no text in it.")
    if len(text) > settings.max_characters:
        raise Unfit("too_long", f"Expected at most {settings.max_characters} characters, got {len(text)}.")


def _row(file: File, part: int, one: Extracted, collection: Collection, redactor: Redactor) -> Piece:
    title, text, own_id, *values = redactor.redact(
        [one.title or "", one.text.strip(), one.id or "", *one.extra.values()]
    ).texts
    digest = hashlib.sha256(text.encode()).hexdigest()
    place: tuple[str | int, ...] = ("id", own_id) if own_id else (file.name, part)
    return {
        "document_id": identity(collection.source, *place, digest),
        "source": collection.source,
        "source_file": file.name,
        "source_part": part,
        "media_type": one.media_type or media_type_of(file),
        "title": title or None,
        "text": text,
        "text_digest": digest,
        "characters": len(text),
        "licence": one.licence or collection.licence,
        "extra": dict(zip(one.extra, values, strict=True)),
    }
