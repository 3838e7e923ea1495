"""Scoring answers with a reward model: by length and in full batches, beside one by one and beside naive padding.

python -m benchmarks.scoring (--data FILE.jsonl.gz | --candidates HOME) [--limit 200] [--rounds 3]

The file has `prompt` and `completion`, and every answer is different, so that nothing is saved by reading it once. A
home gives the candidates that were drawn there, as scoring meets them; some are the same. All three score the same
network on the same texts and agree; ratios are answers a second against the first line. The least time of the rounds
counts, for other work on the machine only ever adds.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from conf import load_settings
from pipelines.reward.encoding import base_folder, reader_of
from pipelines.reward.network import reward_network, save_network
from pipelines.reward.scoring import RewardModel

NAIVE_ROWS = 32


def texts_of(file: Path, limit: int) -> list[tuple[str, str]]:
    with gzip.open(file, "rt") as lines:
        rows = [json.loads(line) for line in lines]
    step = max(1, len(rows) // limit)  # all kinds of work, short and long
    return [(row["prompt"], row["completion"]) for row in rows[::step]][:limit]


def candidates_of(home: Path, limit: int) -> list[tuple[str, str]]:
    """All candidates of the first prompts, until there are so many."""
    from conf import load_settings
    from lakehouse.asking import duckdb_asker
    from lakehouse.home import home_at
    from lakehouse.place import Place

    asker = duckdb_asker(Place(home_at(str(home)), load_settings().settings.lakehouse))
    rows = asker.rows(
        "SELECT p.messages[-1].content AS prompt, c.answer FROM candidates c JOIN prompts p USING (prompt_id) "
        f"ORDER BY p.prompt_id, c.candidate_id LIMIT {limit}"
    )
    return [(row["prompt"], row["answer"]) for row in rows]


def one_by_one(network: Any, tokenizer: Any, texts: Sequence[tuple[str, str]], most: int) -> list[float]:
    """transformers' own pipeline, as its first example calls it."""
    from transformers import pipeline

    classify: Any = pipeline("text-classification", model=network, tokenizer=tokenizer, device=-1)
    settings = {"function_to_apply": "none", "truncation": True, "max_length": most}
    return [float(classify({"text": prompt, "text_pair": answer}, **settings)["score"]) for prompt, answer in texts]


def padded(network: Any, tokenizer: Any, texts: Sequence[tuple[str, str]], most: int) -> list[float]:
    """Batches in the order of arrival, each padded to its longest."""
    import torch

    found: list[float] = []
    for start in range(0, len(texts), NAIVE_ROWS):
        prompts, answers = zip(*texts[start : start + NAIVE_ROWS], strict=True)
        tokens = tokenizer(
            list(prompts), list(answers), padding=True, truncation=True, max_length=most, return_tensors="pt"
        )
        with torch.inference_mode():
            found += network(**tokens).logits.squeeze(-1).tolist()
    return found


def ours(model: RewardModel, texts: Sequence[tuple[str, str]]) -> list[float]:
    return model.rewards([([{"role": "user", "content": prompt}], answer) for prompt, answer in texts])


def least_seconds(work: Callable[[], list[float]], rounds: int) -> tuple[float, list[float]]:
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        found = work()
        took.append(time.perf_counter() - began)
    return min(took), found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given = asked.add_mutually_exclusive_group(required=True)
    given.add_argument("--data", type=Path)
    given.add_argument("--candidates", type=Path, metavar="HOME")
    asked.add_argument("--limit", type=int, default=200)
    asked.add_argument("--rounds", type=int, default=3)
    told = asked.parse_args()
    texts = texts_of(told.data, told.limit) if told.data else candidates_of(told.candidates, told.limit)
    print(f"{len(texts)} answers, {len(set(texts))} different")
    base = base_folder("embedded")
    with tempfile.TemporaryDirectory() as folder:
        save_network(reward_network(base), base, Path(folder))
        network, most = reward_network(Path(folder)).eval(), 512
        tokenizer = reader_of(folder, most).tokenizer
        models = {
            name: RewardModel.load(
                [Path(folder)],
                load_settings(
                    overrides=[f"reward.most_tokens={most}", f"reward.training.precision={name}"]
                ).settings.reward,
            )
            for name in ("float32", "bfloat16")
        }
        ways: dict[str, Callable[[], list[float]]] = {
            "pipeline, one by one": lambda: one_by_one(network, tokenizer, texts, most),
            f"naive padding, {NAIVE_ROWS} at once": lambda: padded(network, tokenizer, texts, most),
            "ours, float32": lambda: ours(models["float32"], texts),
            "ours, as the hardware likes it": lambda: ours(models["bfloat16"], texts),
        }
        first: tuple[float, list[float]] | None = None
        for name, work in ways.items():
            seconds, found = least_seconds(work, told.rounds)
            first = first or (seconds, found)
            apart = max(abs(one - other) for one, other in zip(found, first[1], strict=True))
            print(
                f"{name:34} {len(texts) / seconds:7.1f} answers/s {first[0] / seconds:5.2f}x, at most {apart:.1e} apart"
            )


if __name__ == "__main__":
    main()
