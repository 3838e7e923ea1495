"""The arms: each answers the held-out prompts in its own way, and says what it was made of."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.best_of import add_gains, lakewheel, write_log
from benchmarks.tao.choices import Answers, choice_among
from benchmarks.tao.homes import Homes, write_rows
from benchmarks.tao.prompts import Prompt, Split
from benchmarks.tao.tasks import Task, values_of
from benchmarks.tuning import answers_to, tuned_folder, write_golds
from lakehouse.identity import identity
from pipelines.engines.protocol import Ask, Message, Sampling
from pipelines.models.weights import base_model
from pipelines.overlap import mean_overlaps
from pipelines.reward.scoring import RewardModel

SAMPLES = 8
ROUND = (
    "selection.holdout_share=0.0",
    "generate.strategies.concise.temperature=0.5",
    "generate.strategies.examples.orders=1",
    "tune.examples.least=2",
    "tune.training.epochs=3",
    "tune.training.learning_rate=0.0004",
    "tune.training.examples_per_step=8",
    "tune.training.patience=null",
)
SCORED = """
SELECT c.prompt_id, c.answer, s.value AS score, r.value AS reward FROM candidates c
JOIN scores s ON s.candidate_id = c.candidate_id AND s.scorer = 'combined'
JOIN scores r ON r.candidate_id = c.candidate_id AND r.scorer = 'reward'
WHERE c.round = {round} AND s.value IS NOT NULL AND r.value IS NOT NULL ORDER BY c.candidate_id
"""


class FirstRoundMissing(LookupError):
    """A second round was asked for before the first one is there."""


@dataclass(frozen=True)
class Bench:
    """One task under one seed, and where its homes are."""

    task: Task
    seed: int
    split: Split
    homes: Homes
    told: Callable[[str], dict[str, Any] | None]
    """What another arm of this task and seed was made of; None where it is not there."""

    def name(self, arm: str) -> str:
        return f"{self.task.name}-{self.seed}-{arm}"

    def overrides(self, strategies: Sequence[str]) -> list[str]:
        """The settings of a round that draws in these ways, eight answers to a prompt in all."""
        each = SAMPLES // len(strategies)
        drawing = [f"generate.use=[{', '.join(strategies)}]", f"generate.max_tokens={self.task.max_tokens}"]
        counts = [f"generate.first_samples={each}", f"generate.most_samples={each}", f"tune.seed={self.seed}"]
        return self.homes.overrides(*ROUND, *drawing, *counts)

    def greedy(self, model: Path, around: Callable[[str], tuple[Message, ...]]) -> list[str]:
        """A model's likeliest answer to each held-out prompt, with something around it or nothing."""
        sampling = Sampling(temperature=0.0, top_p=1.0, max_tokens=self.task.max_tokens)
        asks = [Ask(around(prompt.text), sampling, (1,)) for prompt in self.split.held]
        return [each[0] if each else "" for each in answers_to(model, asks, self.homes.settings)]

    def base_model(self) -> Path:
        """The folder of the model that is tuned."""
        home, _ = self.homes.unseen(self.task.group)
        return base_model(self.homes.settings.model, home / "models")


@dataclass(frozen=True)
class Found:
    """An answer to each held-out prompt, and what the arm was made of."""

    answers: list[str]
    told: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Arm:
    """How answers come about, and what that costs whenever the model is served."""

    act: Callable[[Bench], Found]
    serving: str
    needs_labels: bool = False
    is_seeded: bool = True
    """Whether another seed makes a difference."""


def _bare(text: str) -> tuple[Message, ...]:
    return ({"role": "user", "content": text},)


def _base(bench: Bench) -> Found:
    return Found(bench.greedy(bench.base_model(), _bare))


def _concise(bench: Bench) -> Found:
    """With the system prompt that candidates are drawn with: whoever serves may write that himself."""
    system = bench.homes.settings.generate.strategies["concise"].system or ""
    return Found(bench.greedy(bench.base_model(), lambda text: ({"role": "system", "content": system}, *_bare(text))))


def _few_shot(bench: Bench) -> Found:
    shown = [turn for one in bench.split.shown for turn in _turns(one)]
    return Found(bench.greedy(bench.base_model(), lambda text: (*shown, *_bare(text))))


def _turns(prompt: Prompt) -> list[Message]:
    return [{"role": "user", "content": prompt.text}, {"role": "assistant", "content": prompt.golds[0]}]


def _best_of_n(bench: Bench) -> Found:
    """Eight answers of the base to each bare prompt, and the one that scores highest as the product combines scores."""
    settings, held = bench.homes.settings, bench.split.held
    temperature = settings.generate.strategies["bare"].temperature
    sampling = Sampling(temperature, settings.generate.top_p, bench.task.max_tokens)
    asks = [Ask(_bare(one.text), sampling, _seeds(bench.seed, one)) for one in held]
    drawn = [texts or [""] for texts in answers_to(bench.base_model(), asks, settings)]
    home, trained = bench.homes.unseen(bench.task.group)
    members = sorted((home / "models" / "reward" / trained["policy_id"]).glob("member-*"))
    model = RewardModel.load(members, settings.reward)
    rows = [_said(bench, model, prompt, texts) for prompt, texts in zip(held, drawn, strict=True)]
    add_gains(rows)
    chosen = [texts[int(row["said"]["both"].argmax())] for row, texts in zip(rows, drawn, strict=True)]
    among = choice_among([Answers(row["f1"], list(row["said"]["both"]), row["said"]["reward"]) for row in rows])
    return Found(chosen, {"choice": asdict(among) if among else None})


