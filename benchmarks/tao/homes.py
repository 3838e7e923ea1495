"""Homes of the product: one that draws what rewards are learned from, one for each unseen group, and their copies."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks.best_of import DRAWN, SETTINGS, chosen_rows, drawn_prompts, lakewheel, pairs_of, write_log
from benchmarks.tao.tasks import GROUP_OF_KIND, KINDS
from conf import Settings, load_settings

REWARD = (
    "reward.members=1",
    "reward.training.epochs=2",
    "reward.training.patience=null",
    "reward.training.learning_rate=0.0001",
)
OWN = ("mlflow", "logs", "staging", "checkpoints", "locks", "models")
"""What a copy does not take over: rooms that know their address, and models, which it shares."""
TRAINED = "trained.json"


@dataclass(frozen=True)
class Homes:
    """Where everything lies, and what it is made with."""

    folder: Path
    data: Path
    sources: int
    """How many prompts of each kind reward models learn from."""
    asked: tuple[str, ...]
    """Settings that whoever measures asks for."""

    @property
    def drawing(self) -> list[str]:
        return self.overrides()

    def overrides(self, *more: str) -> list[str]:
        """What every home is made with, more of it, and what is asked for, which has the last word."""
        return [*SETTINGS, *REWARD, *more, *self.asked]

    @cached_property
    def settings(self) -> Settings:
        return load_settings(overrides=self.drawing).settings

    def drawn(self) -> list[dict[str, Any]]:
        """Prompts of all kinds with their gold answers and what the base model drew; drawn once."""
        file = self.folder / "drawn.json"
        if not file.is_file():
            every = chosen_rows(self.data / KINDS, self.sources)
            kinds = {kind: rows for kind, rows in every.items() if kind in GROUP_OF_KIND}
            home, log = self.folder / "homes" / "sources", self.folder / "sources.jsonl"
            write_log(log, kinds)
            lakewheel(home, self.drawing, "prompts", "take", str(log))
            lakewheel(home, self.drawing, "generate")
            found = drawn_prompts(lakewheel(home, self.drawing, "--json", "sql", DRAWN), kinds)
            write_whole(file, json.dumps(found, ensure_ascii=False))
        known: list[dict[str, Any]] = json.loads(file.read_text())
        return known

    def unseen(self, group: str) -> tuple[Path, dict[str, Any]]:
        """A home with a reward model that learned from all groups but this one, and what came of it; trained once."""
        home = self.folder / "homes" / f"unseen-{group}"
        if not (home / TRAINED).is_file():
            others = [one for one in self.drawn() if GROUP_OF_KIND[one["kind"]] != group]
            file = self.folder / f"preferences-{group}.jsonl"
            write_rows(file, _preferences(others, self.settings))
            lakewheel(home, self.drawing, "preferences", "take", str(file))
            found = json_in(lakewheel(home, self.drawing, "--json", "reward", "train", "--round", "1"))
            write_whole(home / TRAINED, json.dumps(found))
        return home, json.loads((home / TRAINED).read_text())

    def fresh(self, group: str, name: str) -> Path:
        """A home that begins with the reward model of a group; what is there already goes on where it was."""
        home = self.folder / "homes" / name
        if not home.is_dir():
            source, _ = self.unseen(group)
            unfinished = home.with_name(f"{name}.unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            shutil.copytree(source, unfinished, ignore=shutil.ignore_patterns(*OWN))
            shutil.copytree(source / "models", unfinished / "models", copy_function=os.link)
            unfinished.rename(home)
        return home


def _preferences(prompts: Sequence[dict[str, Any]], settings: Settings) -> list[dict[str, Any]]:
    return [{"workload": one["kind"], **pair} for one in prompts for pair in pairs_of([one], settings)]


def json_in(told: str) -> dict[str, Any]:
    """What a command said with --json, after what it said while it worked."""
    found: dict[str, Any] = json.loads(told[told.index("{") :])
    return found


def write_rows(file: Path, rows: Sequence[dict[str, Any]]) -> None:
    """JSON Lines."""
    write_whole(file, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def write_whole(file: Path, text: str) -> None:
    """A file that is there is complete."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.write_text(text)
    unfinished.replace(file)
