"""How surely near duplicates are found, and how often rightly: planted pairs of the example company, and real pages.

    python -m benchmarks.near_duplicates
    python -m benchmarks.near_duplicates --documents FOLDER    # with docs.jsonl.gz and pairs_exact_jaccard.jsonl.gz
    python -m benchmarks.near_duplicates --records FOLDER      # with folders of bibliographic records

FOLDER holds one document a line (`id`, `text`) and every pair of them whose Jaccard index of word 5-grams is at least
0.3 (`a`, `b`, `jaccard5`), computed by somebody else. A pair is found if it shares a band and passes verification.
Records are short, and told apart by fields rather than by likeness: what programs made for them reach is in docs.
How fast documents are deduplicated is measured by benchmarks.deduplicate.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

from benchmarks.figures import machine
from benchmarks.records import measure_records
from conf import load_settings
from conf.near_duplicates import NearDuplicateSettings
from examples.generate import generate
from pipelines.near_duplicates.likeness import nearness
from pipelines.near_duplicates.minhash import bands_of, signatures_of
from pipelines.near_duplicates.shingles import jaccard, shingles, words_of
from pipelines.prompts.normal import normal_text

Pair = frozenset[str]
SEEDS = (7, 1, 2, 3)
DOCUMENT_BANDS = (16, 32)


def candidates(texts: dict[str, str], settings: NearDuplicateSettings) -> set[Pair]:
    """Pairs of names whose texts share a band."""
    names = list(texts)
    buckets: dict[int, list[str]] = defaultdict(list)
    bands = bands_of(signatures_of(list(texts.values()), settings), settings)
    for name, row in zip(names, bands.tolist(), strict=True):
        for band in row:
            buckets[band].append(name)
    return {frozenset(pair) for bucket in buckets.values() for pair in combinations(bucket, 2)}


def found_pairs(texts: dict[str, str], settings: NearDuplicateSettings) -> tuple[set[Pair], int]:
    """What the search takes for near, and how many pairs it compared."""
    met = sorted(tuple(sorted(pair)) for pair in candidates(texts, settings))
    places = {name: place for place, name in enumerate(texts)}
    ones, others = ([places[pair[side]] for pair in met] for side in (0, 1))
    near = nearness(list(texts.values()), ones, others, settings)
    return {frozenset(pair) for pair, is_near in zip(met, near.tolist(), strict=True) if is_near}, len(met)


def company_requests(folder: Path) -> dict[str, str]:
    """The user's words of every request that has some, by its id."""
    lines = [line for log in sorted((folder / "logs").glob("*.jsonl")) for line in log.read_text().splitlines()]
    return {name: text for line in lines for name, text in _request(line)}


def _request(line: str) -> Iterator[tuple[str, str]]:
    try:
        row = json.loads(line)
        said = [one["content"] for one in row["request"]["messages"] if one["role"] == "user"]
        text = "\n".join(map(normal_text, said)).strip()
    except (ValueError, TypeError, KeyError):
        return  # one of the broken lines, which reading refuses
    if text:
        yield row["id"], text


def families(pairs: Iterable[list[str]]) -> set[Pair]:
    """Every pair within what hangs together."""
    family: dict[str, set[str]] = {}
    for one, other in pairs:
        joined = family.get(one, {one}) | family.get(other, {other})
        family |= {name: joined for name in joined}
    return {frozenset(pair) for members in map(frozenset, family.values()) for pair in combinations(sorted(members), 2)}


def measure_company(seed: int, settings: NearDuplicateSettings) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder), seed=seed)
        texts = company_requests(Path(folder))
        planted = json.loads((Path(folder) / "truth" / "duplicates.json").read_text())["requests"]
    expected = families([*planted["repeat"], *planted["near"]])
    found, compared = found_pairs(texts, settings)
    return {"seed": seed, "requests": len(texts), "compared": compared} | scores(found, expected)


def scores(found: set[Pair], expected: set[Pair]) -> dict[str, Any]:
    right = len(found & expected)
    return {
        "planted": len(expected),
        "found": len(found),
        "recall": round(right / len(expected), 4),
        "precision": round(right / len(found), 4) if found else None,
    }


def measure_documents(folder: Path, bands: int, threshold: float, permutations: int = 128) -> dict[str, Any]:
    """Against labels of another hand: 5-grams, and no second look at the ends."""
    texts = {row["id"]: row["text"] for row in _rows(folder / "docs.jsonl.gz")}
    labels = {
        frozenset((row["a"], row["b"])): row["jaccard5"] for row in _rows(folder / "pairs_exact_jaccard.jsonl.gz")
    }
    settings = NearDuplicateSettings(
        shingle_words=5, threshold=threshold, end_words=0, permutations=permutations, bands=bands, seed=7
    )
    begun = time.perf_counter()
    found, compared = found_pairs(texts, settings)
    seconds = time.perf_counter() - begun
    sets = {name: shingles(words_of(text), 5) for name, text in texts.items()}
    errors = [abs(jaccard(*(sets[name] for name in pair)) - label) for pair, label in labels.items()]
    expected = {pair for pair, label in labels.items() if label >= threshold}
    head = {
        "permutations": permutations,
        "bands": bands,
        "threshold": threshold,
        "documents": len(texts),
        "compared": compared,
    }
    tail = {"largest_error_of_jaccard": round(max(errors), 5), "seconds": round(seconds, 1)}
    return head | scores(found, expected) | tail


def _rows(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=Path, help="a folder of labelled documents")
    parser.add_argument("--records", type=Path, help="a folder of folders of records")
    chosen = parser.parse_args()
    settings = load_settings("base").settings.selection.near_duplicates
    rows = [measure_company(seed, settings) for seed in SEEDS]
    if chosen.documents:
        rows += [measure_documents(chosen.documents, bands, t) for bands in DOCUMENT_BANDS for t in (0.8, 0.6)]
        rows += [measure_documents(chosen.documents, 16, 0.8, permutations=80)]
    if chosen.records:
        rows += measure_records(chosen.records)
    print(machine())
    print("\n".join(json.dumps(row) for row in rows))


if __name__ == "__main__":
    main()