def _seeds(seed: int, prompt: Prompt) -> tuple[int, ...]:
    return tuple(int(identity("draw", seed, prompt.prompt_id, place)[:8], 16) for place in range(SAMPLES))


def _said(bench: Bench, model: RewardModel, prompt: Prompt, texts: list[str]) -> dict[str, Any]:
    rewards = model.rewards([(_bare(prompt.text), text) for text in texts])
    agreement = [value or 0.0 for value in mean_overlaps(texts)]
    values = values_of(bench.task, [prompt] * len(texts), texts)
    return {"f1": values, "said": {"reward": rewards, "agreement": agreement}}


def _sft(bench: Bench) -> Found:
    """Tuned on the gold answers to the same prompts that the others see without any."""
    overrides = bench.overrides(bench.task.strategies)
    home = _with_prompts(bench, "sft", overrides)
    golds = bench.homes.folder / "files" / bench.name("golds.jsonl")
    write_golds(golds, {bench.task.name: [one.row for one in bench.split.train]})
    lakewheel(home, overrides, "ratings", "take", str(golds))
    return _tuned(bench, home, overrides, "sft")


def _tao(bench: Bench) -> Found:
    """From prompts alone."""
    overrides = bench.overrides(bench.task.strategies)
    return _round(bench, _with_prompts(bench, "tao", overrides), overrides, 1)


def _tao_five(bench: Bench) -> Found:
    """From prompts and five rated answers to other prompts, which stand in front of the prompt in half of the draws."""
    overrides = bench.overrides((*bench.task.strategies[-1:], "examples"))
    home = _with_prompts(bench, "tao_five", overrides)
    rated = [
        {"workload": bench.task.name, "prompt": one.text, "answer": one.golds[0], "rating": 5}
        for one in bench.split.shown
    ]
    file = bench.homes.folder / "files" / bench.name("rated.jsonl")
    write_rows(file, rated)
    lakewheel(home, overrides, "ratings", "take", str(file))
    return _round(bench, home, overrides, 1)


def _again(first: str) -> Callable[[Bench], Found]:
    """A second round: the tuned model answers the same bare prompts, and the base learns from all answers so far."""

    def act(bench: Bench) -> Found:
        told = bench.told(first)
        home = bench.homes.folder / "homes" / bench.name(first)
        if told is None or not home.is_dir():
            raise FirstRoundMissing(f"expected the arm {first} of {bench.name(first)} with its home. Run it first.")
        return _round(bench, home, bench.overrides(("bare",)), 2, "--policy", told["policy_id"])

    return act


def _with_prompts(bench: Bench, arm: str, overrides: Sequence[str]) -> Path:
    """A home with the reward model that has not seen the task, and the prompts to tune on as a log."""
    home = bench.homes.fresh(bench.task.group, bench.name(arm))
    log = bench.homes.folder / "files" / bench.name("log.jsonl")
    write_log(log, {bench.task.name: [one.row for one in bench.split.train]})
    lakewheel(home, overrides, "prompts", "take", str(log))
    return home


def _round(bench: Bench, home: Path, overrides: Sequence[str], round: int, *policy: str) -> Found:
    """Draw, score, tune; what there was to choose is measured beside it, and nothing learns from that."""
    lakewheel(home, overrides, "generate", "--round", str(round), *policy)
    lakewheel(home, overrides, "score", "--round", str(round))
    rows = json.loads(lakewheel(home, overrides, "--json", "sql", SCORED.format(round=round)))
    found = _tuned(bench, home, overrides, "best_of_n", "--round", str(round))
    among = choice_among(_answers(bench, rows))
    found.told["choice"] = asdict(among) if among else None
    return found


def _answers(bench: Bench, rows: Sequence[dict[str, Any]]) -> list[Answers]:
    """By prompt; those that redaction has changed are not known here."""
    prompts = {one.prompt_id: one for one in bench.split.train}
    known = [row for row in rows if row["prompt_id"] in prompts]
    values = values_of(bench.task, [prompts[row["prompt_id"]] for row in known], [row["answer"] for row in known])
    groups: dict[str, list[tuple[float, float, float]]] = {}
    for row, value in zip(known, values, strict=True):
        groups.setdefault(row["prompt_id"], []).append((value, row["score"], row["reward"]))
    return [Answers(*map(list, zip(*group, strict=True))) for group in groups.values()]


def _tuned(bench: Bench, home: Path, overrides: Sequence[str], method: str, *words: str) -> Found:
    model, found = tuned_folder(home, overrides, method, *words)
    kept = ("policy_id", "examples", "steps", "tokens", "seconds")
    return Found(bench.greedy(model, _bare), {name: found[name] for name in kept})


ARMS = {
    "base": Arm(_base, "1", is_seeded=False),
    "concise": Arm(_concise, "1, and a system prompt", is_seeded=False),
    "few_shot": Arm(_few_shot, "1, and five examples in every prompt", needs_labels=True),
    "best_of_n": Arm(_best_of_n, f"{SAMPLES} answers and their scores"),
    "sft": Arm(_sft, "1", needs_labels=True),
    "tao": Arm(_tao, "1"),
    "tao_five": Arm(_tao_five, "1", needs_labels=True),
    "tao_again": Arm(_again("tao"), "1"),
    "tao_five_again": Arm(_again("tao_five"), "1", needs_labels=True),
}
USUAL = ("base", "concise", "few_shot", "best_of_n", "sft", "tao", "tao_five")
"""What is run unless others are named; a second round is asked for by name."""
