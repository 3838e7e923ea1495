"""What choosing by a reward model gains on kinds of work that it has never seen, kind after kind held out.

python -m benchmarks.best_of --data p3_subset/examples.jsonl.gz --home FOLDER [--each 40] [--folds 5] [--set A.B=C ...]

The product takes prompts of all kinds in and draws eight answers to each with the embedded model; the folder keeps what
is done. Then, fold by fold, some families of kinds are held out: the other families' gold answers become hard pairs, by
the product's own rule, a reward model learns from those, and on the held-out prompts it chooses one of the eight. The
gain is that answer's token F1 less the mean answer's; a perfect choice stands beside it. Intervals are of a bootstrap
over prompts.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy

from benchmarks.reward import trained
from conf import Settings, load_settings
from lakehouse.identity import identity
from pipelines.overlap import mean_overlaps, token_overlap
from pipelines.prompts.normal import prompt_id_of_text
from pipelines.reward.pairs.gold import hard_pairs
from pipelines.reward.scoring import RewardModel

RESAMPLES = 4000
WAYS = ("reward", "agreement", "both", "oracle")

MOST_CHARACTERS = 1500
SETTINGS = (
    "selection.clustering=false",
    "selection.most_per_workload=null",
    "selection.most_per_person=null",
    "selection.holdout_share=0.01",
    "generate.use=[concise]",
    "generate.strategies.concise.temperature=0.8",
    "generate.first_samples=8",
    "generate.most_samples=8",
    "generate.max_tokens=32",
    "generate.reference=false",
)


def chosen_rows(file: Path, each: int | None) -> dict[str, list[dict[str, Any]]]:
    """So many rows of each kind of work (None for all), by their digest, none longer than a small model reads well."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    with gzip.open(file, "rt") as lines:
        for row in map(json.loads, lines):
            if len(row["prompt"]) <= MOST_CHARACTERS:
                kinds.setdefault(row["template"], []).append(row)
    return {kind: sorted(rows, key=lambda row: identity(row["prompt"]))[:each] for kind, rows in sorted(kinds.items())}


def family_of(kind: str) -> str:
    """Kinds made from one data set are one family: dbert and dbidaf of adversarial_qa, for example."""
    return kind.partition("_")[0]


def write_log(file: Path, kinds: dict[str, list[dict[str, Any]]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    logs = [
        {
            "id": identity(kind, row["prompt"]),
            "messages": [{"role": "user", "content": row["prompt"]}],
            "metadata": {"workload": kind},
        }
        for kind, rows in kinds.items()
        for row in rows
    ]
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in logs))


def lakewheel(home: Path, settings: Sequence[str], *words: str) -> str:
    """One command of the product; it says what came of it."""
    overrides = [part for one in settings for part in ("--set", one)]
    command = [sys.executable, "-m", "jobs.command", "--home", str(home), *overrides, *words]
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {done.returncode}:\n{done.stderr}")
    seconds, first = time.perf_counter() - began, done.stdout.splitlines()[0]
    print(f"[{seconds:6.0f} s] {' '.join(words[:2])}: {first[:160]}", flush=True)
    return done.stdout


DRAWN = """
SELECT p.prompt_id, p.workload AS kind, p.messages[1].content AS prompt, c.candidate_id AS name, c.answer
FROM candidates c JOIN prompts p USING (prompt_id) WHERE p.split = 'train' ORDER BY c.candidate_id
"""


