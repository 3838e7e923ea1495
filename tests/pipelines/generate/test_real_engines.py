"""Generation with models: the same answers from one actor or two, and the embedded model end to end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lakehouse.place import Lakehouse
from lakehouse.read import read
from tests.lakehouse.rows import stored
from tests.pipelines.engines.tiny import make_tiny_model
from tests.pipelines.generate.story import add_prompts, add_rating, generated

pytestmark = pytest.mark.slow
TEXTS = {f"p{number}": "What is it? " * (1 + number % 5) + f"Number {number}." for number in range(12)}


def drawn(lakehouse: Lakehouse) -> list[tuple[Any, ...]]:
    rows = read(lakehouse, "candidates").frame.collect()
    return sorted((row.candidate_id, row.answer, row.finish_reason, row.log_probability) for row in rows)


@pytest.mark.timeout(600)
def test_one_actor_and_two_draw_the_same_candidates_to_the_last_digit(lakehouse: Lakehouse, tmp_path: Path) -> None:
    """Greedy and sampled; each actor computes with one core, so that its products are rounded alike."""
    model = make_tiny_model(tmp_path / "tiny")
    settings = (
        "engine.kind=transformers",
        f"model.base={model}",
        "generate.use=[bare, greedy]",
        "generate.strategies.greedy={system: null, shots: 0, orders: 1, steps: [], temperature: 0}",
        "generate.max_tokens=12",
        "generate.prompts_per_batch=3",
        "ray.cores_per_actor=1",
    )
    add_prompts(lakehouse, TEXTS)
    generated(lakehouse, *settings, "ray.actors=2")
    two = drawn(lakehouse)
    assert len(two) == 12 * (2 + 1)
    lakehouse.spark.sql(f"DELETE FROM {lakehouse.identifier('candidates')}")
    generated(lakehouse, *settings, "ray.actors=1")
    assert drawn(lakehouse) == two


@pytest.mark.timeout(600)
def test_the_embedded_model_follows_rated_examples(lakehouse: Lakehouse) -> None:
    """Three answers in capitals are enough to see that the examples stand in front, and in the right workload."""
    for number, (town, river) in enumerate([("Paris", "SEINE"), ("Rome", "TIBER"), ("London", "THAMES")]):
        add_rating(lakehouse, f"r{number}", prompt=f"Which river flows through {town}?", answer=f"{river}!")
    add_prompts(lakehouse, {"a": "Which river flows through Vienna?", "b": "Which river flows through Cologne?"})
    found = generated(
        lakehouse,
        "engine.kind=transformers",
        "generate.use=[examples, bare]",
        "generate.max_tokens=24",
        "generate.strategies.examples.temperature=0",
        "generate.strategies.bare.temperature=0",
    )
    assert found.new == 2 * (2 + 1)  # two orders of the examples, and one bare
    rows = read(lakehouse, "candidates").frame.collect()
    shown = [row.answer for row in rows if row.strategy.startswith("examples")]
    bare = [row.answer for row in rows if row.strategy == "bare"]
    assert all(answer.isupper() for answer in shown)
    assert not any(answer.isupper() for answer in bare)
    assert all(row.log_probability < 0 for row in rows)
    assert stored(lakehouse, "policies", "name") == ["SmolLM2-135M-Instruct"]
