"""What the door shows of a mixture is what the sealed set holds, and its manifest says the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.read import read
from pipelines.documents.mixture.recipe import Recipe
from pipelines.documents.mixture.shown import Target, mixture_in, seal_mixture
from pipelines.training.sealed import unsealed
from pipelines.tune.encoding import text_reader_of
from tests.pipelines.documents.rows import add_documents
from tests.pipelines.engines.tiny import make_tiny_model
from tests.pipelines.generate.story import settings_of


@pytest.mark.slow
def test_a_sealed_mixture_is_the_one_that_was_shown(
    lakehouse: Lakehouse, provenance: Provenance, tmp_path: Path
) -> None:
    wiki = {f"{number:032x}": f"The otter has {number} taps." for number in range(20)}
    web = {f"{number:032x}": f"Click {number} times." for number in range(20, 40)}
    add_documents(lakehouse, wiki, "wiki")
    add_documents(lakehouse, web, "web")
    add_documents(lakehouse, {"gone": "Buy now."}, "web", dropped_by="gopher")
    settings = settings_of("tune.method=pretrain", "tune.pretrain.tokens_per_example=16", "mixture.only_named=true",
                           "mixture.sources.wiki={weight: 1.0, most_epochs: 2.0}")  # fmt: skip
    recipe, target = Recipe(settings.mixture, settings.quality), Target(make_tiny_model(tmp_path / "tiny"), "digest")

    shown = mixture_in(lakehouse, settings.tune, recipe, target)
    [one] = shown.ingredients
    reader = text_reader_of(str(target.base))
    assert (one.source, one.epochs, one.asked, one.came, shown.left_out) == ("wiki", 2.0, 1.0, 1.0, 21)
    assert one.documents + one.held_out == 20 and one.tokens == shown.tokens == 2 * one.tokens_there

    made = seal_mixture(lakehouse, settings.tune, recipe, target, tmp_path / "set", provenance)
    examples = unsealed(tmp_path / "set")
    trained = {name for row in examples["train"] for name in row["document_ids"]}
    there = sum(len(reader.text_tokens(wiki[name])) for name in trained)
    assert len(trained) == one.documents and there == one.tokens_there
    assert one.tokens - 1 <= sum(len(row["tokens"]) for row in examples["train"]) <= one.tokens
    manifest = json.loads((tmp_path / "set" / "manifest.json").read_text())
    assert manifest["mixture"]["ingredients"] == [vars(one)] and manifest["versions"]["documents"] >= 0
    assert manifest["seal"]["example_set_id"] == made.example_set_id
    rows = read(lakehouse, "examples").frame.collect()
    assert {row.example_set_id for row in rows} == {made.example_set_id}
    assert len(rows) == manifest["seal"]["rows"] == len(examples["train"]) + len(examples["holdout"])
    again = seal_mixture(lakehouse, settings.tune, recipe, target, tmp_path / "again", provenance)
    assert again.example_set_id == made.example_set_id
    assert (tmp_path / "again" / "examples.parquet").read_bytes() == (
        tmp_path / "set" / "examples.parquet"
    ).read_bytes()
