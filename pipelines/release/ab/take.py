"""The step ab.take: exposures and outcomes that an application logged become rows, each once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from lakehouse.asking import duckdb_asker
from lakehouse.intakes import Reading
from lakehouse.place import Lakehouse, Place
from lakehouse.provenance import Provenance
from lakehouse.read import read
from pipelines.feedback.statements import take_statements
from pipelines.release.ab.events import Register, parse_events
from pipelines.release.ab.plans import PLAN_COLUMNS, PLANNED, TABLE, Plan, plan_named, plans_from
from pipelines.taking import Taken

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

STEP = "ab.take"


def take_events(
    lakehouse: Lakehouse, paths: Sequence[Path], register: Register, provenance: Provenance, *, again: bool = False
) -> Taken:
    """All files of events below the paths into the table experiments."""
    parse = partial(parse_events, register=register)
    return take_statements(lakehouse, reading_of(register), paths, parse, provenance, again)


def reading_of(register: Register) -> Reading:
    """What the ledger of intakes knows this step's reading by."""
    return Reading(STEP, TABLE, register.digest)


def register_of(plans: Mapping[str, Plan], name: str | None, subject_key: SecretStr, now: datetime) -> Register:
    """What decides about lines; those that name no test belong to the named one, or to the only one that runs."""
    return Register(plans, plan_named(plans, name).experiment, subject_key, now)


def stored_plans(lakehouse: Lakehouse) -> dict[str, Plan]:
    """Every test that was ever started."""
    return planned_in(read(lakehouse, TABLE).frame) if lakehouse.exists(TABLE) else {}


def local_plans(place: Place) -> dict[str, Plan]:
    """The same from local tables, without a session."""
    asker = duckdb_asker(place)
    if not asker.exists(TABLE):
        return {}
    events = ", ".join(map(asker.dialect.literal, PLANNED))
    return plans_from(asker.rows(f"SELECT {', '.join(PLAN_COLUMNS)} FROM {TABLE} WHERE event IN ({events})"))


def planned_in(experiments: DataFrame) -> dict[str, Plan]:
    """Every test of the table; through Arrow, which knows in which zone a time is."""
    from pyspark.sql import functions as F

    return plans_from(experiments.where(F.col("event").isin(*PLANNED)).select(*PLAN_COLUMNS).toArrow().to_pylist())
