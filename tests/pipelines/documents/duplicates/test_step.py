"""One document of each cluster is kept, by quality, length and id; what was decided stays; and settings decide anew."""

from __future__ import annotations

from random import Random

import pytest

from lakehouse.place import Lakehouse
from lakehouse.write import append_missing
from tests.lakehouse.rows import frame, stored
from tests.pipelines.documents.duplicates.story import (
    SETTINGS,
    SHEET,
    decisions,
    deduplicated,
    many,
    rows,
    take,
    take_in_parts,
)
from tests.pipelines.near_duplicates.texts import exact_jaccard


@pytest.mark.slow
def test_batches_meet_and_what_was_decided_stays(lakehouse: Lakehouse) -> None:
    """The best quality stays, then the longest, then the smallest id; a copy of a duplicate goes where that goes."""
    take(
        lakehouse,
        {
            "a": SHEET + " end",
            "b": SHEET,
            "c": {"text": SHEET + " stop", "quality": 0.5},
            "d": SHEET,
            "e": "something else that nobody has written before or since then",
            "f": {"text": SHEET, "dropped_by": "short"},
            "g": " ".join(reversed(SHEET.split())),
            "h": " ".join(reversed(SHEET.split())),
        },
    )
    found = deduplicated(lakehouse)
    first = {"a": "c", "b": "c", "c": None, "d": "c", "e": None, "f": None, "g": None, "h": "g"}
    assert decisions(lakehouse) == first
    assert (found.arrived, found.exact, found.near, found.changed) == (7, 2, 2, 4)
    assert stored(lakehouse, "signatures", "entity_id") == ["a", "b", "c", "d", "e", "g", "h"]

    assert deduplicated(lakehouse).arrived == 0
    take(lakehouse, {"i": {"text": SHEET + " best", "quality": 0.9}, "j": SHEET, "k": "quite alone in the world"})
    assert deduplicated(lakehouse).arrived == 3
    assert decisions(lakehouse) == first | {"i": "c", "j": "c", "k": None}

    deduplicated(lakehouse, again=True)
    afresh = dict.fromkeys("abcdj", "i") | {"e": None, "f": None, "g": None, "h": "g", "i": None, "k": None}
    assert decisions(lakehouse) == afresh

    strict = SETTINGS.near.model_copy(update={"threshold": 0.999})
    assert deduplicated(lakehouse, near=strict).arrived == 10
    assert decisions(lakehouse) == dict.fromkeys("acefgik") | {"b": None, "d": "b", "h": "g", "j": "b"}


@pytest.mark.slow
def test_a_changed_text_and_a_survivor_that_is_gone_are_decided_again(lakehouse: Lakehouse) -> None:
    """The dropped document's duplicate and the changed one meet; the changed survivor's duplicate stands alone."""
    other = " ".join(reversed(SHEET.split()))
    alone = "words that stand alone in this small world"
    take(lakehouse, {"a": SHEET + " end", "b": SHEET, "c": alone, "d": other, "e": other + " end"})
    deduplicated(lakehouse)
    assert decisions(lakehouse) == {"a": None, "b": "a", "c": None, "d": "e", "e": None}
    columns = ("text", "text_digest", "characters", "dropped_by")
    changed = rows(
        [("a", {"text": SHEET + " end", "dropped_by": "toxic"}), ("c", SHEET + " again and again"), ("e", SHEET)]
    )
    append_missing(lakehouse, "documents", frame(lakehouse, "documents", changed), refresh=columns)
    assert deduplicated(lakehouse).arrived == 4
    assert decisions(lakehouse) == {"a": None, "b": "c", "c": None, "d": None, "e": "c"}


@pytest.mark.slow
def test_order_partitions_and_who_finds_the_clusters_change_nothing(lakehouse: Lakehouse) -> None:
    texts = many()
    names = list(texts)
    expected = by_brute_force({name: str(text) for name, text in texts.items()})
    assert 10 < sum(survivor is None for survivor in expected.values()) < len(texts) - 10
    Random(1).shuffle(names)
    take_in_parts(lakehouse, [(name, texts[name]) for name in names], partitions=7)
    lakehouse.spark.conf.set("spark.sql.shuffle.partitions", "5")
    try:
        near = SETTINGS.near.model_copy(update={"shingle_words": 3})
        deduplicated(lakehouse, near=near)
        assert decisions(lakehouse) == expected
        deduplicated(lakehouse, near=near, again=True, most_pairs_on_driver=1)
        assert decisions(lakehouse) == expected
    finally:
        lakehouse.spark.conf.set("spark.sql.shuffle.partitions", "1")


def by_brute_force(texts: dict[str, str]) -> dict[str, str | None]:
    """Every pair compared exactly, every chain followed, the longest kept, then the smallest id."""
    cluster = {name: {name} for name in texts}
    for one in texts:
        for other in texts:
            if exact_jaccard(texts[one], texts[other]) >= SETTINGS.near.threshold:
                joined = cluster[one] | cluster[other]
                cluster |= dict.fromkeys(joined, joined)
    first = {name: min(cluster[name], key=lambda each: (-len(texts[each]), each)) for name in texts}
    return {name: None if kept == name else kept for name, kept in first.items()}


@pytest.mark.slow
def test_shared_paragraphs_stay_with_the_best_document(lakehouse: Lakehouse) -> None:
    """The licence stands in three documents and stays in the longest; two that share the motto are too few."""
    licence, motto = "You may copy and share this sheet as you like. " * 3, "Wheels turn, and so does the world. " * 3
    own = {name: f"{name} " + " ".join(f"{name}{number}" for number in range(60)) for name in "abc"}
    texts = {
        "a": f"{own['a']} and more\n\n{licence}",
        "b": f"{licence}\n \n{own['b']}\n\n{motto}",
        "d": licence.strip(),
    }
    take(lakehouse, {**texts, "c": f"{own['c']}\n\n{motto}"})
    counted = deduplicated(lakehouse, paragraphs="count")
    assert (counted.shared_paragraphs, counted.shared_characters) == (2, len(licence) + len(licence.strip()))
    removed = deduplicated(lakehouse, paragraphs="remove", again=True)
    assert removed.shared_paragraphs == 2
    table = lakehouse.spark.table(lakehouse.identifier("documents"))
    found = {row.document_id: (row.text, row.dropped_by) for row in table.collect()}
    assert found == {
        "a": (f"{own['a']} and more", None),
        "b": (texts["b"], None),
        "c": (f"{own['c']}\n\n{motto}", None),
        "d": (texts["d"], "shared_paragraphs"),
    }
    assert table.where("text_digest <> sha2(text, 256) OR characters <> length(text)").count() == 0
    assert deduplicated(lakehouse, paragraphs="remove").arrived == 0

    take(lakehouse, {"f": f"{motto}\n\n{licence}\n\n" + " ".join(f"f{number}" for number in range(60))})
    later = deduplicated(lakehouse, paragraphs="count")
    assert (later.arrived, later.shared_paragraphs) == (1, 1), "of known documents only those that stay are met"
