"""The probe compares strategies on the same prompts, against what people liked."""

from __future__ import annotations

import pytest

from pipelines.engines.echo import EchoEngine
from pipelines.generate.probe import Material, Probed, probe
from pipelines.overlap import token_overlap
from tests.pipelines.generate.story import settings_of

QUESTION = "one two three four five six seven eight"


def material(liked: str | None) -> Material:
    return Material((Probed("p", "facts", ({"role": "user", "content": QUESTION},), liked),), ())


def test_headroom_is_what_the_best_answer_has_over_the_typical_one() -> None:
    """The echo engine samples a tail of the question; the wish is the whole of it."""
    settings = settings_of("generate.first_samples=8", "generate.most_samples=8").generate
    (bare,) = [one for one in probe(EchoEngine(), settings, material(QUESTION)) if one.strategy == "bare"]
    assert bare.answers == 8
    assert bare.liked is not None and bare.best is not None
    assert 0 < bare.liked < bare.best <= 1
    assert bare.headroom == pytest.approx(bare.best - bare.liked, abs=0.001)
    assert bare.finished == 1.0


def test_strategies_without_examples_are_left_out_and_nothing_liked_leaves_no_headroom() -> None:
    found = probe(EchoEngine(), settings_of().generate, material(None))
    assert [one.strategy for one in found] == ["bare", "concise", "think", "revise"]
    assert {one.headroom for one in found} == {None}
    assert all(one.agreement is not None for one in found)


@pytest.mark.parametrize(
    ("text", "other", "expected"),
    [("the Otter", "The otter", 1.0), ("a b c d", "a b", 2 * 2 / 6), ("a", "b", 0.0), ("", "", 1.0), ("", "a", 0.0)],
)
def test_overlap_is_f1_over_lower_cased_words(text: str, other: str, expected: float) -> None:
    assert token_overlap(text, other) == pytest.approx(expected)
