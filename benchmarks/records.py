"""Bibliographic records with duplicates that people verified: pair F1 of near-duplicate search over their words.

FOLDER/NAME/records_pre_merged.csv.gz holds records, FOLDER/NAME/merged_record_ids.csv the ids of each cluster. A record
is its title, authors, year and journal. Runs of one word, for a title has few; the threshold that serves best is told
beside a fixed one, and what it is chosen on is what it is measured on, so that one is a bound, not an estimate.
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy

from conf.near_duplicates import NearDuplicateSettings
from pipelines.near_duplicates.letters import column_of
from pipelines.near_duplicates.likeness import Sets, jaccards, sets_of
from pipelines.near_duplicates.minhash import bands_of, signatures_of
from pipelines.near_duplicates.shingles import runs_of
from pipelines.near_duplicates.words import hashed_words

FIELDS = ("title", "author", "year", "journal")
SETTINGS = NearDuplicateSettings(shingle_words=1, threshold=0.6, end_words=0, permutations=128, bands=32, seed=7)
THRESHOLDS = tuple(round(0.4 + 0.05 * step, 2) for step in range(10))


def measure_records(folder: Path) -> list[dict[str, Any]]:
    """One row for each set of records."""
    csv.field_size_limit(sys.maxsize)
    return [measure_set(one) for one in sorted(folder.iterdir()) if (one / "merged_record_ids.csv").is_file()]


def measure_set(folder: Path) -> dict[str, Any]:
    """Clusters, not pairs, are what search makes: all pairs within what hangs together count as found."""
    with gzip.open(folder / "records_pre_merged.csv.gz", "rt", encoding="utf-8") as lines:
        records = {row["ID"]: " ".join(row.get(name) or "" for name in FIELDS) for row in csv.DictReader(lines)}
    with (folder / "merged_record_ids.csv").open(encoding="utf-8") as lines:
        clusters = [row["merged_ids"].split(";") for row in csv.DictReader(lines)]
    true = {frozenset(pair) for cluster in clusters for pair in combinations(sorted(cluster), 2)}
    names = list(records)
    pairs = sorted(_met(list(records.values())))
    likeness = jaccards(_sets(list(records.values())), *numpy.array(pairs).T)
    scored = {
        threshold: _f1({frozenset(one) for one in _joined(names, pairs, likeness >= threshold)}, true)
        for threshold in THRESHOLDS
    }
    best = max(scored, key=lambda threshold: scored[threshold])
    head = {"records": folder.name, "of": len(names), "true_pairs": len(true), "compared": len(pairs)}
    return head | {"f1_at_0.6": scored[0.6], "best_threshold": best, "best_f1": scored[best]}


def _met(texts: list[str]) -> set[tuple[int, int]]:
    buckets: dict[int, list[int]] = defaultdict(list)
    for at, row in enumerate(bands_of(signatures_of(texts, SETTINGS), SETTINGS).tolist()):
        for band in row:
            buckets[band].append(at)
    return {pair for bucket in buckets.values() for pair in combinations(bucket, 2)}


def _sets(texts: list[str]) -> Sets:
    return sets_of(runs_of(hashed_words(column_of(texts)), SETTINGS.shingle_words))


def _joined(names: list[str], pairs: list[tuple[int, int]], is_near: Any) -> list[tuple[str, str]]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    near = numpy.array(pairs)[is_near]
    graph = coo_array((numpy.ones(len(near)), (near[:, 0], near[:, 1])), shape=(len(names), len(names)))
    members: dict[int, list[str]] = defaultdict(list)
    for name, label in zip(names, connected_components(graph, directed=False)[1].tolist(), strict=True):
        members[label].append(name)
    return [pair for cluster in members.values() for pair in combinations(sorted(cluster), 2)]


def _f1(found: set[frozenset[str]], true: set[frozenset[str]]) -> float:
    return round(2 * len(found & true) / (len(found) + len(true)), 4)
