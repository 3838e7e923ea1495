"""Signatures agree as often as the exact Jaccard index says, and bands meet as often as theory says."""

from __future__ import annotations

from itertools import combinations

import numpy
import pytest

from pipelines.near_duplicates.likeness import are_near
from pipelines.near_duplicates.minhash import bands_of, signatures_of
from pipelines.near_duplicates.shingles import jaccard, shingles, words_of
from tests.pipelines.near_duplicates.texts import SETTINGS, exact_jaccard, families

TEXTS = families(seed=1, originals=8, copies=4)


def test_hashed_shingles_have_the_jaccard_index_of_the_runs_of_words() -> None:
    pairs = list(combinations(TEXTS, 2))
    assert len(pairs) == 780
    sets = {text: shingles(words_of(text), 3) for text in TEXTS}
    for one, other in pairs:
        assert jaccard(sets[one], sets[other]) == pytest.approx(exact_jaccard(one, other), abs=1e-12)


def test_the_share_of_equal_values_estimates_the_jaccard_index() -> None:
    """Each of 1,024 values agrees with probability J, so the error's deviation is below sqrt(1/4/1024) = 0.016."""
    signatures = signatures_of(TEXTS, SETTINGS.model_copy(update={"permutations": 1024}))
    pairs = list(combinations(range(len(TEXTS)), 2))
    errors = numpy.array(
        [(signatures[a] == signatures[b]).mean() - exact_jaccard(TEXTS[a], TEXTS[b]) for a, b in pairs]
    )
    assert abs(errors.mean()) < 0.005
    assert numpy.abs(errors).max() < 5 * 0.016


def test_bands_meet_as_often_as_theory_says() -> None:
    """1 - (1 - J^4)^32 for 32 bands of four values; summed over all pairs, within four deviations."""
    bands = bands_of(signatures_of(TEXTS, SETTINGS), SETTINGS)
    expected, variance, met = 0.0, 0.0, 0
    for a, b in combinations(range(len(TEXTS)), 2):
        chance = 1 - (1 - exact_jaccard(TEXTS[a], TEXTS[b]) ** 4) ** 32
        expected, variance = expected + chance, variance + chance * (1 - chance)
        met += bool((bands[a] == bands[b]).any())
    assert 20 < expected < 700
    assert abs(met - expected) <= 4 * variance**0.5 + 1


def test_a_signature_depends_on_its_text_alone() -> None:
    alone = signatures_of([TEXTS[3]], SETTINGS)
    among = signatures_of(TEXTS, SETTINGS)
    assert numpy.array_equal(alone[0], among[3])
    assert not numpy.array_equal(among[3], signatures_of([TEXTS[3]], SETTINGS.model_copy(update={"seed": 8}))[0])


def test_words_are_counted_in_scripts_without_spaces_and_signs_where_there_is_no_word() -> None:
    assert words_of("Wie SCHWER ist der Otter?") == ["wie", "schwer", "ist", "der", "otter"]
    assert words_of("東京 no 天気") == ["東", "京", "no", "天", "気"]
    assert words_of("?? !") == ["??", "!"]
    assert words_of("") == []
    assert len(shingles([], 3)) == 1
    assert len(shingles(["one", "two"], 3)) == 1


def test_a_short_question_after_a_long_text_keeps_two_prompts_apart() -> None:
    """Five other last words leave 33 of the 38 + 5 runs in the last 40 words: 0.77, where 0.80 is asked."""
    sheet = " ".join(f"fact{number}" for number in range(1000))
    weight, price = f"{sheet} how heavy is it then", f"{sheet} what does a week cost"
    assert exact_jaccard(weight, price) > 0.98
    whole, ends = SETTINGS, SETTINGS.model_copy(update={"end_words": 40})
    assert are_near(weight, price, whole)
    assert not are_near(weight, price, ends)
    assert are_near(weight, f"sorry once more {weight}", ends)
    assert are_near(weight, f"{weight} please", ends)
