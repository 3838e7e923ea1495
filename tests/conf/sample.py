"""Small settings of our own, as deep as later sections will be, and the shortest way to resolve some."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from conf import SettingsError, load_settings
from conf.frozen import FrozenMapping
from conf.layers import Layer, override_layers
from conf.load import resolve
from conf.nodes import Node
from conf.reading import read_yaml
from conf.section import AtLeastOne, Section


class Sampling(Section):
    """How answers are drawn."""

    temperature: float
    """How far from the likeliest word an answer may go."""


class Strategy(Section):
    """One way of drawing answers."""

    name: str
    """What reports call it."""
    sampling: Sampling
    stop: tuple[str, ...]
    """The texts at which an answer ends."""


class Workload(Section):
    """What one kind of request is worth."""

    weight: AtLeastOne
    """How often it counts."""
    strategy: Strategy | None
    """The way of its own, or null for none."""


class Plan(Section):
    """What the next issues need: sections in sections, lists of sections, and maps of them."""

    strategies: tuple[Strategy, ...]
    """The ways of drawing answers."""
    workloads: FrozenMapping[str, Workload]
    """The kinds of request by their names."""


def resolve_plan(*files: str, overrides: Sequence[str] = ()) -> tuple[Plan, Node]:
    layers = [Layer(f"{at}.yml", read_yaml(text, f"{at}.yml")[0]) for at, text in enumerate(files)]
    return resolve(Plan, [*layers, *override_layers(Plan, overrides)], "plan")


def told(conf: str | Path, *overrides: str) -> list[str]:
    """The lines of the error, a line for each mistake."""
    with pytest.raises(SettingsError) as raised:
        load_settings(conf, overrides)
    return [str(mistake) for mistake in raised.value.mistakes]
