"""Figures as an evaluation tells them, made in view: a model `new` against the base `base`, or a champion `old`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy
from numpy.typing import NDArray

from conf import ReleaseSettings, load_settings
from pipelines.release.evidence import Evidence, Measured

HIGHEST = 1.959964
"""The normal deviate that leaves a fortieth above it: two-sided 0.95."""


def settings_with(*overrides: str) -> ReleaseSettings:
    return load_settings("test", [f"release.{one}" for one in overrides]).settings.release


def compared(
    metric: str, slice: str, value: float | None, low: float | None, high: float | None, **more: Any
) -> Measured:
    """A comparison with the base on a hundred prompts."""
    told = {"suite": "holdout", "rival_policy_id": "base", "prompts": 100} | more
    return Measured(metric=metric, slice=slice, value=value, low=low, high=high, **told)


def alone(metric: str, value: float | None, slice: str = "all", **more: Any) -> Measured:
    """A figure of the model by itself."""
    return Measured(**{"suite": "holdout", "rival_policy_id": None, "low": None, "high": None} | more,
                    metric=metric, slice=slice, value=value)  # fmt: skip


def evidence(*figures: Measured, champion: str | None = None, distrust: Mapping[str, str] | None = None) -> Evidence:
    return Evidence("new", champion, "base", figures, distrust or {})


GOOD = (
    compared("win_rate:reward", "all", 0.62, 0.56, 0.68),
    compared("win_rate:reward", "orders", 0.60, 0.50, 0.70),
    compared("win_rate:reward", "stock", 0.64, 0.54, 0.74),
    compared("difference:forgetting:exact_match", "all", 0.0, -0.02, 0.02),
)
"""A model that is better, broke no workload and forgot nothing."""


def instead(*changed: Measured) -> Evidence:
    """The good model with some figures changed."""
    keys = {one.key for one in changed}
    return evidence(*(one for one in GOOD if one.key not in keys), *changed)


def win_rate(wins: NDArray[numpy.float64], slice: str) -> Measured:
    """Wins of 1, ties of 0.5 and losses of 0 as a figure, with the normal interval of a mean."""
    value, reach = float(wins.mean()), HIGHEST * float(wins.std(ddof=1)) / len(wins) ** 0.5
    return compared("win_rate:reward", slice, value, value - reach, value + reach, prompts=len(wins))
