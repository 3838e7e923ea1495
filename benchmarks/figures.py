"""How benchmarks time and report: medians of repeats, ratios against a baseline of the same run, and the machine."""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date


@dataclass(frozen=True)
class Figure:
    """One measured thing, and how it compares to its baseline."""

    name: str
    seconds: float
    fastest: float
    slowest: float
    ratio: float | None = None


def timed(work: Callable[[], object]) -> float:
    """Seconds that a piece of work takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def figure(name: str, seconds: list[float], baseline: Figure | None = None) -> Figure:
    """The median of some timings, beside a baseline's."""
    middle = statistics.median(seconds)
    return Figure(name, middle, min(seconds), max(seconds), middle / baseline.seconds if baseline else None)


def report(title: str, figures: list[Figure]) -> None:
    """Print figures as a table, or as JSON where --json was asked for."""
    if "--json" in sys.argv:
        print(json.dumps({"title": title, "machine": machine(), "figures": [asdict(one) for one in figures]}, indent=2))
        return
    print(f"{title}\n{date.today()}, {machine()}\n")
    print(f"{'what':58} {'median s':>9} {'range s':>15} {'ratio':>7}")
    for one in figures:
        ratio = "" if one.ratio is None else f"{one.ratio:.2f}"
        print(f"{one.name:58} {one.seconds:9.2f} {f'{one.fastest:.2f}-{one.slowest:.2f}':>15} {ratio:>7}")


def machine() -> str:
    """What a reader must know to compare."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
