"""Pairs from gold answers: the gold before a policy's wrong answer, and a policy's better answer before its worse one.

Pairs of the first kind are easy: whoever can tell the company's style from the model's has them right, and still
chooses badly among the model's own answers. So most pairs are of the second kind, alike in length.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice, permutations, product
from typing import TYPE_CHECKING, Any, NamedTuple

from conf import PairsSettings
from lakehouse.identity import identity
from pipelines.arrow_columns import with_computed
from pipelines.feedback.golds import gold_ratings
from pipelines.overlap import token_overlap
from pipelines.reward.pairs.rows import preference_rows, prompts_that_train

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

ORIGIN = "gold"
PAIRS = "array<struct<chosen:string,rejected:string,margin:double,candidate_ids:array<string>>>"


class Measured(NamedTuple):
    """A candidate, and its overlap with the gold answer that it is most like."""

    candidate_id: str
    answer: str
    value: float


class Hard(NamedTuple):
    """A better answer, a worse one, and how far apart they are."""

    chosen: str
    rejected: str
    margin: float
    candidate_ids: list[str]

    @property
    def longer_by(self) -> int:
        return len(self.chosen) - len(self.rejected)

    @property
    def chance(self) -> str:
        """Its place among others where nothing else decides."""
        return identity(self.chosen, self.rejected)


def gold_pairs(prompts: DataFrame, ratings: DataFrame, candidates: DataFrame, settings: PairsSettings) -> DataFrame:
    """Rows of preferences: the margin is the difference in overlap with the gold answer."""
    from pyspark.sql import functions as F

    golds = (
        gold_ratings(ratings)
        .groupBy("prompt_id")
        .agg(
            F.sort_array(F.collect_set("answer")).alias("golds"),
            F.sort_array(F.collect_set("rating_id")).alias("rating_ids"),
        )
    )
    drawn = candidates.groupBy("prompt_id", "policy_id").agg(
        F.sort_array(F.collect_list(F.struct("candidate_id", "answer"))).alias("drawn")
    )
    known = drawn.join(golds, on="prompt_id", how="inner").join(
        prompts_that_train(prompts), on="prompt_id", how="inner"
    )
    measured = with_computed(known, "pairs", PAIRS, partial(_pairs, settings=settings), reads=["drawn", "golds"])
    each = measured.withColumn("pair", F.explode("pairs")).select(
        "prompt_id", "workload", "prompt", "rating_ids", "pair.*"
    )
    return preference_rows(each, ORIGIN)


def _pairs(
    drawn: Sequence[Sequence[dict[str, str]]], golds: Sequence[Sequence[str]], settings: PairsSettings
) -> list[list[dict[str, Any]]]:
    return [
        [pair._asdict() for pair in hard_pairs([(one["candidate_id"], one["answer"]) for one in own], right, settings)]
        for own, right in zip(drawn, golds, strict=True)
    ]


def hard_pairs(candidates: Iterable[tuple[str, str]], golds: Sequence[str], settings: PairsSettings) -> list[Hard]:
    """The pairs of one policy's candidates (each with its id) to one prompt."""
    first = {answer.strip(): name for name, answer in sorted(candidates, reverse=True) if answer.strip()}
    measured = [
        Measured(name, answer, max(token_overlap(answer, gold) for gold in golds)) for answer, name in first.items()
    ]
    return [*_against_gold(measured, golds, settings), *_among_candidates(measured, settings)]


def _against_gold(measured: Sequence[Measured], golds: Sequence[str], settings: PairsSettings) -> list[Hard]:
    """Gold answers before wrong candidates, those most alike in length first."""
    found = [
        Hard(gold.strip(), wrong.answer, 1 - wrong.value, [wrong.candidate_id])
        for gold, wrong in product(golds, measured)
        if 1 - wrong.value >= settings.least_gap and gold.strip() != wrong.answer
    ]
    return sorted(found, key=lambda pair: (abs(pair.longer_by), pair.chance))[: settings.most_gold_pairs]


def _among_candidates(measured: Sequence[Measured], settings: PairsSettings) -> list[Hard]:
    """Better candidates before worse ones of like length, as many with the longer one better as with the shorter."""
    found = [
        Hard(better.answer, worse.answer, better.value - worse.value, sorted([better.candidate_id, worse.candidate_id]))
        for better, worse in permutations(measured, 2)
        if better.value - worse.value >= settings.least_gap
        and _alike(better.answer, worse.answer, settings.least_length_ratio)
    ]
    return list(islice(_in_turn(sorted(found, key=lambda pair: pair.chance)), settings.most_candidate_pairs))


def _alike(answer: str, other: str, least_ratio: float) -> bool:
    return min(len(answer), len(other)) >= least_ratio * max(len(answer), len(other))


def _in_turn(pairs: Sequence[Hard]) -> Iterator[Hard]:
    """Pairs of one length, and of the others one with the longer better after each with the shorter better.

    Of whichever kind there is more, one is left over at most: length shall not tell which answer is right.
    """
    kinds = [[pair for pair in pairs if keep(pair.longer_by)] for keep in (_is_none, _is_more, _is_less)]
    yield from kinds[0]
    fewer = min(map(len, kinds[1:]))
    for longer, shorter in zip(*kinds[1:], strict=False):
        yield from sorted((longer, shorter), key=lambda pair: pair.chance)
    left = kinds[1][fewer : fewer + 1] + kinds[2][fewer : fewer + 1]
    yield from left


def _is_none(difference: int) -> bool:
    return difference == 0


def _is_more(difference: int) -> bool:
    return difference > 0


def _is_less(difference: int) -> bool:
    return difference < 0
