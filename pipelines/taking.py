"""How sources become rows: each piece a row or a refusal, and then a line in the ledger, so that none is read twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lakehouse.frames import held
from lakehouse.intakes import Counts, Reading, new_arrivals, record_intakes
from lakehouse.place import Lakehouse, Place
from lakehouse.rejections import REFUSAL_COLUMNS
from lakehouse.rim import StepRun
from lakehouse.tables import table_named
from pipelines.files import File, Found, arrival_of
from pipelines.pieces import Parse, parsed_files, row_columns

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@dataclass(frozen=True)
class Taken:
    """What a step that takes sources came to."""

    files: int = 0
    """Sources that were read: files, tables and experiments."""
    pieces: int = 0
    rows: int = 0
    new: int = 0
    rejected: int = 0
    known: int = 0
    """Sources that were taken before and have not changed, so that nothing was read."""
    passed_over: int = 0
    """Hidden files and links that lead nowhere."""

    def __add__(self, other: Taken) -> Taken:
        return Taken(*(mine + theirs for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True)))


def new_files(
    reading: Reading, files: Sequence[File], place: Place, lakehouse: Lakehouse | None = None
) -> tuple[File, ...]:
    """The files that were not taken before as they are now; local tables are asked without a session."""
    arrivals = {file: arrival_of(file) for file in files}
    fresh = set(new_arrivals(reading, [one for one in arrivals.values() if one], place, lakehouse))
    return tuple(file for file, arrival in arrivals.items() if arrival is None or arrival in fresh)


def nothing_new(reading: Reading, found: Found, place: Place) -> Taken | None:
    """What to say where no file is new, known before Spark starts; None where there is work or no way to know."""
    if not place.is_local or found.tables or not found.files or new_files(reading, found.files, place):
        return None
    return Taken(known=len(found.files), passed_over=found.passed_over)


def take_files(
    run: StepRun, reading: Reading, files: Sequence[File], parse: Parse, refresh: Sequence[str] = ()
) -> Taken:
    """Parse files into a table and its rejections, inside a run; a file that changed meanwhile is not written down."""
    before = {file: arrival_of(file) for file in files}
    pieces = parsed_files(run.lakehouse, files, reading.table, parse)
    taken, counts = take_pieces(run, reading.table, pieces, refresh)
    unchanged = [arrival for file, arrival in before.items() if arrival and arrival_of(file) == arrival]
    record_intakes(run, reading, unchanged, counts)
    return taken + Taken(files=len(files))


def take_pieces(
    run: StepRun, table: str, pieces: DataFrame, refresh: Sequence[str] = ()
) -> tuple[Taken, dict[str, Counts]]:
    """Commit rows, then rejections; what came of all of them, and of each source by its name."""
    with held(pieces) as kept:
        found = kept.count()
        run.take(found)
        first = _with_repeats_refused(kept, table_named(table).key)
        written = run.append(table, first.where("refused_reason IS NULL").select(*row_columns(table)), refresh=refresh)
        rejected = run.reject_frame(first.where("refused_reason IS NOT NULL").select(*_refusals()))
        run.check_balance()
        counts = _counts(first)
    return Taken(pieces=found, rows=written.rows, new=written.new, rejected=rejected), counts


def _counts(pieces: DataFrame) -> dict[str, Counts]:
    from pyspark.sql import functions as F

    refused = F.count_if(F.col("refused_reason").isNotNull()).alias("refused")
    by_source = pieces.groupBy("piece_source").agg(F.count(F.lit(1)).alias("pieces"), refused).collect()
    return {
        row["piece_source"]: Counts(row["pieces"], row["pieces"] - row["refused"], row["refused"]) for row in by_source
    }


def _with_repeats_refused(pieces: DataFrame, key: Sequence[str]) -> DataFrame:
    """The first row of a key stays, by source and number; the same key again in a batch is refused, and so counted."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    order = Window.partitionBy("refused_reason", *key).orderBy("piece_source", "piece_number")
    numbered = pieces.withColumn("turn", F.row_number().over(order))
    repeated = F.col("refused_reason").isNull() & (F.col("turn") > 1)
    refusal = {
        "entity_id": F.concat_ws(":", "piece_source", "piece_number"),
        "reason": F.lit("repeated"),
        "detail": F.lit("The same row came before in this batch."),
        "source_file": F.col("piece_source"),
        "source_line": F.col("piece_number"),
    }
    marked = {
        f"refused_{name}": F.when(repeated, value).otherwise(F.col(f"refused_{name}"))
        for name, value in refusal.items()
    }
    return numbered.withColumns(marked).drop("turn")


def _refusals() -> list[Any]:
    from pyspark.sql import functions as F

    return [F.col(f"refused_{name}").alias(name) for name in REFUSAL_COLUMNS]
