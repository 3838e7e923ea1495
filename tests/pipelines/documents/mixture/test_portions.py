"""Weights and epochs are arithmetic that can be done by hand."""

from __future__ import annotations

import pytest

from conf import MixtureSettings, load_settings
from pipelines.documents.mixture.portions import portions_of

THERE = {"wiki": 1000, "web": 6000, "notes": 500, "empty": 0}


def settings(*overrides: str) -> MixtureSettings:
    return load_settings("test", [f"mixture.{one}" for one in overrides]).settings.mixture


def epochs(*overrides: str) -> dict[str, float]:
    return {one.source: one.epochs for one in portions_of(THERE, settings(*overrides))}


def test_without_wishes_everything_is_read_once() -> None:
    found = portions_of(THERE, settings())
    assert {one.source: (one.tokens, one.share, one.epochs) for one in found} == {
        "notes": (500, 500 / 7500, 1.0),
        "web": (6000, 6000 / 7500, 1.0),
        "wiki": (1000, 1000 / 7500, 1.0),
    }


def test_a_weight_by_size_is_how_much_more_a_collection_counts_than_its_size() -> None:
    # wiki pulls 3 * 1000 beside 6000 and 500; it may be read twice, so 2000 of its tokens set the scale: 2/3
    assert epochs("sources.wiki={weight: 3.0, most_epochs: 2.0}") == pytest.approx(
        {"notes": 2 / 3, "web": 2 / 3, "wiki": 2.0}
    )


def test_weights_as_shares_are_kept_until_the_first_collection_has_no_more() -> None:
    wanted = (
        "weights=shares",
        "only_named=true",
        "sources={wiki: {weight: 1.0, most_epochs: 2.0}, web: {weight: 3.0, most_epochs: 1.0}}",
    )
    # a quarter and three quarters: web ends at 6000, which would need 2000 of wiki, just what it has
    assert epochs(*wanted) == pytest.approx({"web": 1.0, "wiki": 2.0})
    # of 4000 tokens, 1000 and 3000
    assert epochs(*wanted, "tokens=4000") == pytest.approx({"web": 0.5, "wiki": 1.0})


def test_what_one_collection_cannot_give_the_others_give_by_their_shares() -> None:
    wanted = ("weights=shares", "others={weight: 1.0, most_epochs: 1.0}", "tokens=4200")
    # a third each is 1400: notes has 500 and wiki 1000, so the rest, 2700, is of web
    assert epochs(*wanted) == pytest.approx({"notes": 1.0, "wiki": 1.0, "web": 2700 / 6000})
    # more than there is: everything once
    assert epochs("weights=shares", "tokens=1000000") == {"notes": 1.0, "wiki": 1.0, "web": 1.0}


def test_collections_that_nobody_wants_or_that_have_nothing_have_no_portion() -> None:
    assert epochs("only_named=true") == {}
    assert epochs("only_named=true", "sources.empty={weight: 1.0, most_epochs: 1.0}") == {}
    assert portions_of({}, settings()) == []
