"""A batch of new documents, decided on the driver: Spark signs them, and the quickest engine tells what is known.

It comes to what a look at the whole pile would come to, without its many small queries, which take longer than a batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from conf.duplicates import DuplicatesSettings
from conf.near_duplicates import NearDuplicateSettings
from lakehouse.rim import StepRun
from pipelines.documents.duplicates.decide import Decided, all_signed, told_of
from pipelines.documents.duplicates.exact import COPIES
from pipelines.documents.duplicates.newcomers import Newcomers
from pipelines.documents.duplicates.pile import ORDER, Stored
from pipelines.near_duplicates.asked import asked
from pipelines.near_duplicates.clusters import survivors
from pipelines.near_duplicates.pairs import few_candidates, number_of
from pipelines.near_duplicates.signing import signed
from pipelines.near_duplicates.verify import near_among, near_pairs

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

MOST_CHARACTERS = 250_000_000
"""So many of texts are compared on the driver; more are by Spark."""
ALONE = "SELECT *, true AS is_new, entity_id AS stays_as FROM {new}"
WITH_TWINS = """
SELECT entity_id, text_digest, minus_quality, minus_characters, is_new, stays_as FROM {alone}
UNION ALL SELECT twin.entity_id, twin.text_digest, minus_quality, minus_characters, false,
    coalesce(gone.survivor_id, twin.entity_id)
FROM {standing} AS twin ANTI JOIN {alone} AS new ON new.entity_id = twin.entity_id
LEFT JOIN {gone} AS gone ON gone.entity_id = twin.entity_id
"""
FIRSTS = "SELECT entity_id, seen_at FROM {new} AS new ANTI JOIN {copies} AS copy ON copy.entity_id = new.entity_id"
SIGNED = "SELECT entity_id, bands FROM {{signatures}} WHERE scheme = '{scheme}'"
IDS = "SELECT entity_id FROM {pairs} UNION SELECT other_id FROM {pairs}"
TWINS = """
SELECT document_id AS entity_id FROM {documents} AS document
SEMI JOIN {new} AS new ON new.text_digest = document.text_digest
ANTI JOIN {new} AS same ON same.entity_id = document.document_id WHERE dropped_by IS NULL
"""
BOTH = "SELECT entity_id FROM {these} UNION SELECT entity_id FROM {those}"
GONE = """
SELECT document_id AS entity_id, survivor_id FROM {duplicates} AS gone
SEMI JOIN {wanted} AS wanted ON wanted.entity_id = gone.document_id
"""
DECIDED = "SELECT 1 FROM {new} AS new SEMI JOIN {gone} AS gone ON gone.entity_id = new.entity_id LIMIT 1"
"""Where this finds a row, a run died over the batch."""
WITH_SURVIVORS = "SELECT entity_id FROM {met} UNION SELECT survivor_id FROM {gone}"
STANDING = """
SELECT document_id AS entity_id, text_digest, -quality AS minus_quality, -characters AS minus_characters
FROM {documents} AS document SEMI JOIN {wanted} AS wanted ON wanted.entity_id = document.document_id
WHERE dropped_by IS NULL
"""
OF_ORIGINALS = """
SELECT pair.entity_id, pair.other_id FROM {candidates} AS pair
ANTI JOIN {copies} AS copy ON copy.entity_id = pair.entity_id
ANTI JOIN {copies} AS met ON met.entity_id = pair.other_id
SEMI JOIN {standing} AS standing ON standing.entity_id = pair.other_id
"""
"""Of documents that do not stay any more signatures may be left."""
CHARACTERS = "SELECT -sum(minus_characters) FROM {standing} AS standing SEMI JOIN {wanted} AS wanted USING (entity_id)"
TEXTS = """
SELECT document_id AS entity_id, text
FROM {documents} AS document SEMI JOIN {wanted} AS wanted ON wanted.entity_id = document.document_id
"""
KNOWN = """
SELECT DISTINCT other_id AS entity_id, coalesce(gone.survivor_id, other_id) AS survivor_id
FROM {pairs} AS pair ANTI JOIN {new} AS new ON new.entity_id = other_id
LEFT JOIN {gone} AS gone ON gone.entity_id = other_id
"""
NEAR = "SELECT * FROM {told} WHERE entity_id <> survivor_id"


@dataclass(frozen=True)
class Met:
    """The documents that share a band, or a digest, with new ones."""

    candidates: pyarrow.Table
    """Pairs: entity_id is new, other_id either."""
    standing: pyarrow.Table
    """Those documents, and what stands for those that are duplicates, as entities without texts."""
    gone: pyarrow.Table
    """entity_id and survivor_id of those that are duplicates."""


def decided_batch(run: StepRun, new: Newcomers, stored: Stored, settings: DuplicatesSettings) -> Decided | None:
    """The survivors of new documents; None where that takes a look at the whole pile."""
    alone = asked(ALONE, new=new.rows)
    firsts = asked(FIRSTS, new=alone, copies=asked(COPIES, standing=alone))
    texts = new.texts.join(stored.sent(firsts), on=["entity_id", "seen_at"], how="left_semi")
    sketched = signed(texts.select("entity_id", "text_digest", "text"), settings.near).localCheckpoint()
    met = _met(run, new.rows, sketched, run.asked["scheme"])
    if met is None:
        return None
    copies = asked(COPIES, standing=asked(WITH_TWINS, alone=alone, standing=met.standing, gone=met.gone))
    some = asked(OF_ORIGINALS, candidates=met.candidates, copies=copies, standing=met.standing)
    pairs = _near_pairs(run, some, met.standing, stored, settings.near)
    known = asked(KNOWN, pairs=pairs, new=new.rows, gone=met.gone)
    near = asked(NEAR, told=survivors(pairs, known, met.standing, ORDER))
    bare = stored.sent(copies)
    signatures = all_signed(sketched.join(bare, on="entity_id", how="left_anti"), bare)
    return Decided(stored.sent(told_of(copies, near)), signatures, copies.num_rows, near.num_rows)


def _met(run: StepRun, new: pyarrow.Table, sketched: DataFrame, scheme: str) -> Met | None:
    """Whom the new documents may be alike to; None where that is too much for the driver, or a run died over them."""
    candidates = few_candidates(sketched, partial(run.scan, SIGNED.format(scheme=scheme)))
    if candidates is None:
        return None
    met = asked(BOTH, these=asked(IDS, pairs=candidates), those=run.ask(TWINS, new=new))
    gone = run.ask(GONE, wanted=asked(BOTH, these=met, those=new))
    if asked(DECIDED, new=new, gone=gone).num_rows:
        return None
    return Met(candidates, run.ask(STANDING, wanted=asked(WITH_SURVIVORS, met=met, gone=gone)), gone)


def _near_pairs(
    run: StepRun, candidates: pyarrow.Table, standing: pyarrow.Table, stored: Stored, settings: NearDuplicateSettings
) -> pyarrow.Table:
    """Of candidate pairs of ids those that are near in truth, by their texts."""
    met = asked(IDS, pairs=candidates)
    if (asked(CHARACTERS, standing=standing, wanted=met)[0][0].as_py() or 0) <= MOST_CHARACTERS:
        return near_among(candidates, run.ask(TEXTS, wanted=met), settings)
    numbers = stored.sent(candidates).select(number_of("entity_id").alias("one"), number_of("other_id").alias("other"))
    return near_pairs(numbers, stored.texts, settings).toArrow()
