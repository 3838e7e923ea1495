"""Peers of the deduplication, each run by a Python that has it: a file of JSON Lines in, seconds and what is kept out.

    python benchmarks/deduplicate_peers.py datasketch documents.jsonl
    python benchmarks/deduplicate_peers.py datatrove documents.jsonl FOLDER

Both as their handbooks show them, in one process, with our five words a run, 80 values and 16 bands of five.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

WORDS, PERMUTATIONS, BANDS, ROWS, THRESHOLD = 5, 80, 16, 5, 0.8


def documents(file: Path) -> list[tuple[str, str]]:
    """Id and text of each line."""
    with file.open() as lines:
        return [(row["id"], row["text"]) for row in map(json.loads, lines)]


def runs(text: str) -> set[bytes]:
    words = text.lower().split()
    return {" ".join(words[at : at + WORDS]).encode() for at in range(max(1, len(words) - WORDS + 1))}


def by_datasketch(file: Path) -> int:
    """Signatures, an index, candidates verified by true Jaccard, and each document under the first it is near to."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(num_perm=PERMUTATIONS, params=(BANDS, ROWS))
    sets: dict[str, set[bytes]] = {}
    kept = 0
    for name, text in documents(file):
        own = runs(text)
        signature = MinHash(num_perm=PERMUTATIONS)
        signature.update_batch(list(own))
        near = any(len(own & sets[one]) >= THRESHOLD * len(own | sets[one]) for one in index.query(signature))
        sets[name] = own
        index.insert(name, signature, check_duplication=False)
        kept += not near
    return kept


def by_datatrove(file: Path, folder: Path) -> int:
    """Its four stages, one after the other; it does not verify."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup import (
        MinhashDedupBuckets,
        MinhashDedupCluster,
        MinhashDedupFilter,
        MinhashDedupSignature,
    )
    from datatrove.pipeline.dedup.minhash import MinhashConfig
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    config = MinhashConfig(n_grams=WORDS, num_buckets=BANDS, hashes_per_bucket=ROWS)
    signed, met, gone, out = (str(folder / name) for name in ("signatures", "buckets", "gone", "kept"))
    reader = JsonlReader(str(file.parent), glob_pattern=file.name, compression=None)
    stages = [
        (1, [reader, MinhashDedupSignature(signed, config)]),
        (BANDS, [MinhashDedupBuckets(signed, met, config=config)]),
        (1, [MinhashDedupCluster(met, gone, config=config)]),
        (1, [reader, MinhashDedupFilter(gone), JsonlWriter(out, compression=None)]),
    ]
    for number, (tasks, pipeline) in enumerate(stages):
        LocalPipelineExecutor(pipeline, tasks=tasks, workers=1, logging_dir=str(folder / f"log{number}")).run()
    return sum(len(one.read_text().splitlines()) for one in Path(out).glob("*.jsonl"))


def main() -> None:
    name, file, *rest = sys.argv[1:]
    begun, used = time.perf_counter(), time.process_time()
    kept = by_datasketch(Path(file)) if name == "datasketch" else by_datatrove(Path(file), Path(rest[0]))
    seconds, busy = time.perf_counter() - begun, time.process_time() - used
    print(json.dumps({"kept": kept, "seconds": round(seconds, 2), "processor_seconds": round(busy, 2)}))


if __name__ == "__main__":
    main()
