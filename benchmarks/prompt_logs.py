"""From logs to candidates on published prompts: each command as a user runs it, its time, and what came of the rows.

python -m benchmarks.prompt_logs --data FOLDER [--prompts 24] [--log-lines 300] [--home FOLDER]

FOLDER holds ifeval, p3_subset and gsm8k as JSON Lines. Their prompts are written as an application's log, of which a
tenth arrives later: drawing again should then cost nothing, and a tenth more about that tenth.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SETS = {"ifeval": "prompt", "p3_subset": "prompt", "gsm8k": "question"}
SETTINGS = ("generate.use=[bare, concise]", "generate.max_tokens=48", "generate.first_samples=4")


def records(data: Path, most: int) -> Iterator[dict[str, Any]]:
    """Requests as an application would log them, one set after another."""
    for name, field in SETS.items():
        (file,) = sorted((data / name).glob("*.jsonl.gz"))
        with gzip.open(file, "rt") as lines:
            for number, line in zip(range(most), lines, strict=False):
                text = json.loads(line)[field]
                yield {
                    "id": f"{name}-{number}",
                    "created": 1_790_000_000 + number,
                    "user": f"{name}-{number % 40}",
                    "messages": [{"role": "user", "content": text}],
                    "metadata": {"workload": name},
                }


def write_logs(data: Path, folder: Path, most: int) -> tuple[Path, Path]:
    first, second = folder / "first.jsonl", folder / "second.jsonl"
    lines = [json.dumps(record) + "\n" for record in records(data, most)]
    first.write_text("".join(line for number, line in enumerate(lines) if number % 10))
    second.write_text("".join(lines[::10]))
    return first, second


def command(home: Path, *arguments: str) -> tuple[Any, float]:
    """What a command says as JSON, and its seconds from start to end."""
    settings = [part for setting in SETTINGS for part in ("--set", setting)]
    began = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-m", "jobs.command", "--json", "--home", str(home), *settings, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(ended.stdout), time.perf_counter() - began


def story(data: Path, home: Path, folder: Path, prompts: int, most: int) -> None:
    first, second = write_logs(data, folder, most)
    steps = [
        ("prompts take, nine tenths", ("prompts", "take", str(first))),
        ("the same again", ("prompts", "take", str(first))),
        ("generate", ("generate", "--prompts", str(prompts))),
        ("generate again, nothing new", ("generate", "--prompts", str(prompts))),
        ("prompts take, the last tenth", ("prompts", "take", str(second))),
        ("generate for a tenth more", ("generate", "--prompts", str(prompts + prompts // 10))),
    ]
    for name, arguments in steps:
        said, seconds = command(home, *arguments)
        print(f"{name:34} {seconds:7.1f} s  {json.dumps(said)[:300]}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--prompts", type=int, default=20)
    parser.add_argument("--log-lines", type=int, default=300)
    parser.add_argument("--home", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        story(asked.data, asked.home or Path(folder) / "home", Path(folder), asked.prompts, asked.log_lines)


if __name__ == "__main__":
    main()
