"""A batch of new documents, decided on the driver: Spark reads what is known, and signs and compares texts.

It comes to what a look at the whole pile would come to, without its many small queries, which take longer than a batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conf.duplicates import DuplicatesSettings
from pipelines.documents.duplicates.decide import Decided, all_signed, told_of
from pipelines.documents.duplicates.exact import COPIES
from pipelines.documents.duplicates.newcomers import Newcomers
from pipelines.documents.duplicates.pile import ORDER, Stored
from pipelines.near_duplicates.asked import asked
from pipelines.near_duplicates.clusters import survivors
from pipelines.near_duplicates.pairs import few_candidates, number_of
from pipelines.near_duplicates.signing import signed
from pipelines.near_duplicates.verify import near_pairs

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

ALONE = "SELECT *, true AS is_new, entity_id AS stays_as FROM {new}"
WITH_TWINS = """
SELECT entity_id, text_digest, minus_quality, minus_characters, is_new, stays_as FROM {alone}
UNION ALL SELECT twin.entity_id, twin.text_digest, minus_quality, minus_characters, false,
    coalesce(gone.survivor_id, twin.entity_id)
FROM {standing} AS twin ANTI JOIN {alone} AS new ON new.entity_id = twin.entity_id
LEFT JOIN {duplicates} AS gone ON gone.entity_id = twin.entity_id
"""
FIRSTS = "SELECT entity_id, seen_at FROM {new} AS new ANTI JOIN {copies} AS copy ON copy.entity_id = new.entity_id"
NUMBERS = "SELECT number FROM {standing} AS standing SEMI JOIN {copies} AS copy ON copy.entity_id = standing.entity_id"
OF_ORIGINALS = """
SELECT pair.one, pair.other FROM {candidates} AS pair
ANTI JOIN {copies} AS copy ON copy.number = pair.one ANTI JOIN {copies} AS met ON met.number = pair.other
"""
KNOWN = """
SELECT DISTINCT other_id AS entity_id, coalesce(gone.survivor_id, other_id) AS survivor_id
FROM {pairs} AS pair ANTI JOIN {new} AS new ON new.entity_id = other_id
LEFT JOIN {duplicates} AS gone ON gone.entity_id = other_id
"""
DECIDED = "SELECT 1 FROM {new} AS new SEMI JOIN {duplicates} AS gone ON gone.entity_id = new.entity_id LIMIT 1"
"""Where this finds a row, a run died over the batch."""
NEAR = "SELECT * FROM {told} WHERE entity_id <> survivor_id"


@dataclass(frozen=True)
class Met:
    """The documents that share a band, or a digest, with new ones."""

    candidates: pyarrow.Table
    """Pairs of numbers: `one` is new, `other` either."""
    texts: DataFrame
    """Those documents, and what stands for those that are duplicates: entities with text and number."""
    standing: pyarrow.Table
    """The same without texts."""
    duplicates: pyarrow.Table
    """entity_id and survivor_id of those that are duplicates."""


def decided_batch(new: Newcomers, stored: Stored, settings: DuplicatesSettings) -> Decided | None:
    """The survivors of new documents; None where that takes a look at the whole pile."""
    alone = asked(ALONE, new=new.rows)
    firsts = asked(FIRSTS, new=alone, copies=asked(COPIES, standing=alone))
    texts = new.texts.join(stored.sent(firsts), on=["entity_id", "seen_at"], how="left_semi")
    sketched = signed(texts.select("entity_id", "text_digest", "text"), settings.near).localCheckpoint()
    met = _met(new.rows, sketched, stored)
    if met is None:
        return None
    copies = asked(COPIES, standing=asked(WITH_TWINS, alone=alone, standing=met.standing, duplicates=met.duplicates))
    near = _near(new.rows, met, copies, stored, settings)
    bare = stored.sent(copies)
    signatures = all_signed(sketched.join(bare, on="entity_id", how="left_anti"), bare)
    return Decided(stored.sent(told_of(copies, near)), signatures, copies.num_rows, near.num_rows)


def _met(new: pyarrow.Table, sketched: DataFrame, stored: Stored) -> Met | None:
    """Whom the new documents may be alike to; None where that is too much for the driver, or a run died over them."""
    from pyspark.sql import functions as F

    candidates = few_candidates(_with_digest(sketched), _with_digest(stored.signatures))
    if candidates is None:
        return None
    numbers = _distinct("number", candidates["one"], candidates["other"])
    duplicates = _gone(new, numbers, stored)
    if asked(DECIDED, new=new, duplicates=duplicates).num_rows:
        return None
    wanted = stored.sent(_distinct("number", numbers["number"], duplicates["survivor"]))
    texts = stored.texts.select("entity_id", *ORDER, "text", number_of("entity_id").alias("number"))
    read = texts.join(wanted, on="number", how="left_semi").withColumn("text_digest", F.sha2("text", 256))
    held = read.localCheckpoint()
    return Met(candidates, held, held.drop("text").toArrow(), duplicates)


def _with_digest(signatures: DataFrame) -> DataFrame:
    """The digest counts as one more band, so exact copies meet like near ones."""
    from pyspark.sql import functions as F

    digest = F.array(F.xxhash64("text_digest"))
    return signatures.select("entity_id", F.concat("bands", digest).alias("bands"))


def _gone(new: pyarrow.Table, numbers: pyarrow.Table, stored: Stored) -> pyarrow.Table:
    """Of those with a number, and of what is new, the duplicates: entity_id, survivor_id and the survivor's number."""
    from pyspark.sql import functions as F

    arrived = stored.sent(new.select(["entity_id"])).select(number_of("entity_id").alias("number"))
    wanted = F.broadcast(stored.sent(numbers).union(arrived))
    gone = stored.duplicates.select(
        "entity_id", "survivor_id", number_of("entity_id").alias("number"), number_of("survivor_id").alias("survivor")
    )
    return gone.join(wanted, on="number", how="left_semi").toArrow()


def _near(
    new: pyarrow.Table, met: Met, copies: pyarrow.Table, stored: Stored, settings: DuplicatesSettings
) -> pyarrow.Table:
    """entity_id and survivor_id of those that are no copies and nearly like another one, by their texts."""
    numbers = asked(NUMBERS, standing=met.standing, copies=copies)
    some = asked(OF_ORIGINALS, candidates=met.candidates, copies=numbers)
    pairs = near_pairs(stored.sent(some), met.texts, settings.near).toArrow()
    known = asked(KNOWN, pairs=pairs, new=new, duplicates=met.duplicates)
    return asked(NEAR, told=survivors(pairs, known, met.standing, ORDER))


def _distinct(name: str, *columns: pyarrow.ChunkedArray) -> pyarrow.Table:
    """A table of what stands in any of the columns."""
    import pyarrow

    every = pyarrow.chunked_array([chunk for column in columns for chunk in column.chunks], columns[0].type)
    return pyarrow.table({name: every.unique()})
