"""Whether bfloat16 is quicker than float32 on this processor: drawing, reading, and a step of tuning, by CPU time.

python -m benchmarks.precision --home FOLDER [--rounds 3]

One thread, so that what else runs on the machine hardly matters. Prompts are of 40 to 200 tokens, as those of an
application are.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from conf import load_settings
from pipelines.engines.make import EngineMaker
from pipelines.engines.protocol import Ask, Said, Sampling, Told
from pipelines.models.embedded import embedded_model
from pipelines.models.loading import Weights
from pipelines.tune.answers import Read, answers_under
from pipelines.tune.network import tuning_network

SENTENCE = "The Mistral is a fridge trailer that chills a caterer's whole weekend. Clean it with food-safe sanitiser. "
PRECISIONS = ("float32", "bfloat16")
TOKENS, ANSWER, ROWS = 90, 30, 4


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--home", type=Path, required=True, help="where the embedded model is unpacked to")
    asked.add_argument("--rounds", type=int, default=3)
    told = asked.parse_args()
    folder = embedded_model(told.home / "models")
    import torch

    torch.set_num_threads(1)
    seconds = {precision: _measured(folder, precision, told.rounds) for precision in PRECISIONS}
    tiles, products = torch.cpu._is_amx_tile_supported(), torch.cpu._is_avx512_bf16_supported()
    print(f"AMX {tiles}, AVX-512 products of bfloat16 {products}; least CPU seconds of {told.rounds} rounds")
    for work in seconds["float32"]:
        plain, rounded = (seconds[precision][work] for precision in PRECISIONS)
        print(f"{work:30} float32 {plain:6.2f}   bfloat16 {rounded:6.2f}   ratio {rounded / plain:.2f}")


def _measured(folder: Path, precision: str, rounds: int) -> dict[str, float]:
    """The least CPU seconds that each kind of work took."""
    settings = load_settings("demo", [f"engine.precision={precision}"]).settings
    engine = EngineMaker(settings.engine, Weights(str(folder), ""))()
    asks = [({"role": "user", "content": f"{n} {SENTENCE * (1 + n % 5)}What shall we print?"},) for n in range(8)]
    drawing = [Ask(one, Sampling(temperature=0.8, top_p=1.0, max_tokens=48), (1, 2, 3)) for one in asks]
    greedy = [Ask(one, Sampling(temperature=0.0, top_p=1.0, max_tokens=48), (1,)) for one in asks]
    told = [Told(one, (Said("It is a very fine trailer."), Said(SENTENCE))) for one in asks]
    found = {
        "24 sampled answers": _least(lambda: engine.answer(drawing), rounds),
        "8 greedy answers": _least(lambda: engine.answer(greedy), rounds),
        "16 answers read": _least(lambda: engine.log_probabilities(told), rounds),
    }
    engine.close()
    return found | {f"a step of tuning, {TOKENS * ROWS} tokens": _least(_step(folder, precision), rounds)}


def _step(folder: Path, precision: str) -> Callable[[], Any]:
    """Forward and back through the network that is tuned, with adapters."""
    import torch

    network = tuning_network(folder, 16)
    numbers = torch.Generator().manual_seed(1)
    tokens = torch.randint(0, 49_000, (ROWS, TOKENS), generator=numbers).tolist()
    reads: list[Read] = [(row, TOKENS - ANSWER) for row in tokens]

    def step() -> None:
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16"):
            found = answers_under(network, reads, torch.device("cpu"))
        (-found.log_probabilities.float().mean()).backward()
        network.zero_grad()

    return step


def _least(work: Callable[[], Any], rounds: int) -> float:
    work()
    return min(_timed(work) for _ in range(rounds))


def _timed(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    main()
