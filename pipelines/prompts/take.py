"""Take logged requests in: redacted and pseudonymised before they are stored, each record a row or a rejection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from conf import PromptsSettings, fingerprint
from conf.redaction import RedactionSettings
from lakehouse.intakes import Arrival, Reading, new_arrivals, record_intakes
from lakehouse.outside import OutsideTable, arrival_of_table, outside_frame
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rim import StepRun, step_run
from pipelines.discovery import take_stream
from pipelines.files import File, Found, look_under
from pipelines.lines import Record, parse_json, parse_lines
from pipelines.pieces import Piece, given_pieces, parsed_rows
from pipelines.prompts.columns import parse_sheet
from pipelines.prompts.guard import Guard
from pipelines.prompts.inference_table import check_columns, numbered, payload_piece
from pipelines.prompts.openai_log import request_fields
from pipelines.prompts.traces import trace_pieces
from pipelines.redaction import Redactor
from pipelines.sheets import SUFFIXES
from pipelines.taking import Taken, new_files, take_files, take_pieces

STEP = "prompts.take"
TABLE = "requests"
DECIDING = {"max_line_megabytes", "max_characters", "columns"}
"""The settings that decide what becomes of a file's bytes; the others may change, and nothing is read again."""


@dataclass(frozen=True)
class Experiment:
    """An experiment whose traces are taken, and the tracking store that has it."""

    tracking_uri: str
    name: str


def reading_of(settings: PromptsSettings, redaction: RedactionSettings) -> Reading:
    """What the ledger of intakes knows this step's reading by."""
    parts = [settings.model_dump(mode="json", include=DECIDING), redaction.model_dump(mode="json")]
    return Reading(STEP, TABLE, fingerprint(parts))


def take_requests(
    lakehouse: Lakehouse,
    paths: Sequence[Path],
    settings: PromptsSettings,
    redactor: Redactor,
    subject_key: SecretStr,
    provenance: Provenance,
    *,
    tables: Sequence[str] = (),
    experiment: Experiment | None = None,
    again: bool = False,
) -> Taken:
    """Log files and Delta tables below the paths, tables of a catalog, and traces, into the table requests."""
    guard = Guard(settings, redactor, subject_key)
    found, taken = Found(()), Taken()
    if settings.discovery == "auto_loader" and not again:

        def take(files: tuple[File, ...]) -> Taken:
            return _take(lakehouse, guard, provenance, Found(files))

        taken = sum((take_stream(lakehouse, folder, take) for folder in paths), Taken())
    elif paths:
        found = look_under(paths, with_tables=True)
    return taken + _take(lakehouse, guard, provenance, found, tables, experiment, again)


def _take(
    lakehouse: Lakehouse,
    guard: Guard,
    provenance: Provenance,
    found: Found,
    tables: Sequence[str] = (),
    experiment: Experiment | None = None,
    again: bool = False,
) -> Taken:
    """One run over what is new of these; no run where nothing is."""
    reading = reading_of(guard.settings, guard.redactor.settings)
    files = found.files if again else new_files(reading, found.files, lakehouse.place, lakehouse)
    named = [OutsideTable(one.name, one.path) for one in found.tables] + [OutsideTable(name) for name in tables]
    standing = {table: arrival_of_table(lakehouse, table) for table in named}
    arrivals = [arrival for arrival, _ in standing.values()]
    fresh = set(arrivals if again else new_arrivals(reading, arrivals, lakehouse.place, lakehouse))
    known = len(found.files) - len(files) + len(arrivals) - len(fresh)
    taken = Taken(known=known, passed_over=found.passed_over)
    if not files and not fresh and experiment is None:
        return taken
    with step_run(lakehouse, STEP, provenance) as run:
        if files:
            taken += take_files(run, reading, files, partial(parse_file, guard=guard))
        for table, (arrival, version) in standing.items():
            if arrival in fresh:
                taken += _take_table(run, reading, table, arrival, version, guard)
        if experiment:
            taken += _take_traces(run, experiment, guard)
    return taken


def parse_file(file: File, guard: Guard) -> Iterator[Piece]:
    """The requests of one log file, each a row or a refusal."""
    if file.suffix in SUFFIXES:
        return parse_sheet(file, guard)

    def from_record(record: Record, file: File, line: int) -> Piece:
        return guard.piece(request_fields(record), file.name, line)

    parse = parse_json if file.suffix == ".json" else parse_lines
    return parse(file, from_record, guard.settings.max_line_megabytes * 2**20)


def _take_table(
    run: StepRun, reading: Reading, table: OutsideTable, arrival: Arrival, version: int, guard: Guard
) -> Taken:
    frame = outside_frame(run.lakehouse, table, version)
    check_columns(table.name, frame.columns)
    from_row = partial(payload_piece, name=table.name, guard=guard)
    taken, counts = take_pieces(run, TABLE, parsed_rows(numbered(frame), TABLE, from_row))
    record_intakes(run, reading, [arrival], counts)
    return taken + Taken(files=1)


def _take_traces(run: StepRun, experiment: Experiment, guard: Guard) -> Taken:
    """An experiment grows as people ask, so the ledger of intakes cannot know it; each trace is known by its own id."""
    pieces = given_pieces(run.lakehouse, TABLE, trace_pieces(experiment.tracking_uri, experiment.name, guard))
    taken, _ = take_pieces(run, TABLE, pieces)
    return taken + Taken(files=1)
