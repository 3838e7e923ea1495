"""Reward models on real preferences: which of two arguments convinces people, with whole debates held out.

python -m benchmarks.reward --pairs ukp_convarg1/pairs.jsonl.gz [--folds 4] [--only 0,1] [--set reward.members=3]

Every fold trains on the other folds' debates, through the training worker, and is measured on debates that it has never
seen. "Pick the longer" stands beside it. Intervals are of a bootstrap over debate sides, since pairs of one side share
their arguments. Nothing here touches Spark.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow

from conf import RewardSettings, load_settings
from lakehouse.identity import identity
from pipelines.reward.encoding import base_folder, reader_of
from pipelines.reward.examples import example_row
from pipelines.reward.scoring import RewardModel
from pipelines.reward.task import task_of
from pipelines.training.job import Job, Outcome
from pipelines.training.launch import launch
from pipelines.training.sealed import seal

HOLDOUT = 0.1
RESAMPLES = 2000


def read_pairs(file: Path) -> list[dict[str, Any]]:
    """Prompt, better and worse argument, and the side of the debate that they argue for."""
    with gzip.open(file, "rt") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        {
            "debate": row["title"],
            "side": row["file"],
            "prompt": f"{row['title']} {row['stance']}",
            "chosen": row[row["label"]],
            "rejected": row["a2" if row["label"] == "a1" else "a1"],
        }
        for row in rows
    ]


def trained(pairs: Sequence[dict[str, Any]], settings: RewardSettings, folder: Path, seed: int) -> tuple[Path, Outcome]:
    """A reward model from pairs; a tenth of the prompts is held out for keeping the best epoch."""
    base = base_folder(settings.base)
    reader = reader_of(str(base), settings.most_tokens)
    prompts = sorted({pair["prompt"] for pair in pairs}, key=lambda prompt: identity("holdout", prompt))
    held = set(prompts[: round(len(prompts) * HOLDOUT)])
    rows = [
        example_row(
            reader,
            identity(pair["prompt"], pair["chosen"], pair["rejected"]),
            "holdout" if pair["prompt"] in held else "train",
            [{"role": "user", "content": pair["prompt"]}],
            pair["chosen"],
            pair["rejected"],
        )
        for pair in pairs
    ]
    seal(folder / "set", "benchmark", pyarrow.Table.from_pylist(rows))
    job = Job(folder / f"member-{seed}", folder / "set", seed, settings.training, task_of(settings, base))
    outcome = launch(job, lambda step, steps, figures: print(f"  step {step} of {steps}: {said(figures)}", flush=True))
    return job.result, outcome


def said(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.4g}" for name, value in figures.items())


def interval(rows: Sequence[dict[str, Any]], value: str) -> tuple[float, float, float]:
    """The mean over pairs, and a 95 per cent interval of a bootstrap over sides of debates."""
    import numpy

    sides = sorted({row["side"] for row in rows})
    sums = numpy.array([sum(row[value] for row in rows if row["side"] == side) for side in sides], dtype=float)
    counts = numpy.array([sum(row["side"] == side for row in rows) for side in sides], dtype=float)
    drawn = numpy.random.default_rng(7).integers(0, len(sides), (RESAMPLES, len(sides)))
    low, high = numpy.quantile(sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1), [0.025, 0.975])
    return float(sums.sum() / counts.sum()), float(low), float(high)


def measured(model: RewardModel, pairs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """For each pair whether the model, and whether length, puts the better argument first."""
    texts = sorted({(pair["prompt"], pair[side]) for pair in pairs for side in ("chosen", "rejected")})
    conversations = [([{"role": "user", "content": prompt}], text) for prompt, text in texts]
    reward = dict(zip(texts, model.rewards(conversations), strict=True))
    rows = []
    for pair in pairs:
        better, worse = (pair["prompt"], pair["chosen"]), (pair["prompt"], pair["rejected"])
        ours = float(reward[better] > reward[worse])
        longer = (len(pair["chosen"]) > len(pair["rejected"])) + (len(pair["chosen"]) == len(pair["rejected"])) / 2
        rows.append({"side": pair["side"], "ours": ours, "longer": longer, "more": ours - longer})
    return rows


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--pairs", type=Path, required=True)
    asked.add_argument("--folds", type=int, default=4)
    asked.add_argument("--only")
    asked.add_argument("--set", action="append", default=[])
    told = asked.parse_args()
    settings = load_settings(overrides=told.set).settings.reward
    pairs = read_pairs(told.pairs)
    debates = sorted({pair["debate"] for pair in pairs})
    rows: list[dict[str, Any]] = []
    for fold in [int(one) for one in told.only.split(",")] if told.only else range(told.folds):
        held = set(debates[fold :: told.folds])
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            seen = [pair for pair in pairs if pair["debate"] not in held]
            results = [trained(seen, settings, Path(folder), seed)[0] for seed in range(settings.members)]
            took = time.perf_counter() - began
            found = measured(RewardModel.load(results, settings), [pair for pair in pairs if pair["debate"] in held])
        rows += found
        print(f"fold {fold}: {len(found)} pairs of {len(held)} debates, trained in {took:.0f} s: " + shown(found))
    print("all folds: " + shown(rows))


def shown(rows: Sequence[dict[str, Any]]) -> str:
    parts = [
        f"{name} {mean:.3f} [{low:.3f}, {high:.3f}]"
        for name in ("ours", "longer", "more")
        for mean, low, high in [interval(rows, name)]
    ]
    return ", ".join(parts)


if __name__ == "__main__":
    main()
