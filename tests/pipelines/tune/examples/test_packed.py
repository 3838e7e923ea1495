"""Documents become pieces of one length, and nothing of them is lost, doubled, or both trained on and measured."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from lakehouse.place import Lakehouse
from pipelines.documents.kept import staying_documents
from pipelines.documents.mixture.drawn import Mixing
from pipelines.tune.encoding import text_reader_of
from pipelines.tune.examples.packed import cut, mixture_of, packed_examples
from tests.pipelines.engines.tiny import make_tiny_model
from tests.pipelines.generate.story import settings_of
from tests.pipelines.tune.tune_story import QUICK

TEXTS = {f"{number:032x}": f"Document {number} says {'so ' * (number % 5)}." for number in range(40)}
SPLITS = ("train", "holdout")
DOCUMENT = "document_id string, source string, text string, dropped_by string, quality double, text_digest string"
PACKING = ("tune.method=pretrain", "tune.pretrain.tokens_per_example=16", "tune.examples.holdout_share=0.3")


def test_pieces_have_one_length_and_name_the_documents_that_they_hold() -> None:
    assert list(cut([("a", [1, 2, 3]), ("b", [4]), ("c", [5, 6])], 4)) == [([1, 2, 3, 4], ["a", "b"]), ([5, 6], ["c"])]


def test_a_last_piece_with_nothing_to_foretell_is_none() -> None:
    assert list(cut([("a", [1, 2, 3])], 2)) == [([1, 2], ["a"])]
    assert list(cut([], 2)) == []


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("tiny"))


def source_of(name: str) -> str:
    return "even" if int(name, 16) % 2 == 0 else "odd"


def packed(lakehouse: Lakehouse, base: Path, *overrides: str, least: float | None = None, partitions: int = 1) -> Any:
    """The examples of forty documents, of which no copy, no dropped one and no poor one is among."""
    rows = [
        (name, source_of(name), text, None, None, hashlib.sha256(text.encode()).hexdigest())
        for name, text in TEXTS.items()
    ]
    others = [
        (f"{97:032x}", "even", "poor", None, 0.1, "p"),
        (f"{98:032x}", "even", "dropped", "gopher", None, "d"),
        (f"{99:032x}", "even", "a copy", None, None, "c"),
    ]
    documents = lakehouse.spark.createDataFrame([*rows, *others], DOCUMENT).repartition(partitions)
    settings = settings_of(*QUICK, *PACKING, *overrides)
    duplicates = lakehouse.spark.createDataFrame(
        [(f"{99:032x}", next(iter(TEXTS)))], "document_id string, survivor_id string"
    )
    staying = staying_documents(documents, duplicates)
    found = mixture_of(staying, settings.tune, Mixing(settings.mixture, least), str(base))
    return packed_examples(found, settings.tune, "digest", 1).orderBy("example_id").collect()


def tokens_in(rows: Any, split: str) -> int:
    return sum(len(row.tokens) for row in rows if row.split == split)


@pytest.mark.slow
def test_every_kept_document_is_in_one_split_whole_and_once(lakehouse: Lakehouse, base: Path) -> None:
    rows = packed(lakehouse, base, "tune.examples.workload_weights={odd: 3.0}", least=0.5)
    reader = text_reader_of(str(base))
    assert {row.workload for row in rows} == {"even", "odd"} and {row.split for row in rows} == set(SPLITS)
    trained, held = ({name for row in rows if row.split == one for name in row.document_ids} for one in SPLITS)
    assert trained.isdisjoint(held) and trained | held == set(TEXTS)
    # pieces of one token are left out, one at most for each collection and split
    whole = sum(len(reader.text_tokens(text)) for text in TEXTS.values())
    assert whole - 4 <= tokens_in(rows, "train") + tokens_in(rows, "holdout") <= whole
    assert {row.weight for row in rows if row.workload == "odd"} == {3.0}
    assert {row.answer_start for row in rows} == {1}
    again = packed(lakehouse, base, "tune.examples.workload_weights={odd: 3.0}", least=0.5, partitions=7)
    assert again == rows


def test_a_mixture_reads_a_collection_as_often_as_it_says_and_holds_the_same_documents_out(
    lakehouse: Lakehouse, base: Path
) -> None:
    once = packed(lakehouse, base, least=0.5)
    often = packed(
        lakehouse,
        base,
        "mixture.sources={odd: {weight: 2.0, most_epochs: 2.5}, even: {weight: 0.4, most_epochs: 0.5}}",
        "mixture.only_named=true",
        least=0.5,
    )
    reader = text_reader_of(str(base))
    # sizes times 2 and 0.4, at most 2.5 and 0.5 times: odd sets the scale at 2.5 / 2, so even is read half
    held = {name for row in once if row.split == "holdout" for name in row.document_ids}
    odd = {name: len(reader.text_tokens(TEXTS[name])) for name in TEXTS if source_of(name) == "odd"}
    trained = {name: tokens for name, tokens in odd.items() if name not in held}
    came = sum(len(row.tokens) for row in often if (row.workload, row.split) == ("odd", "train"))
    read = Counter(name for row in often if row.split == "train" for name in row.document_ids)
    assert 2 * sum(trained.values()) < came < 3 * sum(trained.values())
    assert set(trained) <= set(read), "a collection that is read more than once is read whole"
    even = {name for name in TEXTS if source_of(name) == "even"} - held
    drawn = even & set(read)
    assert drawn and drawn < even
    assert {name for row in often if row.split == "holdout" for name in row.document_ids} <= held
    more = packed(lakehouse, base, "mixture.others={weight: 1.0, most_epochs: 0.8}", least=0.5)
    larger = {name for row in more if row.split == "train" for name in row.document_ids}
    assert drawn <= larger, "what stands in half an epoch stands in every larger part"
