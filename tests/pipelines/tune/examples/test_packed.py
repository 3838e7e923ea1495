"""Documents become pieces of one length, and nothing of them is lost, doubled, or both trained on and measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conf.tune import TuneSettings
from lakehouse.place import Lakehouse
from pipelines.tune.encoding import text_reader_of
from pipelines.tune.examples.packed import cut, packed_examples
from tests.pipelines.engines.tiny import make_tiny_model
from tests.pipelines.tune.tune_story import settings

TEXTS = {f"{number:032x}": f"Document {number} says {'so ' * (number % 5)}." for number in range(40)}
SPLITS = ("train", "holdout")
DOCUMENT = "document_id string, source string, text string, survivor_id string"


def test_pieces_have_one_length_and_name_the_documents_that_they_hold() -> None:
    assert list(cut([("a", [1, 2, 3]), ("b", [4]), ("c", [5, 6])], 4)) == [([1, 2, 3, 4], ["a", "b"]), ([5, 6], ["c"])]


def test_a_last_piece_with_nothing_to_foretell_is_none() -> None:
    assert list(cut([("a", [1, 2, 3])], 2)) == [([1, 2], ["a"])]
    assert list(cut([], 2)) == []


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("tiny"))


def packed(lakehouse: Lakehouse, base: Path, wanted: TuneSettings, partitions: int = 1) -> list[Any]:
    rows = [(name, "even" if int(name, 16) % 2 == 0 else "odd", text, None) for name, text in TEXTS.items()]
    copies = [(f"{99:032x}", "even", "a copy", next(iter(TEXTS)))]
    documents = lakehouse.spark.createDataFrame([*rows, *copies], DOCUMENT).repartition(partitions)
    return packed_examples(documents, wanted, str(base), "digest", 1).orderBy("example_id").collect()


def test_every_document_is_in_one_split_whole_and_once(lakehouse: Lakehouse, base: Path) -> None:
    wanted = settings(
        "tune.method=pretrain",
        "tune.pretrain.tokens_per_example=16",
        "tune.examples.holdout_share=0.3",
        "tune.examples.workload_weights={odd: 3.0}",
    )
    rows = packed(lakehouse, base, wanted)
    reader = text_reader_of(str(base))
    assert {row.workload for row in rows} == {"even", "odd"} and {row.split for row in rows} == set(SPLITS)
    trained, held = (
        {name for row in rows if row.split == split for name in row.document_ids} for split in ("train", "holdout")
    )
    assert trained.isdisjoint(held) and trained | held == set(TEXTS)
    assert sum(len(row.tokens) for row in rows) == sum(len(reader.text_tokens(text)) for text in TEXTS.values())
    assert {row.weight for row in rows if row.workload == "odd"} == {3.0}
    assert {row.answer_start for row in rows} == {1}
    assert packed(lakehouse, base, wanted, partitions=7) == rows
    only = settings("tune.method=pretrain", "tune.pretrain.sources=[odd]")
    assert {row.workload for row in packed(lakehouse, base, only)} == {"odd"}