def drawn_prompts(found: str, kinds: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Each prompt with its gold answer and what was drawn, and the F1 of each; not those that redaction changed."""
    golds = {prompt_id_of_text(row["prompt"]): row["completion"].strip() for rows in kinds.values() for row in rows}
    prompts: dict[str, dict[str, Any]] = {}
    for row in json.loads(found):
        gold = golds.get(row["prompt_id"])
        if gold is None:
            continue
        one = prompts.setdefault(row["prompt"], {**row, "gold": gold, "family": family_of(row["kind"]), "drawn": []})
        one["drawn"].append((row["name"], row["answer"]))
    for one in prompts.values():
        one["f1"] = [token_overlap(answer, one["gold"]) for _, answer in one["drawn"]]
    return list(prompts.values())


def pairs_of(prompts: Iterable[dict[str, Any]], settings: Settings) -> list[dict[str, Any]]:
    return [
        {"prompt": one["prompt"], "chosen": pair.chosen, "rejected": pair.rejected}
        for one in prompts
        for pair in hard_pairs(one["drawn"], [one["gold"]], settings.pairs)
    ]


def measured(model: RewardModel, prompts: Sequence[dict[str, Any]], settings: Settings) -> list[dict[str, Any]]:
    """For each prompt what is said of its answers, by whom, and how many of its hard pairs the model orders rightly."""
    rows = []
    for one in prompts:
        conversation = [{"role": "user", "content": one["prompt"]}]
        pairs = pairs_of([one], settings)
        texts = [answer for _, answer in one["drawn"]]
        compared = [pair[side] for pair in pairs for side in ("chosen", "rejected")]
        rewards = model.rewards([(conversation, text) for text in [*texts, *compared]])
        sides = iter(rewards[len(texts) :])
        right = sum(better > worse for better, worse in zip(sides, sides, strict=True))
        said = {"reward": rewards[: len(texts)], "agreement": mean_overlaps(texts), "oracle": one["f1"]}
        rows.append({"kind": one["kind"], "f1": one["f1"], "said": said, "right": right, "pairs": len(pairs)})
    return rows


def add_gains(rows: Sequence[dict[str, Any]]) -> None:
    """What each way of choosing gains over the mean answer; both together as scoring combines them."""
    units = {name: _unit(rows, name) for name in ("reward", "agreement")}
    for row in rows:
        apart = [_centred(row["said"][name]) / unit for name, unit in units.items()]
        row["said"]["both"] = apart[0] + apart[1]
        mean = fmean(row["f1"])
        row["gains"] = {name: row["f1"][int(numpy.argmax(told))] - mean for name, told in row["said"].items()}


def _unit(rows: Sequence[dict[str, Any]], name: str) -> float:
    """What usually tells a prompt's answers apart, for a workload."""
    every = numpy.concatenate([_centred(row["said"][name]) for row in rows])
    return float(numpy.sqrt((every**2).mean())) or 1.0


def _centred(values: Sequence[float]) -> numpy.ndarray:
    return numpy.asarray(values) - fmean(values)


def interval(values: Sequence[float]) -> str:
    """The mean, and a 95 per cent interval of a bootstrap over prompts."""
    known = numpy.asarray(values)
    drawn = numpy.random.default_rng(7).integers(0, len(known), (RESAMPLES, len(known)))
    low, high = numpy.quantile(known[drawn].mean(axis=1), [0.025, 0.975])
    return f"{known.mean():+.3f} [{low:+.3f}, {high:+.3f}]"


def shown(name: str, rows: Sequence[dict[str, Any]]) -> str:
    accuracy = sum(row["right"] for row in rows) / max(1, sum(row["pairs"] for row in rows))
    gains = ", ".join(f"{way} {interval([row['gains'][way] for row in rows])}" for way in WAYS)
    mean = fmean(fmean(row["f1"]) for row in rows)
    return f"{name:52} {len(rows):4} prompts, mean F1 {mean:.3f}, pairs {accuracy:.3f}; gain by {gains}"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--data", type=Path, required=True)
    asked.add_argument("--home", type=Path, required=True)
    asked.add_argument("--each", type=int, default=40)
    asked.add_argument("--folds", type=int, default=5)
    asked.add_argument("--set", action="append", default=[])
    told = asked.parse_args()
    kinds = chosen_rows(told.data, told.each)
    overrides = [*SETTINGS, *told.set]
    settings = load_settings(overrides=overrides).settings
    log, home = told.home / "logs.jsonl", told.home / "home"
    write_log(log, kinds)
    lakewheel(home, overrides, "prompts", "take", str(log))
    lakewheel(home, overrides, "generate")
    prompts = drawn_prompts(lakewheel(home, overrides, "--json", "sql", DRAWN), kinds)
    families = sorted({one["family"] for one in prompts}, key=lambda family: identity("held", family))
    rows: list[dict[str, Any]] = []
    for fold in range(told.folds):
        held = set(families[fold :: told.folds])
        pairs = pairs_of([one for one in prompts if one["family"] not in held], settings)
        with tempfile.TemporaryDirectory() as folder:
            members = [
                trained(pairs, settings.reward, Path(folder), seed)[0] for seed in range(settings.reward.members)
            ]
            model = RewardModel.load(members, settings.reward)
            found = measured(model, [one for one in prompts if one["family"] in held], settings)
        for kind in {row["kind"] for row in found}:
            add_gains([row for row in found if row["kind"] == kind])
        print(shown(f"fold {fold}: {', '.join(sorted(held))}, {len(pairs)} pairs", found), flush=True)
        rows += found
    for kind in sorted(kinds):
        own = [row for row in rows if row["kind"] == kind]
        print(shown(kind, own) if own else f"{kind:52} none was drawn for")
    print(shown("all, each unseen by the model that chose", rows))


if __name__ == "__main__":
    main()
