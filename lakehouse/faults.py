"""Fault points: named places where a test may kill, fail or hang the process; unset, one dictionary look-up.

    LAKEWHEEL_FAULT=write.before_commit:kill lakewheel prompts take logs/

Several are separated by commas; `:2` after the deed lets the first passage go by: `write.after_commit:kill:2`.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter

FAULT_VARIABLE = "LAKEWHEEL_FAULT"
DEEDS = ("kill", "raise", "hang")

_passages: Counter[str] = Counter()


class FaultInjected(RuntimeError):
    """The failure that a fault point was told to raise."""


def fault_point(name: str) -> None:
    """Do what LAKEWHEEL_FAULT says for this place, which is nothing as a rule."""
    plan = os.environ.get(FAULT_VARIABLE)
    if plan is None:
        return
    _passages[name] += 1
    for place, deed, passage in map(_parsed, plan.split(",")):
        if place == name and passage == _passages[name]:
            _do(deed, name)


def _parsed(entry: str) -> tuple[str, str, int]:
    place, _, rest = entry.strip().partition(":")
    deed, _, passage = rest.partition(":")
    if deed not in DEEDS or not (passage or "1").isdigit():
        raise ValueError(
            f"{FAULT_VARIABLE} expects step.point:deed or step.point:deed:passage with a deed of {', '.join(DEEDS)}; "
            f"it holds `{entry}`. Correct it, or unset it to run without faults."
        )
    return place, deed, int(passage or 1)


def _do(deed: str, name: str) -> None:
    if deed == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if deed == "hang":
        while True:
            time.sleep(60)
    raise FaultInjected(f"{FAULT_VARIABLE} asked for a failure at {name}")
