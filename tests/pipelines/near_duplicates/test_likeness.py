"""Many Jaccard indices at once are those of plain sets, pair by pair."""

from __future__ import annotations

from itertools import combinations, pairwise
from random import Random

import numpy
import pyarrow

from pipelines.near_duplicates.letters import column_of
from pipelines.near_duplicates.likeness import are_near, jaccards, nearness, sets_of
from pipelines.near_duplicates.shingles import runs_of
from pipelines.near_duplicates.verify import near_among
from pipelines.near_duplicates.words import hashed_words
from tests.pipelines.near_duplicates.texts import SETTINGS, exact_jaccard, families


def test_all_pairs_have_the_index_of_plain_sets() -> None:
    texts = [*families(seed=4, originals=6, copies=3), "urn rain", "rain", "oven " * 9]
    pairs = list(combinations(range(len(texts)), 2))
    assert len(pairs) == 27 * 26 // 2
    ones, others = numpy.array(pairs).T
    found = jaccards(sets_of(runs_of(hashed_words(column_of(texts)), 2)), ones, others)
    expected = [plain_jaccard(texts[one], texts[other]) for one, other in pairs]
    assert numpy.allclose(found, expected, atol=1e-12)
    assert min(expected) == 0 < max(expected)


def plain_jaccard(one: str, other: str) -> float:
    """Runs of two words; a single word is one run."""
    sets = [{tuple(pair) for pair in pairwise(words)} or {tuple(words)} for words in (one.split(), other.split())]
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


def test_more_pairs_than_are_compared_at_once_come_out_in_their_order() -> None:
    texts = families(seed=5, originals=3, copies=4)
    rng = Random(6)
    pairs = numpy.array([[rng.randrange(15), rng.randrange(15)] for _ in range(9000)])
    near = nearness(texts, pairs[:, 0], pairs[:, 1], SETTINGS)
    expected = [exact_jaccard(texts[one], texts[other]) >= SETTINGS.threshold for one, other in pairs.tolist()]
    assert near.tolist() == expected
    assert 500 < sum(expected) < 8000


def test_pairs_of_ids_are_compared_here_as_they_are_by_positions() -> None:
    """More of them than a thread compares at once, with texts in another order than their ids; and none at all."""
    texts = families(seed=5, originals=3, copies=4)
    rng = Random(7)
    pairs = [(rng.randrange(15), rng.randrange(15)) for _ in range(9000)]
    table = pyarrow.table({"entity_id": [f"id{at}" for at in reversed(range(15))], "text": texts[::-1]})
    names = {"entity_id": [f"id{one}" for one, _ in pairs], "other_id": [f"id{other}" for _, other in pairs]}
    candidates = pyarrow.table(names).append_column("at", pyarrow.array(range(9000)))
    near = near_among(candidates, table, SETTINGS)["at"].to_pylist()
    ones, others = numpy.array(pairs).T
    assert near == numpy.flatnonzero(nearness(texts, ones, others, SETTINGS)).tolist()
    assert near_among(candidates.slice(0, 0), table.slice(0, 0), SETTINGS).num_rows == 0


def test_ends_shorter_than_a_run_are_compared_as_one() -> None:
    ends = SETTINGS.model_copy(update={"shingle_words": 5, "end_words": 2})
    middle = " ".join(f"word{number}" for number in range(200))
    assert are_near(f"so then {middle} good bye", f"so then {middle} good bye", ends)
    assert not are_near(f"so then {middle} good bye", f"so then {middle} good night", ends)
