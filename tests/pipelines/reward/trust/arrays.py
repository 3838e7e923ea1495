"""Pairs and candidates as arrays: by hand, and made up from a seed."""

from __future__ import annotations

from typing import Any

import numpy

from conf import TrustSettings, load_settings
from pipelines.reward.trust.inputs import Candidates, Pairs, TrustInputs
from pipelines.statistics.arrays import floats


def settings_with(**changes: Any) -> TrustSettings:
    return load_settings("test").settings.trust.model_copy(update=changes)


def pairs_of(*rows: tuple[str, float, float], lengths: Any = None, tie: Any = None, workload: Any = None) -> Pairs:
    """Pairs from prompt, the chosen answer's score and the rejected one's."""
    chosen_length, rejected_length = zip(*(lengths or [(1, 1)] * len(rows)), strict=True)
    return Pairs(
        numpy.array([row[0] for row in rows]),
        numpy.array(workload or ["facts"] * len(rows)),
        floats([row[1] for row in rows]),
        floats([row[2] for row in rows]),
        floats(chosen_length),
        floats(rejected_length),
        numpy.array(tie or [False] * len(rows)),
    )


def candidates_of(scores: dict[str, list[float]], gold: Any = None, length: Any = None, **others: Any) -> Candidates:
    """Candidates from the scores of each prompt, one after another."""
    flat = [score for group in scores.values() for score in group]
    return Candidates(
        numpy.array([name for name, group in scores.items() for _ in group]),
        numpy.array(["facts"] * len(flat)),
        floats(flat),
        floats(length or [1.0] * len(flat)),
        floats(gold or [numpy.nan] * len(flat)),
        {name: floats(values) for name, values in others.items()},
    )


def made_up(skill: float, prompts: int = 120, each: int = 8, seed: int = 7) -> TrustInputs:
    """A reward model that sees so much of an answer's quality, beside noise of size one."""
    random = numpy.random.default_rng(seed)
    quality = random.normal(size=(prompts, each))
    score = (skill * quality + random.normal(size=quality.shape)).ravel()
    names = numpy.repeat([f"p{number}" for number in range(prompts)], each)
    workload = numpy.repeat([("facts", "letters")[number % 2] for number in range(prompts)], each)
    gold = 1 / (1 + numpy.exp(-quality)).ravel()
    length = random.integers(20, 200, len(score)).astype(float)
    judge = (quality + random.normal(size=quality.shape)).ravel()
    candidates = Candidates(names, workload, score, length, gold, {"judge": judge})
    first, second = numpy.arange(0, prompts * each, each), numpy.arange(1, prompts * each, each)
    better, worse = numpy.where(gold[first] > gold[second], [first, second], [second, first])
    pairs = Pairs(
        numpy.array([f"held {number}" for number in range(prompts)]),
        workload[first],
        score[better],
        score[worse],
        length[better],
        length[worse],
        numpy.zeros(prompts, bool),
    )
    return TrustInputs(pairs, candidates, random.permutation(score)[: len(score) // 2], {"judge": False})
