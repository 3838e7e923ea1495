"""Chance that repeats, and tokens picked by it as a plain reading of the definitions would pick them."""

from __future__ import annotations

import numpy
import pytest
import torch

from pipelines.engines.chance import uniforms
from pipelines.engines.picking import FIRST_LOOK, pick


def test_the_numbers_are_those_of_splitmix64() -> None:
    # the published test vector: seed 1234567 begins with this 64-bit number
    assert uniforms([1234567], [0])[0] == (6457827717110365317 >> 11) / 2**53
    assert uniforms([1234567], [1])[0] == (3203168211198807973 >> 11) / 2**53


def test_chances_are_spread_evenly_over_seeds_and_steps() -> None:
    chances = uniforms(numpy.repeat(numpy.arange(1000), 100), numpy.tile(numpy.arange(100), 1000))
    counts, _ = numpy.histogram(chances, bins=10, range=(0, 1))
    assert (abs(counts - 10_000) < 500).all()  # five standard deviations of a fair tenth of 100,000


def plainly(logits: torch.Tensor, chance: float, temperature: float, top_p: float) -> int:
    """By the definition: sort, keep the fewest that reach top_p, and go along until the chance is used up."""
    probabilities = (logits.double() / temperature).softmax(-1)
    order = probabilities.argsort(descending=True).tolist() if top_p < 1 else range(len(logits))
    kept, total = [], 0.0
    for token in order:
        kept.append(token)
        total += float(probabilities[token])
        if total >= top_p:
            break
    aim = chance * sum(float(probabilities[token]) for token in kept)
    running = 0.0
    for token in kept:
        running += float(probabilities[token])
        if running > aim:
            return token
    return kept[-1]


@pytest.mark.parametrize(("temperature", "top_p"), [(0.7, 0.9), (1.0, 1.0), (1.5, 0.99), (0.3, 0.5)])
@pytest.mark.parametrize("spread", [0.1, 3.0])
def test_a_pick_is_what_the_definition_says(temperature: float, top_p: float, spread: float) -> None:
    """With little spread the nucleus is wider than the first look, and rows are sorted whole."""
    generator = torch.Generator().manual_seed(3)
    logits = torch.randn(40, 8 * FIRST_LOOK, generator=generator) * spread
    chances = torch.from_numpy(uniforms(numpy.arange(40), numpy.zeros(40, dtype=int)))
    expected = [plainly(row, float(chance), temperature, top_p) for row, chance in zip(logits, chances, strict=True)]
    assert pick(logits, chances, temperature, top_p).tolist() == expected


def test_at_temperature_zero_chance_decides_nothing() -> None:
    logits = torch.tensor([[0.0, 2.0, 1.0], [3.0, 2.0, 1.0]])
    assert pick(logits, torch.tensor([0.999, 0.0]), 0.0, 0.5).tolist() == [1, 0]
