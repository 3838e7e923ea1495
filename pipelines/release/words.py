"""The gate's sentences: which figure, what it is, what it has to be, and what a person can do about it."""

from __future__ import annotations

from conf import ThresholdSettings
from pipelines.release.evidence import ALL, Measured

ENDS = {"low": "the lower end of its interval", "value": "it", "high": "the upper end of its interval"}


def figure_in_words(metric: str, slice: str, rival_policy_id: str | None, against: str | None) -> str:
    """Which figure is meant."""
    where = "over all prompts" if slice == ALL else f"in workload {slice}"
    rival = f" against the {against} {rival_policy_id}" if against else ""
    return f"{metric} {where}{rival}"


def aim_in_words(threshold: ThresholdSettings) -> str:
    """What a threshold wants."""
    if threshold.above is not None:
        limit = f"above {threshold.above:g}"
    elif threshold.at_least is not None:
        limit = f"at least {threshold.at_least:g}"
    else:
        limit = f"at most {threshold.at_most:g}"
    return f"{ENDS[threshold.bound]} has to be {limit}"


def missing_in_words(name: str, policy_id: str, rival_policy_id: str | None, note: str | None) -> str:
    why = f" ({note.rstrip('.')})" if note else ""
    against = f" --against {rival_policy_id}" if rival_policy_id else ""
    return f"{name} is missing: it was not measured{why}. Run `lakewheel evaluate --policy {policy_id}{against}`."


def not_a_number_in_words(name: str) -> str:
    return f"{name} is not a number, so nothing follows from it. Look at the scores behind it, and evaluate again."


def told_twice_in_words(name: str) -> str:
    return f"{name} was measured twice on this version of the suite, with two results. Evaluate again."


def missed_in_words(name: str, found: Measured, aim: str, threshold: ThresholdSettings) -> str:
    """Beyond doubt."""
    interval = found.low is not None and found.high is not None and threshold.bound != "value"
    doubt = ", and the whole interval misses that" if interval else ""
    return f"{name} is {number_in_words(found)}; {aim}{doubt}."


def open_in_words(name: str, found: Measured, aim: str, note: str | None) -> str:
    """It may be so or not."""
    why = f" {note[:1].upper()}{note[1:].rstrip('.')}." if note else " More prompts would narrow it."
    return f"{name} is {number_in_words(found)}; {aim}. That is not shown, nor is the contrary.{why}"


def number_in_words(found: Measured) -> str:
    """A figure with its interval, and what it rests on."""
    if found.low is None or found.high is None:
        interval = " without an interval"
    else:
        interval = f" [{found.low:.3f}, {found.high:.3f}]"
    on = f" on {found.prompts} prompts" if found.prompts is not None else ""
    return f"{found.value:.3f}{interval}{on}"
