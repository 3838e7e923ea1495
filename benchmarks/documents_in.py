"""Whether published dumps come through whole, and how fast: pages in against rows and rejections out.

    python -m benchmarks.documents_in --data FOLDER             # the readers alone, processor time of one core
    python -m benchmarks.documents_in --data FOLDER --spark     # and the command, from files to the table
    python -m benchmarks.documents_in --data FOLDER --repeat 5 --json

FOLDER holds wikipedia_dump_sample (a MediaWiki dump, .xml.bz2) and warc_whirlwind (one capture as WARC and as WET).
What went in is counted in the raw bytes by a regular expression, which shares nothing with the readers.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.figures import machine
from conf import load_settings
from lakehouse.rejections import Rejection
from pipelines.documents.take import Collection, parse_file
from pipelines.files import File
from pipelines.redaction import Redactor

PAGE_STARTS = re.compile(rb"^\s*<page>\s*$", re.MULTILINE)
CAPTURES = re.compile(rb"^WARC-Type: (?:response|conversion|resource|revisit)\r$", re.MULTILINE)


@dataclass(frozen=True)
class Dump:
    """A published file, how to open it plainly and what in it begins a page."""

    path: str
    open_plain: Callable[[Path], bytes]
    page: re.Pattern[bytes]

    def pages(self, data: Path) -> int:
        return len(self.page.findall(self.open_plain(data / self.path)))


@dataclass(frozen=True)
class Came:
    """What became of the pages of a dump."""

    name: str
    pages: int
    rows: int
    rejected: dict[str, int]
    characters: int
    seconds: float

    @property
    def is_whole(self) -> bool:
        return self.pages > 0 and self.pages == self.rows + sum(self.rejected.values())


def _bz2(path: Path) -> bytes:
    return bz2.decompress(path.read_bytes())


def _gzip(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


DUMPS = (
    Dump("wikipedia_dump_sample/enwiki-pages-articles-shortened.xml.bz2", _bz2, PAGE_STARTS),
    Dump("warc_whirlwind/whirlwind.warc.gz", _gzip, CAPTURES),
    Dump("warc_whirlwind/whirlwind.warc.wet.gz", _gzip, CAPTURES),
)


def read_dump(dump: Dump, data: Path, repeat: int) -> Came:
    """The pieces of a dump by the readers, repaired and redacted; the median of some times."""
    settings = load_settings("base").settings
    redactor = Redactor(settings.redaction)
    file, seconds = File(str(data / dump.path), Path(dump.path).name), []
    for _ in range(repeat):
        began = time.process_time()
        pieces = list(parse_file(file, Collection("benchmark"), settings.documents, redactor))
        seconds.append(time.process_time() - began)
    refused = Counter(piece.reason for piece in pieces if isinstance(piece, Rejection))
    rows = [piece for piece in pieces if not isinstance(piece, Rejection)]
    characters = sum(row["characters"] for row in rows)
    return Came(file.name, dump.pages(data), len(rows), dict(refused), characters, statistics.median(seconds))


def taken_by_command(data: Path) -> list[Came]:
    """The same by `lakewheel documents take`, each dump in a collection of its own; time with the start of Spark."""
    came = []
    with tempfile.TemporaryDirectory() as home:
        for dump in DUMPS:
            arguments = ["documents", "take", str(data / dump.path), "--source", Path(dump.path).name]
            began = time.perf_counter()
            program = [sys.executable, "-m", "jobs.command", "--json", "--home", home, *arguments]
            said = json.loads(subprocess.run(program, stdout=subprocess.PIPE, text=True, check=True).stdout)
            seconds = time.perf_counter() - began
            name = f"{Path(dump.path).name}, to the table"
            came.append(Came(name, dump.pages(data), said["rows"], {"all": said["rejected"]}, 0, seconds))
    return came


def show(came: list[Came]) -> None:
    """One line a dump."""
    print(machine())
    for one in came:
        speed = f"{one.pages / one.seconds:9.1f} pages a second"
        print(
            f"{one.name:58} {one.pages:5} pages = {one.rows:5} rows + {sum(one.rejected.values()):5} refused"
            f" {one.rejected}  {'whole' if one.is_whole else 'NOT WHOLE'}  {one.seconds:7.2f} s {speed}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--spark", action="store_true")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    came = [read_dump(dump, asked.data, asked.repeat) for dump in DUMPS]
    came += taken_by_command(asked.data) if asked.spark else []
    if asked.json:
        print(json.dumps({"machine": machine(), "came": [asdict(one) | {"whole": one.is_whole} for one in came]}))
    else:
        show(came)
    if not all(one.is_whole for one in came):
        raise SystemExit("pages went in that came out neither as rows nor as rejections")


if __name__ == "__main__":
    main()
