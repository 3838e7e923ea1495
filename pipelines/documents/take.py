"""Take documents in: every file below a path becomes documents or rejections with reasons."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from conf import DocumentsSettings, fingerprint
from conf.redaction import RedactionSettings
from lakehouse.identity import identity
from lakehouse.intakes import Reading
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rejections import Rejection
from lakehouse.rim import step_run
from pipelines.documents.extract import EXTRACTORS, Extracted, Unreadable
from pipelines.files import File, look_under, open_plain
from pipelines.pieces import Piece
from pipelines.redaction import Redactor
from pipelines.taking import Taken, new_files, take_files

STEP = "documents.take"
TABLE = "documents"


def take_documents(
    lakehouse: Lakehouse,
    paths: Sequence[Path],
    source: str,
    settings: DocumentsSettings,
    redactor: Redactor,
    provenance: Provenance,
    *,
    again: bool = False,
) -> Taken:
    """All files below the paths into the table documents, under the name of their collection."""
    reading, found = reading_of(source, settings, redactor.settings), look_under(paths)
    files = found.files if again else new_files(reading, found.files, lakehouse.place, lakehouse)
    taken = Taken(known=len(found.files) - len(files), passed_over=found.passed_over)
    if not files:
        return taken
    parse = partial(parse_file, source=source, settings=settings, redactor=redactor)
    with step_run(lakehouse, STEP, provenance) as run:
        return taken + take_files(run, reading, files, parse)


def reading_of(source: str, settings: DocumentsSettings, redaction: RedactionSettings) -> Reading:
    """What the ledger of intakes knows this step's reading by; the same file in two collections is two documents."""
    parts = [source, settings.model_dump(mode="json"), redaction.model_dump(mode="json")]
    return Reading(STEP, TABLE, fingerprint(parts))


def parse_file(file: File, source: str, settings: DocumentsSettings, redactor: Redactor) -> Iterator[Piece]:
    """The documents of one file, each a row or a refusal."""
    found: Iterator[Extracted | Unreadable] = iter(())
    part = 0
    try:
        media_type, found = _texts(file, settings)
        for part, one in enumerate(found, start=1):
            yield _piece(file, part, one, source, media_type, settings, redactor)
    except (Unreadable, OSError, EOFError) as problem:
        damaged = f"The file ends early or is damaged ({type(problem).__name__}); copy it again from where it came."
        unreadable = problem if isinstance(problem, Unreadable) else Unreadable("unreadable", damaged)
        yield _refusal(file, part + 1, unreadable)


def _piece(
    file: File,
    part: int,
    one: Extracted | Unreadable,
    source: str,
    media_type: str,
    settings: DocumentsSettings,
    redactor: Redactor,
) -> Piece:
    if isinstance(one, Unreadable):
        return _refusal(file, part, one)
    unfit = _unfit(one, settings)
    return _refusal(file, part, unfit) if unfit else _row(file, part, one, source, media_type, redactor)


def _texts(file: File, settings: DocumentsSettings) -> tuple[str, Iterator[Extracted | Unreadable]]:
    if file.suffix not in EXTRACTORS:
        raise Unreadable(
            "unknown_format", f"Expected one of {', '.join(EXTRACTORS)}; the name ends in `{file.suffix}`."
        )
    limit = settings.max_file_megabytes * 2**20
    with open_plain(file) as stream:
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise Unreadable(
            "too_large", f"Expected at most {settings.max_file_megabytes} MiB; see documents.max_file_megabytes."
        )
    media_type, extractor = EXTRACTORS[file.suffix]
    return media_type, extractor(content)


def _unfit(one: Extracted, settings: DocumentsSettings) -> Unreadable | None:
    if not one.text.strip():
        return Unreadable("empty", "There is no text in it.")
    if len(one.text) > settings.max_characters:
        return Unreadable("too_long", f"Expected at most {settings.max_characters} characters, got {len(one.text)}.")
    return None


def _row(file: File, part: int, one: Extracted, source: str, media_type: str, redactor: Redactor) -> Piece:
    title, *rest = redactor.redact([one.title or "", one.text.strip(), *one.extra.values()]).texts
    text, values = rest[0], rest[1:]
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {
        "document_id": identity(source, file.name, part, digest),
        "source": source,
        "source_file": file.name,
        "source_part": part,
        "media_type": media_type,
        "title": title or None,
        "text": text,
        "text_digest": digest,
        "characters": len(text),
        "extra": dict(zip(one.extra, values, strict=True)),
    }


def _refusal(file: File, part: int, problem: Unreadable) -> Rejection:
    return Rejection(f"{file.name}:{part}", problem.reason, str(problem), source_file=file.name, source_line=part)
