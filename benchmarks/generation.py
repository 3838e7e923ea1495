"""Drawing answers: our engine beside `model.generate`, rows and precisions, and actors beside the bare engine.

python -m benchmarks.generation --prompts FILE.jsonl [--limit 24] [--top-p 0.95] [--samples 8] [--max-tokens 64]
    [--rows 64] [--cores 2] [--parts peers,rows,crew]

A prompt file is JSON Lines with `prompt` or `messages`; the prompts keep their order of arrival. Ratios are tokens a
second against the first line of each part. Nothing here touches Spark.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from conf import load_settings
from lakehouse.identity import identity
from pipelines.crew.batches import Batch, Done
from pipelines.crew.cluster import ray_cluster
from pipelines.crew.crew import Crew
from pipelines.engines.chat import prompt_tokens
from pipelines.engines.drawing import Room
from pipelines.engines.make import EngineMaker
from pipelines.engines.protocol import Ask, Sampling
from pipelines.engines.transformers_engine import TransformersEngine
from pipelines.generate.asking import Piece, ask
from pipelines.generate.drawer import DrawerMaker
from pipelines.generate.strategies import Way
from pipelines.models.embedded import embedded_model
from pipelines.models.loading import Loaded, Weights, load_causal

TEMPERATURE = 0.8


@dataclass(frozen=True)
class Task:
    """What is drawn: the same for everybody."""

    conversations: list[tuple[dict[str, str], ...]]
    samples: int
    max_tokens: int
    top_p: float

    @property
    def sampling(self) -> Sampling:
        return Sampling(TEMPERATURE, self.top_p, self.max_tokens)

    @property
    def asks(self) -> list[Ask]:
        return [Ask(messages, self.sampling, tuple(range(self.samples))) for messages in self.conversations]


def task_of(file: Path, limit: int, samples: int, max_tokens: int, top_p: float) -> Task:
    with gzip.open(file, "rt") if file.suffix == ".gz" else file.open() as lines:
        records = [json.loads(line) for line, _ in zip(lines, range(limit), strict=False)]
    return Task([_messages(record) for record in records], samples, max_tokens, top_p)


def _messages(record: dict[str, Any]) -> tuple[dict[str, str], ...]:
    if "messages" in record:
        return tuple(record["messages"])
    return ({"role": "user", "content": record.get("prompt") or record.get("input") or record["question"]},)


def plainly(loaded: Loaded, task: Task, prompts_at_once: int) -> int:
    """`model.generate` with `num_return_sequences`, in the order of arrival, padded on the left; tokens that count."""
    import torch

    end, made = loaded.tokenizer.eos_token_id, 0
    for start in range(0, len(task.conversations), prompts_at_once):
        some = task.conversations[start : start + prompts_at_once]
        tokens = [prompt_tokens(loaded.tokenizer, messages) for messages in some]
        longest = max(map(len, tokens))
        padded = torch.tensor([[end] * (longest - len(one)) + one for one in tokens])
        mask = torch.tensor([[0] * (longest - len(one)) + [1] * len(one) for one in tokens])
        with torch.inference_mode():
            out = loaded.model.generate(
                padded,
                attention_mask=mask,
                do_sample=True,
                temperature=TEMPERATURE,
                top_p=task.top_p,
                top_k=0,
                max_new_tokens=task.max_tokens,
                num_return_sequences=task.samples,
                pad_token_id=end,
            )
        said = out[:, longest:].tolist()
        made += sum(row.index(end) + 1 if end in row else len(row) for row in said)
    return made


def continuously(loaded: Loaded, task: Task) -> int:
    """Transformers' own continuous batching, a request for each sample."""
    from transformers import GenerationConfig

    settings = GenerationConfig(
        do_sample=True,
        temperature=TEMPERATURE,
        top_p=task.top_p,
        max_new_tokens=task.max_tokens,
        eos_token_id=loaded.tokenizer.eos_token_id,
        pad_token_id=loaded.tokenizer.eos_token_id,
    )
    tokens = [prompt_tokens(loaded.tokenizer, messages) for messages in task.conversations]
    repeated = [one for one in tokens for _ in range(task.samples)]
    outputs = loaded.model.generate_batch(inputs=repeated, generation_config=settings, progress_bar=False)
    return sum(len(output.generated_tokens) for output in outputs.values())


def ours(engine: TransformersEngine, task: Task) -> int:
    replies = engine.answer(task.asks)
    return sum(answer.answer_tokens for reply in replies if isinstance(reply, list) for answer in reply)


