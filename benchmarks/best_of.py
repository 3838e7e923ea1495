"""What choosing by a reward model gains on kinds of work that it has never seen: the product's own steps, in order.

python -m benchmarks.best_of --data p3_subset/examples.jsonl.gz --home FOLDER [--each 40] [--held 3] [--set A.B=C ...]

Prompts of all kinds are taken in; gold answers of all but the held-out kinds become pairs, better against worse
answers of the embedded model itself; a reward model learns from those. Only then are the held-out kinds' gold answers
taken, and the trust report measures on them what the best of eight by reward gains in token F1 over the mean candidate,
beside what a perfect choice gains. Every step can be killed and run again: the folder keeps what is done.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from lakehouse.identity import identity

MOST_CHARACTERS = 1500
STEPS = (
    ("prompts", "take", "logs.jsonl"),
    ("ratings", "take", "gold-seen.jsonl"),
    ("generate",),
    ("preferences", "derive"),
    ("reward", "train"),
    ("ratings", "take", "gold-held.jsonl"),
    ("score",),
)
SETTINGS = (
    "selection.clustering=false",
    "selection.most_per_workload=null",
    "selection.most_per_person=null",
    "selection.holdout_share=0.01",
    "generate.use=[concise]",
    "generate.strategies.concise.temperature=0.8",
    "generate.first_samples=8",
    "generate.max_tokens=32",
    "generate.reference=false",
    "reward.base=embedded",
)


def chosen_rows(file: Path, each: int) -> dict[str, list[dict[str, Any]]]:
    """So many rows of each kind of work, by their digest, none longer than a small model reads well."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    with gzip.open(file, "rt") as lines:
        for row in map(json.loads, lines):
            if len(row["prompt"]) <= MOST_CHARACTERS:
                kinds.setdefault(row["template"], []).append(row)
    return {kind: sorted(rows, key=lambda row: identity(row["prompt"]))[:each] for kind, rows in sorted(kinds.items())}


def write_files(folder: Path, kinds: dict[str, list[dict[str, Any]]], held: Sequence[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    logs = [
        {
            "id": identity(kind, row["prompt"]),
            "messages": [{"role": "user", "content": row["prompt"]}],
            "metadata": {"workload": kind},
        }
        for kind, rows in kinds.items()
        for row in rows
    ]
    _write(folder / "logs.jsonl", logs)
    for name, wanted in (("held", set(held)), ("seen", set(kinds) - set(held))):
        golds = [
            {"workload": kind, "prompt": row["prompt"], "answer": row["completion"], "gold": True}
            for kind in sorted(wanted)
            for row in kinds[kind]
        ]
        _write(folder / f"gold-{name}.jsonl", golds)


def _write(file: Path, rows: Iterable[dict[str, Any]]) -> None:
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def lakewheel(home: Path, settings: Sequence[str], *words: str) -> str:
    """One command of the product; it says what came of it."""
    overrides = [part for one in settings for part in ("--set", one)]
    command = [sys.executable, "-m", "jobs.command", "--home", str(home), *overrides, *words]
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {done.returncode}:\n{done.stderr}")
    print(f"[{time.perf_counter() - began:6.0f} s] {' '.join(words[:2])}: {done.stdout.splitlines()[0]}", flush=True)
    return done.stdout


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--data", type=Path, required=True)
    asked.add_argument("--home", type=Path, required=True)
    asked.add_argument("--each", type=int, default=40)
    asked.add_argument("--held", type=int, default=3)
    asked.add_argument("--set", action="append", default=[])
    told = asked.parse_args()
    kinds = chosen_rows(told.data, told.each)
    held = sorted(kinds, key=lambda kind: identity("held", kind))[: told.held]
    files, settings = told.home / "files", [*SETTINGS, *told.set]
    write_files(files, kinds, held)
    print(f"{sum(map(len, kinds.values()))} prompts of {len(kinds)} kinds; held out: {', '.join(held)}")
    for step in STEPS:
        lakewheel(told.home / "home", settings, *(str(files / one) if one.endswith(".jsonl") else one for one in step))
    report = json.loads("{" + lakewheel(told.home / "home", settings, "--json", "reward", "report").split("{", 1)[1])
    wanted = ("pair_accuracy", "pick_longer_accuracy", "true_gain", "oracle_gain", "oracle_share", "headroom")
    for figure in report["figures"]:
        if figure["metric"] in wanted and (figure["slice"] in held or figure["slice"] == "all"):
            low, high = (f"{figure[end]:.3f}" if figure[end] is not None else "?" for end in ("low", "high"))
            print(f"{figure['slice']:50} {figure['metric']:22} {figure['value']} [{low}, {high}] {figure['prompts']}")


if __name__ == "__main__":
    main()
