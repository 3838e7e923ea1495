"""Tuning beside TRL: tokens a second and peak memory of our worker and of TRL's trainers on the same model and texts.

python -m benchmarks.tuning_peer --data FILE.jsonl.gz [--base FOLDER] [--models .lakewheel/models] [--rows 64]
    [--batch 8] [--methods sft,dpo] [--precision float32] [--rounds 3] [--most-tokens 512]

The file has `prompt` and `completion`; the worse answer of a pair is the next row's. Each training is a process of its
own: one epoch with LoRA of rank 16, steps of so many examples, nothing held out. Time counts from the loaded network to
the last step, the log-probabilities of the reference included; tokens are those of the texts, without padding. Ratios
are ours over TRL's, of the best round of each, for other work on the machine only ever adds.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.tune.task import TuneTask, task_of

SIDES = ("ours", "trl")
RANK, RATE = 16, 2e-4
BEGAN: list[float] = []


def rows_of(file: Path, base: Path, limit: int, most_tokens: int) -> list[dict[str, Any]]:
    """Texts and their tokens, of those that fit; each with the next one's answer as the worse one."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(base, local_files_only=True)
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt") as lines:
        texts = [json.loads(line) for line in lines]
    step = max(1, len(texts) // (2 * limit))  # all kinds of work, short and long
    fit: list[dict[str, Any]] = []
    for one in texts[::step]:
        asked = [{"role": "user", "content": one["prompt"]}]
        prompt = tokenizer.apply_chat_template(asked, tokenize=True, add_generation_prompt=True, return_dict=False)
        answer = [*tokenizer(one["completion"], add_special_tokens=False)["input_ids"], tokenizer.eos_token_id]
        if len(prompt) + len(answer) <= most_tokens // 2:
            fit.append({"messages": asked, "text": one["completion"], "prompt": prompt, "answer": answer})
    chosen = fit[:limit]
    return [
        {**one, "worse_text": other["text"], "worse": other["answer"]}
        for one, other in zip(chosen, [*chosen[1:], chosen[0]], strict=True)
    ]


@dataclass(frozen=True)
class Asked:
    """One training, as its process is told."""

    side: str
    method: str
    base: str
    rows: str
    batch: int
    precision: str


class TimedTask(TuneTask):
    """Tells when the network is ready to learn, which is when the reference is asked for."""

    def references(self, *asked: Any) -> Any:
        BEGAN.append(time.perf_counter())
        return super().references(*asked)


def train_ours(asked: Asked, rows: list[dict[str, Any]]) -> float:
    """Seconds of our worker, as the step would start it."""
    from conf import load_settings
    from pipelines.training.job import Job
    from pipelines.training.launch import launch

    changes = {"epochs": 1, "learning_rate": RATE, "schedule": "constant", "adapter_rank": RANK, "launcher": "process"}
    changes |= {"precision": asked.precision, "examples_per_step": asked.batch, "tokens_per_batch": 10**9}
    overrides = [f"tune.training.{name}={value}" for name, value in changes.items()]
    settings = load_settings(overrides=[f"tune.method={asked.method}", *overrides]).settings.tune
    with tempfile.TemporaryDirectory() as folder:
        seal_rows(Path(folder, "set"), rows)
        made = TimedTask(**vars(task_of(settings, Path(asked.base))))
        ended = []
        job = Job(Path(folder, "job"), Path(folder, "set"), 7, settings.training, made)
        launch(job, lambda step, steps, figures: ended.append(time.perf_counter()))
    return ended[-1] - BEGAN[0]


def seal_rows(folder: Path, rows: list[dict[str, Any]]) -> None:
    """The rows as the step's own sealed set of examples."""
    import pyarrow

    from pipelines.training.sealed import seal

    examples = [
        {
            "example_id": f"{number:06}",
            "split": "train",
            "tokens": [*row["prompt"], *row["answer"]],
            "answer_start": len(row["prompt"]),
            "rejected_tokens": [*row["prompt"], *row["worse"]],
            "rejected_start": len(row["prompt"]),
            "advantage": None,
            "weight": 1.0,
        }
        for number, row in enumerate(rows)
    ]
    seal(folder, "benchmark", pyarrow.Table.from_pylist(examples))


def train_trl(asked: Asked, rows: list[dict[str, Any]]) -> float:
    """Seconds of TRL's trainer with its own defaults, but for what both are told."""
    import torch
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import DPOConfig, DPOTrainer, SFTConfig, SFTTrainer  # type: ignore[attr-defined]

    config, trainer = {"sft": (SFTConfig, SFTTrainer), "dpo": (DPOConfig, DPOTrainer)}[asked.method]
    with tempfile.TemporaryDirectory() as folder:
        made = trainer(
            model=AutoModelForCausalLM.from_pretrained(asked.base, dtype=torch.float32, local_files_only=True),
            args=config(
                output_dir=folder,
                num_train_epochs=1,
                per_device_train_batch_size=asked.batch,
                learning_rate=RATE,
                lr_scheduler_type="constant",
                bf16=asked.precision == "bfloat16",
                gradient_checkpointing=False,
                max_length=None,
                use_cpu=not torch.cuda.is_available(),
                dataloader_pin_memory=False,
                save_strategy="no",
                report_to="none",
                disable_tqdm=True,
            ),
            train_dataset=Dataset.from_list([_as_trl_reads(asked.method, row) for row in rows]),
            processing_class=AutoTokenizer.from_pretrained(asked.base, local_files_only=True),
            peft_config=LoraConfig(
                task_type="CAUSAL_LM", r=RANK, lora_alpha=2 * RANK, lora_dropout=0.0, target_modules="all-linear"
            ),
        )
        began = time.perf_counter()
        made.train()
        return time.perf_counter() - began


def _as_trl_reads(method: str, row: dict[str, Any]) -> dict[str, Any]:
    better, worse = ([{"role": "assistant", "content": row[name]}] for name in ("text", "worse_text"))
    if method == "sft":
        return {"prompt": row["messages"], "completion": better}
    return {"prompt": row["messages"], "chosen": better, "rejected": worse}


def measured(asked: Asked) -> dict[str, float]:
    """Tokens a second and the most memory that the process ever held."""
    import torch

    rows = json.loads(Path(asked.rows).read_text())
    pairs = asked.method == "dpo"
    tokens = sum(len(row["prompt"]) * (1 + pairs) + len(row["answer"]) + pairs * len(row["worse"]) for row in rows)
    seconds = {"ours": train_ours, "trl": train_trl}[asked.side](asked, rows)
    if torch.cuda.is_available():
        memory = torch.cuda.max_memory_allocated()
    else:
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return {"tokens_per_second": tokens / seconds, "gigabytes": memory / 1e9}


def in_own_process(asked: Asked) -> dict[str, float]:
    """The figures of a training that shares its memory with nothing else."""
    command = [sys.executable, "-m", "benchmarks.tuning_peer", "--one", json.dumps(vars(asked))]
    ended = subprocess.run(command, capture_output=True, text=True)
    if ended.returncode:
        raise RuntimeError(f"{asked.side} {asked.method} ended with {ended.returncode}: {ended.stderr[-2000:]}")
    found: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--base", type=Path)
    parser.add_argument("--models", type=Path, default=Path(".lakewheel/models"))
    parser.add_argument("--methods", default="sft,dpo")
    parser.add_argument("--precision", default="float32")
    for name, default in (("rows", 64), ("batch", 8), ("rounds", 3), ("most-tokens", 512)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.one:
        print(json.dumps(measured(Asked(**json.loads(told.one)))))
        return
    if told.data is None:
        parser.error("expected --data FILE, JSON Lines with prompt and completion")
    compare(told)


def compare(told: argparse.Namespace) -> None:
    """Both sides in turn, round by round."""
    from pipelines.models.embedded import embedded_model

    base = told.base or embedded_model(told.models)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "rows.json")
        rows = rows_of(told.data, base, told.rows, told.most_tokens)
        file.write_text(json.dumps(rows))
        print(f"{len(rows)} examples, {told.batch} a step, {told.precision}")
        for method in told.methods.split(","):
            best: dict[str, dict[str, float]] = {}
            for _ in range(told.rounds):
                for side in SIDES:
                    found = in_own_process(
                        Asked(side, method, str(base.resolve()), str(file), told.batch, told.precision)
                    )
                    known = best.setdefault(side, found)
                    known["tokens_per_second"] = max(known["tokens_per_second"], found["tokens_per_second"])
                    known["gigabytes"] = min(known["gigabytes"], found["gigabytes"])
            for name in ("tokens_per_second", "gigabytes"):
                ours, trl = (best[side][name] for side in SIDES)
                print(f"{method:4} {name:18} ours {ours:9.2f}  trl {trl:9.2f}  ratio {ours / trl:.2f}", flush=True)


if __name__ == "__main__":
    main()
