"""What the trust report is made from: plain arrays, checked at the door, for a NaN would pass as any figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

import numpy
from numpy.typing import NDArray

from pipelines.statistics.arrays import Floats, Texts, floats

Flags = NDArray[numpy.bool_]


class TrustInputError(ValueError):
    """Arrays that no figure can be computed from."""


@dataclass(frozen=True)
class Pairs:
    """Held-out pairs, one place in every array for each: what the reward model says of both answers."""

    prompt_id: Texts
    workload: Texts
    chosen_score: Floats
    rejected_score: Floats
    chosen_length: Floats
    rejected_length: Floats
    tie: Flags

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Any]]) -> Pairs:
        """From rows with these names; nothing for a score is NaN, and so refused."""
        columns = _columns(cls, rows)
        return cls(**columns | {"tie": numpy.array([bool(row["tie"]) for row in rows], dtype=bool)})

    def __post_init__(self) -> None:
        _check_lengths("pairs", self)
        for name in ("chosen_score", "rejected_score", "chosen_length", "rejected_length"):
            _check_finite("pairs", name, getattr(self, name))


@dataclass(frozen=True)
class Candidates:
    """Candidates to new prompts, with what the reward model and others say of them."""

    prompt_id: Texts
    workload: Texts
    score: Floats
    length: Floats
    gold_value: Floats
    """The true metric against a gold answer; NaN where there is no gold answer."""
    others: Mapping[str, Floats] = field(default_factory=dict)
    """What each judge and rule says, by its name; NaN where it abstained."""

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Any]]) -> Candidates:
        """From rows with these names, `others` a mapping in each; nothing for a number is NaN."""
        names = sorted({name for row in rows for name in row["others"]})
        others = {name: floats([row["others"].get(name) for row in rows]) for name in names}
        return cls(**_columns(cls, rows), others=others)

    def __post_init__(self) -> None:
        _check_lengths("candidates", self, self.others)
        for name in ("score", "length"):
            _check_finite("candidates", name, getattr(self, name))
        for name, values in {"gold_value": self.gold_value, **self.others}.items():
            if numpy.isinf(numpy.asarray(values, dtype=float)).any():
                raise TrustInputError(f"expected numbers, or NaN for none, in candidates.{name}, got an infinite one.")


@dataclass(frozen=True)
class TrustInputs:
    """Everything that the report on one reward model is made from."""

    pairs: Pairs
    candidates: Candidates
    reference_scores: Floats
    """Scores of the answers in the training pairs, against which those of new candidates may have drifted."""
    certified: Mapping[str, bool] = field(default_factory=dict)
    """For each judge among `others` whether it is certified; a rule is not in it."""

    def __post_init__(self) -> None:
        _check_finite("inputs", "reference_scores", self.reference_scores)
        unknown = sorted(set(self.certified) - set(self.candidates.others))
        if unknown:
            raise TrustInputError(f"expected scores of the judges {', '.join(unknown)} in candidates.others.")


def _columns(kind: Any, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """An array for each field but those that are no numbers or names."""
    texts, own = ("prompt_id", "workload"), [one.name for one in fields(kind) if one.name not in ("tie", "others")]
    told = {name: [row[name] for row in rows] for name in own}
    return {name: numpy.array(values, dtype=str) if name in texts else floats(values) for name, values in told.items()}


def _check_lengths(what: str, arrays: Any, more: Mapping[str, Any] = MappingProxyType({})) -> None:
    own = {one.name: getattr(arrays, one.name) for one in fields(arrays) if one.name != "others"}
    lengths = {name: len(values) for name, values in {**own, **more}.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise TrustInputError(f"expected arrays of one length in {what}, got {listed}. Pass one row for each of them.")


def _check_finite(what: str, name: str, values: Any) -> None:
    wrong = int((~numpy.isfinite(floats(values))).sum())
    if wrong:
        raise TrustInputError(
            f"expected a number everywhere in {what}.{name}, and {wrong} are NaN or infinite. Leave out what the "
            "reward model did not score, and find out why."
        )
