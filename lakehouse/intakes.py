"""The ledger of intakes: which sources were taken before, so that none is read twice; asked without a JVM if local."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lakehouse.asking import Asker, duckdb_asker, spark_asker
from lakehouse.faults import fault_point
from lakehouse.frames import frame_of
from lakehouse.identity import identity
from lakehouse.place import Lakehouse, Place
from lakehouse.query.views import open_table
from lakehouse.rim import StepRun
from lakehouse.tables import table_named


@dataclass(frozen=True)
class Reading:
    """What decides, beside its bytes, what comes of a source: the step, its table, and a digest of its settings."""

    step: str
    table: str
    settings_digest: str


@dataclass(frozen=True)
class Arrival:
    """One source as it stands now: its name, and a digest of its bytes or, for a Delta table, its id and version."""

    name: str
    content_digest: str
    bytes: int | None = None


@dataclass(frozen=True)
class Counts:
    """What came of one source."""

    pieces: int = 0
    rows: int = 0
    rejected: int = 0


def new_arrivals(
    reading: Reading, arrivals: Sequence[Arrival], place: Place, lakehouse: Lakehouse | None = None
) -> list[Arrival]:
    """Those that were not taken into the table that is there now; tables of a catalog need the lakehouse's session."""
    table_id = _table_id(reading.table, place, lakehouse)
    if table_id is None:
        return list(arrivals)
    known = _known(reading, table_id, _asker(place, lakehouse))
    return [one for one in arrivals if _intake_id(reading, table_id, one) not in known]


def record_intakes(run: StepRun, reading: Reading, arrivals: Sequence[Arrival], counts: Mapping[str, Counts]) -> None:
    """Write down what was taken; only after its rows and rejections are committed, for nothing reads it again."""
    fault_point("intakes.before_record")
    table_id = _table_id(reading.table, run.lakehouse.place, run.lakehouse)
    assert table_id is not None
    rows = [_row(reading, table_id, one, counts.get(one.name, Counts())) for one in arrivals]
    if rows:
        frame = frame_of(run.lakehouse.spark, table_named("intakes"), rows)
        run.append("intakes", frame, counts=False)
    fault_point("intakes.after_record")


def _row(reading: Reading, table_id: str, arrival: Arrival, counts: Counts) -> dict[str, Any]:
    return {
        "intake_id": _intake_id(reading, table_id, arrival),
        "step": reading.step,
        "target": reading.table,
        "table_id": table_id,
        "source_file": arrival.name,
        "content_digest": arrival.content_digest,
        "settings_digest": reading.settings_digest,
        "bytes": arrival.bytes,
        **vars(counts),
    }


def _intake_id(reading: Reading, table_id: str, arrival: Arrival) -> str:
    """With the table's own id, so that nothing counts as taken once the table was dropped and made anew."""
    return identity(
        reading.step, reading.table, table_id, arrival.name, arrival.content_digest, reading.settings_digest
    )


def _known(reading: Reading, table_id: str, asker: Asker) -> set[str]:
    if not asker.exists("intakes"):
        return set()
    step, target = asker.dialect.literal(reading.step), asker.dialect.literal(table_id)
    query = f"SELECT intake_id FROM {asker.called('intakes')} WHERE step = {step} AND table_id = {target}"
    return {row["intake_id"] for row in asker.rows(query)}


def _table_id(table: str, place: Place, lakehouse: Lakehouse | None) -> str | None:
    """The id that Delta gave the table when it was made; None while there is no table."""
    if place.is_local:
        return str(open_table(place, table).metadata().id) if table in place.local_tables() else None
    session = _session(lakehouse)
    if not session.exists(table):
        return None
    detail = session.spark.sql(f"DESCRIBE DETAIL {session.identifier(table)}").first()
    assert detail is not None
    return str(detail["id"])


def _asker(place: Place, lakehouse: Lakehouse | None) -> Asker:
    return duckdb_asker(place) if place.is_local else spark_asker(_session(lakehouse))


def _session(lakehouse: Lakehouse | None) -> Lakehouse:
    if lakehouse is None:
        raise ValueError("expected the lakehouse, for only its session reads tables of a catalog; pass it on.")
    return lakehouse
