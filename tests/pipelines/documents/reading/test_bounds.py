"""Archives, lines and records without end are refused within bounded memory, and what breaks off says so."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import lzma
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from conf import Resolved
from pipelines.documents.reading import read
from pipelines.files import File
from tests.pipelines.documents.reading.came import reasons
from tests.pipelines.documents.reading.conftest import Parse

MEGABYTE = 2**20
TEXT = b"".join(b"A line about brakes, number %d.\n" % number for number in range(2000))
PACKING = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize(("ending", "pack"), PACKING.items())
def test_every_kind_of_archive_is_read_whole_and_refused_where_it_breaks_off(
    parse: Parse, ending: str, pack: Callable[[bytes], bytes]
) -> None:
    packed = pack(TEXT[:5000]) + pack(TEXT[5000:])
    (row,) = parse(f"a.txt.{ending.upper()}", packed)
    assert row["text"] == TEXT.decode().strip()
    assert reasons(parse(f"a.txt.{ending}", packed[:-10])) == ["unreadable"]
    assert reasons(parse(f"a.txt.{ending}", b"no archive at all, whatever its name says")) == ["unreadable"]


@pytest.mark.parametrize(("ending", "pack"), PACKING.items())
def test_a_bomb_is_refused_before_it_fills_memory(
    tmp_path: Path, resolved: Resolved, ending: str, pack: Callable[[bytes], bytes]
) -> None:
    bomb = tmp_path / f"a.jsonl.{ending}"
    bomb.write_bytes(pack(b'{"text": "a"}\n' + b"\n" * 40 * MEGABYTE))
    settings = resolved.settings.documents.model_copy(update={"max_record_megabytes": 1, "max_expansion": 2})
    assert bomb.stat().st_size < MEGABYTE / 4
    tracemalloc.start()
    found = [getattr(one, "reason", "row") for one in read(File(str(bomb), bomb.name), settings)]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == ["row", "bomb"]
    assert peak < 16 * MEGABYTE


def test_an_endless_line_costs_itself_alone(parse: Parse) -> None:
    endless = b'{"text": "' + b"a" * 3 * MEGABYTE + b'"}\n'
    pieces = parse("a.jsonl", b'{"text": "one"}\n' + endless + b'{"text": "two"}', max_record_megabytes=1)
    assert reasons(pieces) == ["row", "too_large", "row"]


def test_an_endless_text_is_read_no_further_than_shows_it(tmp_path: Path, resolved: Resolved) -> None:
    file = tmp_path / "a.txt"
    with file.open("wb") as stream:
        stream.truncate(2**31)  # two gigabytes, of which the disk holds none
    settings = resolved.settings.documents.model_copy(update={"max_characters": 1000})
    tracemalloc.start()
    (refused,) = read(File(str(file), "a.txt"), settings)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (refused.reason, peak < MEGABYTE) == ("too_long", True)


@pytest.mark.parametrize(
    "rest",
    [b"x" * 2 * MEGABYTE, b'"' + b"x\n" * MEGABYTE, b'"x\n",' * (MEGABYTE // 2)],
    ids=["a cell without end", "a quote that never closes", "a row of cells without end"],
)
def test_a_table_that_never_ends_a_row_is_refused_from_there(parse: Parse, rest: bytes) -> None:
    before = csv.field_size_limit()
    pieces = parse("a.csv", b"id,text\n1,one\n2," + rest, max_record_megabytes=1)
    csv.field_size_limit(before)
    assert reasons(pieces) == ["row", "too_large"]


def test_many_rows_may_be_longer_than_one_may_be(parse: Parse) -> None:
    text = "x" * 1000
    rows = "".join(f"{number},{text}\n" for number in range(1500))
    pieces = parse("a.csv", f"id,text\n{rows}".encode(), max_record_megabytes=1)
    assert len(rows) > MEGABYTE
    assert reasons(pieces) == ["row"] * 1500


def test_a_page_larger_than_a_record_may_be_is_refused(parse: Parse) -> None:
    page = io.BytesIO()
    page.write(b"<p>" + b"word " * MEGABYTE + b"</p>")
    assert reasons(parse("a.html", page.getvalue(), max_record_megabytes=1)) == ["too_large"]
