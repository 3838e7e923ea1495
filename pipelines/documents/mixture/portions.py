"""How often each collection is read, so that their tokens have the wanted weights: arithmetic, without any table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conf.mixture import MixtureSettings, SourceSettings

DIGITS = 9
"""Epochs are rounded to so many places, so that a whole epoch is whole."""


@dataclass(frozen=True)
class Portion:
    """What is wanted of one collection."""

    source: str
    tokens: int
    """How many there are to train on."""
    share: float
    """Its asked part of all tokens."""
    epochs: float
    """How often it is read; a part of an epoch is a part of its documents."""


def settings_of(source: str, settings: MixtureSettings) -> SourceSettings | None:
    """What a collection counts; None where it is left out."""
    return settings.sources.get(source, None if settings.only_named else settings.others)


def portions_of(tokens: Mapping[str, int], settings: MixtureSettings) -> list[Portion]:
    """A portion of each collection that has tokens and is wanted, in the order of their names."""
    told = {name: settings_of(name, settings) for name in sorted(tokens) if tokens[name] > 0}
    wanted = {name: one for name, one in told.items() if one is not None}
    if not wanted:
        return []
    pull = {name: one.weight * (tokens[name] if settings.weights == "sizes" else 1) for name, one in wanted.items()}
    shares = {name: pull[name] / sum(pull.values()) for name in wanted}
    most = {name: one.most_epochs * tokens[name] for name, one in wanted.items()}
    amounts = largest(shares, most) if settings.tokens is None else filled(shares, most, settings.tokens)
    return [Portion(name, tokens[name], shares[name], round(amounts[name] / tokens[name], DIGITS)) for name in wanted]


def largest(shares: Mapping[str, float], most: Mapping[str, float]) -> dict[str, float]:
    """As many tokens of each as keep the shares, until the first has no more."""
    whole = min(most[name] / share for name, share in shares.items())
    return {name: share * whole for name, share in shares.items()}


def filled(shares: Mapping[str, float], most: Mapping[str, float], wanted: int) -> dict[str, float]:
    """So many tokens in all, as far as there are; what one cannot give, the others give by their shares."""
    amounts: dict[str, float] = {}
    left, open_names = float(wanted), set(shares)
    while open_names:
        pull = sum(shares[name] for name in open_names)
        short = {name for name in open_names if left * shares[name] / pull >= most[name]}
        for name in short or open_names:
            amounts[name] = min(most[name], left * shares[name] / pull)
        if not short:
            break
        left -= sum(most[name] for name in short)
        open_names -= short
    return amounts
