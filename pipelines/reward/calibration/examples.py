"""What people's ratings come to: one rated example for each answer, and which of them a judge is shown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from lakehouse.identity import identity
from pipelines.score.judges.judge import RatedExample

DISPUTE = 2.0
"""Raters who are so far apart on one answer contradict each other."""


class TooLittleToCalibrate(ValueError):
    """Ratings that no mapping can be learned from."""


def rated_examples(rows: Sequence[Mapping[str, Any]]) -> list[RatedExample]:
    """One example for each answer, with the mean of its ratings, in an order that depends on nothing but them."""
    together: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: str(row["rating_id"])):
        together.setdefault((row["prompt"], row["answer"]), []).append(row)
    found = [_example(prompt, answer, same) for (prompt, answer), same in together.items()]
    return sorted(found, key=lambda one: identity(*one.rating_ids))


def disputed(rows: Sequence[Mapping[str, Any]]) -> int:
    """How many answers have raters who contradict each other."""
    ratings: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        ratings.setdefault((row["prompt"], row["answer"]), []).append(float(row["rating"]))
    return sum(max(given) - min(given) >= DISPUTE for given in ratings.values())


def check_enough(examples: Sequence[RatedExample]) -> None:
    """Whether there is anything to learn from, or a sentence that says what is missing."""
    if len(examples) < 2:
        raise TooLittleToCalibrate(
            f"expected at least two rated answers that the judge can rate, better five, and there is {len(examples)}. "
            "Take more in with `lakewheel ratings take FILE`: lines of JSON with workload, prompt, answer and rating."
        )
    ratings = {one.rating for one in examples}
    if len(ratings) == 1:
        raise TooLittleToCalibrate(
            f"expected ratings that differ, and all {len(examples)} are {min(ratings):g}: nothing tells good from bad. "
            "Rate some poor answers too (the prototype's worst, say), and some in between."
        )


def choose_shots(examples: Sequence[RatedExample], most: int) -> tuple[RatedExample, ...]:
    """Examples that span the scale: the best, the worst, then always the one farthest from those that are chosen.

    Taking away one that was not chosen changes nothing, so only those that are shown need a hearing without themselves.
    """
    chosen: list[RatedExample] = []
    left = sorted(examples, key=lambda one: (-one.rating, identity(*one.rating_ids)))
    while left and len(chosen) < most:
        farthest = max(left, key=lambda one: _distance(one, chosen))
        chosen.append(farthest)
        left = [one for one in left if one.prompt != farthest.prompt]
    return tuple(sorted(chosen, key=lambda one: identity("shown", *one.rating_ids)))


def _distance(one: RatedExample, chosen: Sequence[RatedExample]) -> float:
    """From the nearest that is chosen; the first to be chosen is the best."""
    return min((abs(one.rating - other.rating) for other in chosen), default=one.rating)


def shots_without(examples: Sequence[RatedExample], held_out: RatedExample, most: int) -> tuple[RatedExample, ...]:
    """What is shown while an example is measured: neither itself nor another answer to its prompt."""
    return choose_shots([one for one in examples if one.prompt != held_out.prompt], most)


def _example(prompt: str, answer: str, same: Sequence[Mapping[str, Any]]) -> RatedExample:
    rating = math.fsum(float(row["rating"]) for row in same) / len(same)
    reason = next((row["reason"] for row in same if row["reason"]), None)
    messages = ({"role": "user", "content": prompt},)
    return RatedExample(
        tuple(str(row["rating_id"]) for row in same), str(same[0]["workload"]), messages, answer, rating, reason
    )
