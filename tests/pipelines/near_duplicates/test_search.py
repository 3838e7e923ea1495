"""The search finds what brute force finds, batch by batch, and never changes what was decided."""

from __future__ import annotations

from itertools import combinations

from pyspark.sql import DataFrame, SparkSession

from conf.near_duplicates import NearDuplicateSettings
from pipelines.near_duplicates import Found, find_near_duplicates
from tests.pipelines.near_duplicates.texts import SETTINGS, exact_jaccard, families

SINCE = "2026-10-01 08:{:02}:00"
NO_SIGNATURES = "entity_id string, scheme string, bands array<bigint>"
Texts = dict[str, str]


def frame(spark: SparkSession, texts: Texts, survivors: Texts | None = None) -> DataFrame:
    """Texts in their order, a minute between each; with survivors, as known ones."""
    rows = [
        (name, text, SINCE.format(int(name[1:])), (survivors or {}).get(name, name)) for name, text in texts.items()
    ]
    return spark.createDataFrame(rows, "entity_id string, text string, since string, survivor_id string")


def search(
    spark: SparkSession,
    arrived: Texts,
    known: Texts | None = None,
    decided: Texts | None = None,
    signatures: DataFrame | None = None,
    settings: NearDuplicateSettings = SETTINGS,
) -> Found:
    stored = spark.createDataFrame([], NO_SIGNATURES) if signatures is None else signatures
    news = frame(spark, arrived).drop("survivor_id")
    return find_near_duplicates(news, frame(spark, known or {}, decided), stored, settings)


def decisions(found: Found) -> Texts:
    return {row.entity_id: row.survivor_id for row in found.survivors.collect()}


def by_brute_force(texts: Texts) -> Texts:
    """Every pair compared exactly, every chain followed, the earliest kept."""
    survivor = {name: name for name in texts}
    for one, other in combinations(texts, 2):
        if exact_jaccard(texts[one], texts[other]) >= SETTINGS.threshold:
            kept, gone = sorted([survivor[one], survivor[other]])
            survivor = {name: kept if label == gone else label for name, label in survivor.items()}
    return survivor


def test_the_clusters_are_those_of_all_exact_pairs(spark: SparkSession) -> None:
    texts = {f"t{at:02}": text for at, text in enumerate(families(seed=2, originals=8, copies=5))}
    expected = by_brute_force(texts)
    kept = {name for name, survivor in expected.items() if name == survivor}
    assert 8 < len(kept) < len(texts)
    assert decisions(search(spark, texts)) == expected


SHEET = "the otter is a long bicycle that carries two children and all that they need for a day at the lake in the rain"


def test_a_chain_is_followed_to_its_earliest_text(spark: SparkSession) -> None:
    """Each text has three words more than the one before; only neighbours are near."""
    chain = {f"t{at:02}": " ".join([SHEET, *(f"word{n}" for n in range(3 * at))]) for at in range(6)}
    assert exact_jaccard(chain["t00"], chain["t01"]) >= 0.8 > exact_jaccard(chain["t00"], chain["t05"])
    assert decisions(search(spark, chain)) == dict.fromkeys(chain, "t00")


def test_a_later_batch_meets_the_earlier_ones_by_their_stored_signatures(spark: SparkSession) -> None:
    first = {"t01": SHEET, "t02": "something else altogether that nobody else has ever asked"}
    begun = search(spark, first)
    second = search(spark, {"t00": SHEET + " please", "t03": "new and alone"}, first, signatures=begun.signatures)
    assert decisions(second) == {"t00": "t01", "t03": "t03"}
    assert {row.entity_id for row in second.signatures.collect()} == {"t00", "t03"}


def test_a_text_that_stands_in_for_another_passes_its_survivor_on(spark: SparkSession) -> None:
    known = {"t01": SHEET, "t02": SHEET + " now"}
    found = search(spark, {"t03": SHEET + " now please"}, known, decided={"t02": "t01"})
    assert decisions(found) == {"t03": "t01"}


def test_a_text_between_two_known_clusters_joins_the_earlier_and_leaves_both(spark: SparkSession) -> None:
    words = SHEET.split()
    known = {"t01": " ".join([*words[:-2], "a", "b"]), "t02": " ".join(["x", "y", *words[2:]])}
    assert exact_jaccard(*known.values()) < 0.8
    found = search(spark, {"t05": SHEET, "t06": SHEET + " please"}, known)
    assert decisions(found) == {"t05": "t01", "t06": "t01"}


def test_known_texts_without_a_signature_of_this_scheme_are_signed_now(spark: SparkSession) -> None:
    known = {"t01": SHEET}
    old = search(spark, known).signatures
    other = SETTINGS.model_copy(update={"seed": 99})
    found = search(spark, {"t02": SHEET + " please"}, known, signatures=old, settings=other)
    assert decisions(found) == {"t02": "t01"}
    assert {row.entity_id for row in found.signatures.collect()} == {"t01", "t02"}
