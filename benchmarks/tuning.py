"""Whether tuning moves the true metric on prompts never seen, by each method: the product's own steps, in order.

python -m benchmarks.tuning --data p3_subset/examples.jsonl.gz --home FOLDER [--each 30] [--held 15]
    [--methods sft,sft:full,best_of_n,dpo,kto,grpo] [--general seed_tasks.jsonl] [--set A.B=C ...]

Prompts of all kinds are taken in with their gold answers, the embedded model draws eight answers to each, and they are
scored by a rule that knows the gold (token F1), so the best of them is truly the best. The model is tuned by each
method, by LoRA or, where `:full` stands behind it, all of it at a lower rate. It then answers other prompts of
the same kinds, greedily and without any strategy, as its base does; the difference in token F1 has an interval of a
bootstrap over prompts, which are the same for both. What is forgotten is how many more bits it needs for each byte of
the answers to general tasks (`--general`, lines with `instruction` and `instances`, or `question` and `answer`).
`--home` keeps what is done, and may be that of benchmarks.best_of.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.best_of import MOST_CHARACTERS, SETTINGS, chosen_rows, interval, lakewheel, write_log
from conf import Settings, load_settings
from pipelines.engines.make import EngineMaker
from pipelines.engines.protocol import Ask, Said, Sampling, Told
from pipelines.evaluate.answers import bits_per_byte
from pipelines.models.embedded import embedded_model
from pipelines.models.loading import Weights
from pipelines.overlap import token_overlap

TRULY = (
    "rules.all=[{name: gold, check: token_f1, least: 0.5}]",
    "score.workloads.all={weights: {reward: 0.0, agreement: 0.0, rule:gold: 1.0}, gates: []}",
    "tune.examples.least_gap=0.05",
)
FULL = ("tune.training.adapter_rank=null", "tune.training.learning_rate=2.0e-5")
MOST_GENERAL = 170
GREEDY = Sampling(temperature=0.0, top_p=1.0, max_tokens=32)


def write_golds(file: Path, kinds: dict[str, list[dict[str, Any]]]) -> None:
    golds = [
        {"workload": kind, "prompt": row["prompt"], "answer": row["completion"], "gold": True}
        for kind, rows in kinds.items()
        for row in rows
    ]
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in golds))


def figures_of(folder: Path, rows: Sequence[dict[str, Any]], settings: Settings) -> list[float]:
    """The F1 of the model's greedy answer to each bare prompt."""
    asks = [Ask(({"role": "user", "content": row["prompt"]},), GREEDY, (1,)) for row in rows]
    replies = answers_to(folder, asks, settings)
    return [
        token_overlap(reply[0], row["completion"]) if reply else 0.0 for reply, row in zip(replies, rows, strict=True)
    ]


def answers_to(folder: Path, asks: Sequence[Ask], settings: Settings) -> list[list[str]]:
    """The texts of a model's answers to each ask; none to one that it refuses."""
    engine = EngineMaker(settings.engine, Weights(str(folder), ""))()
    try:
        replies = engine.answer(asks)
    finally:
        engine.close()
    return [[one.text for one in reply] if isinstance(reply, list) else [] for reply in replies]


def bits_of(folder: Path, told: Sequence[Told], settings: Settings) -> list[float]:
    """What the model needs for each byte of the answer to each general task."""
    engine = EngineMaker(settings.engine, Weights(str(folder), ""))()
    try:
        found = engine.log_probabilities(told)
    finally:
        engine.close()
    bits = [bits_per_byte([task.answers[0].text], own) for task, own in zip(told, found, strict=True)]
    return [one for one in bits if one is not None]


def general_tasks(file: Path) -> list[Told]:
    """The first tasks that are short enough, with their answers."""
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    pairs = [_asked_and_answer(row) for row in rows]
    short = [one for one in pairs if one[1] and len(one[0]) + len(one[1]) <= MOST_CHARACTERS]
    return [Told(({"role": "user", "content": asked},), (Said(answer),)) for asked, answer in short[:MOST_GENERAL]]


def _asked_and_answer(row: dict[str, Any]) -> tuple[str, str]:
    if "question" in row:
        return row["question"], row["answer"].strip()
    first = row["instances"][0]
    return "\n\n".join(part for part in (row["instruction"], first["input"]) if part), first["output"].strip()


def tuned_folder(home: Path, overrides: Sequence[str], method: str, *words: str) -> tuple[Path, dict[str, Any]]:
    """Tune by the product's step, and where the model is."""
    name, _, way = method.partition(":")
    told = lakewheel(
        home, [*overrides, f"tune.method={name}", *(FULL if way == "full" else ())], "--json", "tune", *words
    )
    found = json.loads(told[told.index("{") :])
    return home / "models" / "tuned" / found["policy_id"] / "model", found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--data", type=Path, required=True)
    asked.add_argument("--home", type=Path, required=True)
    asked.add_argument("--each", type=int, default=30)
    asked.add_argument("--held", type=int, default=15)
    asked.add_argument("--methods", default="sft,best_of_n,dpo,kto,grpo")
    asked.add_argument("--general", type=Path)
    asked.add_argument("--set", action="append", default=[])
    told = asked.parse_args()
    rows = chosen_rows(told.data, told.each + told.held)
    kinds = {kind: own[: told.each] for kind, own in rows.items()}
    held = [row for own in rows.values() for row in own[told.each :]]
    overrides = [*SETTINGS, *TRULY, *told.set]
    settings = load_settings(overrides=overrides).settings
    home, files = told.home / "home", told.home / "files"
    write_log(files / "logs.jsonl", kinds)
    write_golds(files / "golds.jsonl", kinds)
    lakewheel(home, overrides, "prompts", "take", str(files / "logs.jsonl"))
    lakewheel(home, overrides, "ratings", "take", str(files / "golds.jsonl"))
    lakewheel(home, overrides, "generate")
    lakewheel(home, overrides, "score")
    general = general_tasks(told.general) if told.general else []
    folder = embedded_model(home / "models")
    base, known = figures_of(folder, held, settings), bits_of(folder, general, settings) if general else []
    print(f"base: F1 {fmean(base):.3f} on {len(held)} prompts of {len(kinds)} kinds, none of them seen")
    if known:
        print(f"base: {fmean(known):.3f} bits for a byte of the answers to {len(known)} general tasks")
    for method in told.methods.split(","):
        began = time.perf_counter()
        folder, found = tuned_folder(home, overrides, method)
        took = time.perf_counter() - began
        after = figures_of(folder, held, settings)
        more = interval([new - old for new, old in zip(after, base, strict=True)])
        print(
            f"{method:10} {found['examples']} examples, {found['steps']} steps, {found['seconds']:.0f} s of training, "
            f"{took:.0f} s in all: F1 {fmean(after):.3f}, {more} more than the base",
            flush=True,
        )
        if known:
            knows = bits_of(folder, general, settings)
            print(
                f"    bits a byte: {interval([new - old for new, old in zip(knows, known, strict=True)])} more",
                flush=True,
            )


if __name__ == "__main__":
    main()
