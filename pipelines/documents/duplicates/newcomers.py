"""Documents that came since the last run, told by the table's changes alone, without a look at those that were there.

That is the usual night, and costs what came. Where more happened, such as a text that changed or a document that went,
nothing is said, and the whole table is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lakehouse.asking import quickest_asker
from lakehouse.changes import changes
from lakehouse.last_run import last_run
from lakehouse.rim import StepRun
from pipelines.documents.duplicates.pile import OF_TEXT
from pipelines.near_duplicates.asked import asked

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

MOST = 1_000_000
"""So many changes the driver holds, without texts: a few hundred bytes each."""
NOW = ("text_digest", "minus_quality", "minus_characters", "stays", "seen_at")
IMAGES = "'insert', 'update_postimage'"
TOLD = f"""
SELECT
    entity_id,
    bool_or(_change_type = 'insert') AS came,
    bool_or(_change_type = 'delete') AS went,
    count(DISTINCT (text_digest, stays)) AS states,
    max_by(struct_pack({", ".join(NOW)}), seen_at) FILTER (_change_type IN ({IMAGES})) AS now
FROM {{changed}} GROUP BY entity_id
"""
"""For each document that was touched: whether it came, whether it went, in how many states it was, and what it is."""
MORE_HAPPENED = "SELECT entity_id FROM {told} WHERE went OR (NOT came AND states > 1) LIMIT 1"
CAME = "SELECT entity_id, now.* EXCLUDE stays FROM {told} WHERE came AND now.stays"


@dataclass(frozen=True)
class Newcomers:
    """What came since the last run, and stays."""

    rows: pyarrow.Table
    """Entities, and the version at which each was last seen."""
    texts: DataFrame
    """entity_id, text_digest and text of what was seen at a version."""


def newcomers(run: StepRun, table: str) -> Newcomers | None:
    """None where it has to be looked for what is to be decided: where more happened, where too many came for the
    driver, or where the changes since the last run cannot be read any more."""
    lakehouse, version = run.lakehouse, run.inputs[table]
    last = last_run(quickest_asker(lakehouse), run.step, lakehouse.settings.deleted_file_retention_hours)
    before = dict(last["inputs"]).get(table) if last else None
    if before is None or before >= version:
        return None
    changed = changes(lakehouse, table, before, version).selectExpr(
        "document_id AS entity_id",
        *OF_TEXT,
        "text",
        "dropped_by IS NULL AS stays",
        "_change_type",
        "_commit_version AS seen_at",
    )
    rows = changed.drop("text").limit(MOST + 1).toArrow()
    if rows.num_rows > MOST:
        return None
    told = asked(TOLD, changed=rows)
    if asked(MORE_HAPPENED, told=told).num_rows:
        return None
    return Newcomers(asked(CAME, told=told), changed.where(f"_change_type IN ({IMAGES})"))
