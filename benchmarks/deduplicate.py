"""How fast documents are deduplicated, end to end on Spark: signatures, bands, verification, components, Delta writes.

    python -m benchmarks.deduplicate --sizes 10000,100000,1000000 --picture FILE.png
    python -m benchmarks.deduplicate --sizes 10000 --peer-python PYTHON    # one that has datasketch and datatrove

For each size the whole table is decided, then ten per cent of new documents. Peers see the first size only, or as many
as --peer-documents says. A rate is documents a second and core, of the cores that Spark was given. --picture FILE.png
draws cost against size.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from benchmarks import per_document
from benchmarks.figures import machine, timed
from benchmarks.memory import peak_memory
from benchmarks.planted import add, rightly_kept, texts_for_peers
from conf import Resolved, load_settings
from lakehouse.ensure import ensure
from lakehouse.home import Home
from lakehouse.place import Lakehouse
from lakehouse.provenance import provenance_of
from lakehouse.read import read
from lakehouse.session import open_lakehouse
from pipelines.documents.duplicates.step import Deduplicated, deduplicate_documents
from pipelines.documents.kept import KEPT_BY, staying_documents
from pipelines.pictures import BLUE, ORANGE, drawn_picture

PEERS = Path(__file__).with_name("deduplicate_peers.py")


def measure(lakehouse: Lakehouse, resolved: Resolved, size: int, cores: int) -> list[dict[str, Any]]:
    """A full run, and one over a tenth more; whether what was planted was found."""
    ensure(lakehouse, "documents", "duplicates", "signatures")
    found = []
    full = 0.0
    for first, count, name in ((0, size, "full"), (size, size // 10, "10 % new")):
        add(lakehouse, first, count, size)
        with peak_memory() as megabytes:
            seconds, did = _timed_step(lakehouse, resolved)
        full = full or seconds
        found.append(
            {
                "run": name,
                "documents": count,
                "seconds": round(seconds, 1),
                "a_second_and_core": round(count / seconds / cores),
                "of_full": round(seconds / full, 3),
                "exact": did.exact,
                "near": did.near,
                "peak_megabytes": megabytes,
            }
        )
    every = {"documents": size + size // 10}
    return [*found, {"run": "read"} | every | _reading(lakehouse), {"run": "truth"} | every | _truth(lakehouse, size)]


def _timed_step(lakehouse: Lakehouse, resolved: Resolved) -> tuple[float, Deduplicated]:
    begun = time.perf_counter()
    did = deduplicate_documents(lakehouse, resolved.settings.duplicates, provenance_of(resolved))
    return time.perf_counter() - begun, did


def _reading(lakehouse: Lakehouse) -> dict[str, float]:
    """Seconds to read the texts that are kept, and in times of all texts: decisions stand in a table of their own."""
    documents, duplicates = (read(lakehouse, name).frame for name in KEPT_BY)
    kept = staying_documents(documents, duplicates)
    for frame in (documents, kept):
        _characters_in(frame)
    every, some = (timed(partial(_characters_in, frame)) for frame in (documents, kept))
    return {"seconds": round(some, 2), "of_all_texts": round(some / every, 2)}


def _characters_in(frame: DataFrame) -> None:
    frame.agg(F.sum(F.length("text"))).collect()


def _truth(lakehouse: Lakehouse, size: int) -> dict[str, Any]:
    documents, duplicates = (lakehouse.spark.table(lakehouse.identifier(name)) for name in ("documents", "duplicates"))
    told = documents.join(duplicates, on="document_id", how="left").select("source_part", "survivor_id")
    numbers = documents.selectExpr("document_id AS survivor_id", "source_part AS survivor_part")
    rows = told.join(numbers, on="survivor_id", how="left").select("source_part", "survivor_part").toArrow()
    pairs = list(zip(rows["source_part"].to_pylist(), rows["survivor_part"].to_pylist(), strict=True))
    return {name: round(value, 5) for name, value in rightly_kept(pairs, size).items()}


def measure_per_document(lakehouse: Lakehouse, size: int, cores: int, folder: Path) -> dict[str, Any]:
    """The UDF over the same table's first documents, warm."""
    documents = lakehouse.spark.table(lakehouse.identifier("documents")).where(f"source_part < {size}")
    per_document.deduplicated(documents.limit(100), folder / "warm")
    seconds = timed(lambda: per_document.deduplicated(documents, folder / "kept"))
    rate = round(size / seconds / cores)
    return {"run": "UDF", "documents": size, "seconds": round(seconds, 1), "a_second_and_core": rate}


def measure_peers(python: str, size: int, folder: Path) -> list[dict[str, Any]]:
    """One process each, so one core; what one cannot do is told and passed over."""
    file = texts_for_peers(size, folder / "documents.jsonl")
    found = []
    for name in ("datasketch", "datatrove"):
        (folder / name).mkdir()
        ended = subprocess.run(
            [python, str(PEERS), name, str(file), str(folder / name)], capture_output=True, text=True, check=False
        )
        if ended.returncode:
            found.append({"run": name, "failed": ended.stderr.strip().splitlines()[-1:]})
            continue
        told = json.loads(ended.stdout.strip().splitlines()[-1])
        rate = round(size / told["seconds"])
        found.append({"run": name, "documents": size, "a_second_and_core": rate} | told)
    return found


def draw_cost(canvas: Any, rows: list[dict[str, Any]]) -> None:
    """Seconds by the documents that are there, for all of them and for a tenth more."""
    axes = canvas.subplots()
    for run, share, colour in (("full", 1, BLUE), ("10 % new", 10, ORANGE)):
        points = [(share * row["documents"] / 1000, row["seconds"]) for row in rows if row["run"] == run]
        axes.plot(*zip(*points, strict=True), marker="o", color=colour, label=run)
    axes.set(xlabel="thousands of documents of 300 words", ylabel="seconds", xlim=(0, None), ylim=(0, None))
    axes.set_title("Deduplication: cost against size")
    axes.legend(frameon=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000", help="numbers of documents, separated by commas")
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--peer-python", help="the Python of an environment with datasketch and datatrove")
    parser.add_argument("--peer-documents", type=int, help="how many documents peers are given")
    parser.add_argument("--no-udf", action="store_true", help="leave the UDF out")
    parser.add_argument("--picture", type=Path, help="draw cost against size into a PNG file")
    chosen = parser.parse_args()
    resolved = load_settings("base", [f"spark.cores={chosen.cores}"])
    sizes = [int(size) for size in chosen.sizes.split(",")]
    peer_size = chosen.peer_documents or sizes[0]
    print(machine(), flush=True)
    every: list[dict[str, Any]] = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            lakehouse = open_lakehouse(resolved.settings, Home(Path(folder)))
            rows = measure(lakehouse, resolved, size, chosen.cores)
            every += rows
            if size == sizes[0] and not chosen.no_udf:
                rows.append(measure_per_document(lakehouse, peer_size, chosen.cores, Path(folder)))
            print("\n".join(json.dumps(row) for row in rows), flush=True)
            if size == sizes[0] and chosen.peer_python:
                print(
                    "\n".join(map(json.dumps, measure_peers(chosen.peer_python, peer_size, Path(folder)))), flush=True
                )
    if chosen.picture:
        chosen.picture.write_bytes(drawn_picture(draw_cost, every))


if __name__ == "__main__":
    main()