def crewed(weights: Weights, task: Task, actors: int, cores: int, rows: int) -> tuple[int, float]:
    """Through actors and staging, from the first batch given to the last one listed; the start is not counted."""
    settings = load_settings("base", [f"ray.actors={actors}", f"ray.cores_per_actor={cores}", f"engine.rows={rows}"])
    with tempfile.TemporaryDirectory() as folder, ray_cluster(settings.settings.ray) as crewing:
        make = EngineMaker(settings.settings.engine, weights)
        crew = Crew(DrawerMaker(make, Path(folder), "p", "run", 1, False), crewing, settings.settings.ray, None)
        began, made = 0.0, 0
        warm = [_batch(task, [number], f"warm-{number}") for number in range(actors)]
        size = -(-len(task.conversations) // (2 * actors))
        numbers = range(len(task.conversations))
        batches = [_batch(task, list(numbers[start : start + size]), "real") for start in numbers[::size]]
        for outcome in crew.work([*warm, *batches]):
            assert isinstance(outcome, Done)
            if outcome.batch in warm:
                began = time.perf_counter()
            else:
                made += sum(tally["answer_tokens"] for tally in outcome.result.spent.values())
        return made, time.perf_counter() - began


def _way(task: Task) -> Way:
    return Way("bare", "all", 0, None, (), (), task.sampling, task.samples, task.samples)


def _batch(task: Task, numbers: list[int], name: str) -> Batch:
    samples = tuple(range(task.samples))
    ids = {number: tuple(identity(name, number, one) for one in samples) for number in numbers}
    pieces = tuple(Piece(_way(task), str(at), task.conversations[at], ids[at], samples) for at in numbers)
    return Batch(pieces, tuple(piece.name for piece in pieces))


def measured(work: Callable[[], int]) -> tuple[int, float]:
    began = time.perf_counter()
    made = work()
    return made, time.perf_counter() - began


class Table:
    """Tokens a second as they are measured, and how many times the first line's that is."""

    def __init__(self, title: str) -> None:
        self.first: float | None = None
        print(f"\n{title}\n{'what':58} {'tokens':>7} {'seconds':>8} {'tokens/s':>9} {'ratio':>6}", flush=True)

    def __setitem__(self, name: str, figures: tuple[int, float]) -> None:
        made, seconds = figures
        rate = made / seconds
        self.first = self.first or rate
        print(f"{name:58} {made:7} {seconds:8.1f} {rate:9.1f} {rate / self.first:6.2f}", flush=True)


def peers(weights: Weights, task: Task, rows: int) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    precise = load_causal(weights, "cpu", "float32")
    plain = Loaded(
        AutoModelForCausalLM.from_pretrained(weights.folder, dtype=torch.float32).eval(), precise.tokenizer, ""
    )
    engine = TransformersEngine(precise, Room(rows, 100 * rows * task.max_tokens))
    few = max(1, rows // task.samples)
    lines = Table("Peers, float32")
    lines[f"model.generate, {few} prompts at once"] = measured(partial(plainly, plain, task, few))
    lines["model.generate, a prompt at a time"] = measured(partial(plainly, plain, task, 1))
    lines[f"ours, {rows} rows"] = measured(partial(ours, engine, task))
    lines[f"ours again, {rows} rows"] = measured(partial(ours, engine, task))
    lines["transformers' continuous batching"] = measured(partial(continuously, plain, task))


def by_rows(weights: Weights, task: Task) -> None:
    lines = Table("Rows and precision")
    for precision in ("float32", "bfloat16"):
        loaded = load_causal(weights, "cpu", precision)
        for rows in (16, 32, 64, 128, 256):
            engine = TransformersEngine(loaded, Room(rows, 100 * rows * task.max_tokens))
            lines[f"{precision}, {rows} rows"] = measured(partial(ours, engine, task))


def by_crew(weights: Weights, task: Task, rows: int, cores: int) -> None:
    import torch

    torch.set_num_threads(cores)
    engine = TransformersEngine(load_causal(weights, "cpu", "float32"), Room(rows, 100 * rows * task.max_tokens))
    size = -(-len(task.conversations) // 2)
    halves = [_batch(task, list(range(len(task.conversations)))[start : start + size], "bare") for start in (0, size)]

    def bare() -> int:
        drawn = [one for batch in halves for one in ask(engine, batch.pieces, reference=False)]
        return sum(one.final.answer_tokens for one in drawn)

    bare()  # warm, as the actors are
    lines = Table("Ray, staging and actors")
    lines[f"the bare engine, {cores} cores"] = measured(bare)
    lines[f"one actor of {cores} cores, with staging"] = crewed(weights, task, 1, cores, rows)
    lines["one actor of one core"] = crewed(weights, task, 1, 1, rows)
    lines["two actors of one core"] = crewed(weights, task, 2, 1, rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prompts", type=Path, required=True)
    parser.add_argument("--models", type=Path, default=Path(".lakewheel/models"))
    parser.add_argument("--limit", type=int, default=24)
    parser.add_argument("--top-p", type=float, default=0.95)
    parser.add_argument("--samples", type=int, default=8)
    parser.add_argument("--max-tokens", type=int, default=64)
    parser.add_argument("--rows", type=int, default=64)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--parts", default="peers,rows,crew")
    asked = parser.parse_args()
    task = task_of(asked.prompts, asked.limit, asked.samples, asked.max_tokens, asked.top_p)
    weights = Weights(str(embedded_model(asked.models)), "benchmark")
    if "peers" in asked.parts:
        peers(weights, task, asked.rows)
    if "rows" in asked.parts:
        by_rows(weights, task)
    if "crew" in asked.parts:
        by_crew(weights, task, asked.rows, asked.cores)


if __name__ == "__main__":
    main()
