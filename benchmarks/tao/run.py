"""What tuning on prompts alone gains, beside its rivals, on several kinds of work; it goes on where it was ended.

python -m benchmarks.tao.run --data FOLDER --home FOLDER [--tasks document_qa,choice] [--seeds 1,2] [--arms base,tao]
    [--each 32] [--held 48] [--sources 20] [--set A.B=C ...] [--sweep] [--table]

Every task, seed and arm is a JSON file under HOME/results with the figure of each held-out prompt; what is there is not
done again. The reward model of a task learned from gold answers to other groups of work alone. All arms answer the
same held-out prompts; which prompts tune and which five are shown is drawn anew by each seed. --table only writes
HOME/table.md anew, and --sweep removes the homes of what is done, a gigabyte for each tuned model.
On two quiet cores a task and seed takes about twenty minutes, and the reward model of each group eight more, once.
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.tao import arms, tasks
from benchmarks.tao.arms import ARMS, Arm, Bench
from benchmarks.tao.homes import Homes, write_whole
from benchmarks.tao.prompts import split_of
from benchmarks.tao.results import Result, Shelf
from benchmarks.tao.table import summary_of, table_of
from benchmarks.tao.tasks import TASKS, values_of


def main() -> None:
    told = _told()
    homes = Homes(told.home, told.data, told.sources, tuple(told.set))
    made_with = {"each": told.each, "held": told.held, "sources": told.sources, "set": told.set}
    shelf = Shelf(told.home / "results", made_with)
    failed: list[str] = []
    pages: list[str] = []
    for name in told.tasks:
        loaded, left_out = TASKS[name].load(told.data, told.home / "databases")
        for seed in [] if told.table else told.seeds:
            split = split_of(loaded, seed, told.each, told.held)
            failed += run_task(Bench(TASKS[name], seed, split, homes, _teller(shelf, name, seed)), told.arms, shelf)
            if told.sweep:
                sweep(homes, name, seed)
        results = [one for one in shelf.every() if one.task == name]
        if results:
            pages.append(table_of(TASKS[name], results, left_out, homes.settings.trust))
            print(f"\n{pages[-1]}\n", flush=True)
    if pages:
        page = "\n\n".join((summary_of(shelf.every(), homes.settings.trust), *pages))
        write_whole(told.home / "table.md", page + "\n")
        print(f"all of it is in {told.home / 'table.md'}")
    if failed:
        raise SystemExit(f"these arms have no result; run it again to try them again: {', '.join(failed)}")


def run_task(bench: Bench, names: Sequence[str], shelf: Shelf) -> list[str]:
    """Every arm that has no result yet; one that fails stops no other. The names of those that failed."""
    failed = []
    for name in names:
        arm, place = ARMS[name], bench.name(name)
        if arm.needs_labels and not all(one.golds for one in (*bench.split.shown, *bench.split.train)):
            print(f"{place}: not possible, for the task has checks and no gold answers", flush=True)
            continue
        if shelf.get(bench.task.name, bench.seed, name):
            print(f"{place}: is there", flush=True)
            continue
        bench.homes.unseen(bench.task.group)  # what every arm needs; where it fails, nothing goes on
        try:
            result = _result(bench, name, arm, shelf)
        except (Exception, SystemExit) as error:
            print(f"{place}: FAILED: {type(error).__name__}: {error}", flush=True)
            failed.append(place)
        else:
            shelf.put(result)
            mean = sum(result.values.values()) / len(result.values)
            print(f"{place}: {bench.task.metric} {mean:.3f} in {result.seconds / 60:.1f} min", flush=True)
    return failed


def _result(bench: Bench, name: str, arm: Arm, shelf: Shelf) -> Result:
    """What the arm does, or what it did under another seed where seeds make no difference."""
    known = [] if arm.is_seeded else [one for one in shelf.every() if (one.task, one.arm) == (bench.task.name, name)]
    if known:
        return replace(known[0], seed=bench.seed)
    began = time.perf_counter()
    found = arm.act(bench)
    held = bench.split.held
    values = values_of(bench.task, held, found.answers)
    prompts = [
        {"prompt_id": prompt.prompt_id, "value": value, "answer": answer}
        for prompt, value, answer in zip(held, values, found.answers, strict=True)
    ]
    _, trained = bench.homes.unseen(bench.task.group)
    reward = {key: trained[key] for key in ("policy_id", "pairs", "held_out", "accuracy")}
    told: dict[str, Any] = {**found.told, "reward": reward}
    return Result(
        bench.task.name, bench.seed, name, shelf.made_with, prompts, told, round(time.perf_counter() - began, 1)
    )


def _teller(shelf: Shelf, task: str, seed: int) -> Any:
    def told(arm: str) -> dict[str, Any] | None:
        found = shelf.get(task, seed, arm)
        return None if found is None else dict(found.told)

    return told


def sweep(homes: Homes, task: str, seed: int) -> None:
    """Remove the homes of a task and seed, a gigabyte each; a second round of them is not possible any more."""
    for home in (homes.folder / "homes").glob(f"{task}-{seed}-*"):
        shutil.rmtree(home)


def _told() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--data", type=Path, required=True)
    asked.add_argument("--home", type=Path, required=True)
    asked.add_argument("--tasks", type=_names_of(TASKS), default=tasks.USUAL)
    asked.add_argument("--seeds", type=lambda text: [int(one) for one in text.split(",")], default=[1, 2])
    asked.add_argument("--arms", type=_names_of(ARMS), default=arms.USUAL)
    asked.add_argument("--each", type=int, default=32)
    asked.add_argument("--held", type=int, default=48)
    asked.add_argument("--sources", type=int, default=20)
    asked.add_argument("--set", action="append", default=[])
    asked.add_argument("--sweep", action="store_true")
    asked.add_argument("--table", action="store_true")
    return asked.parse_args()


def _names_of(known: dict[str, Any]) -> Any:
    def names(text: str) -> list[str]:
        unknown = sorted(set(text.split(",")) - set(known))
        if unknown:
            raise argparse.ArgumentTypeError(f"expected some of {', '.join(known)}, and got {', '.join(unknown)}")
        return text.split(",")

    return names


if __name__ == "__main__":
    main()
