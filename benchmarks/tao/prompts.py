"""A prompt of a benchmark task with what is right, and which prompts tune, are shown, or measure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lakehouse.identity import identity
from pipelines.prompts.normal import prompt_id_of_text

SHOWN = 5
"""The rated answers that a team can be asked for."""


class TooFewPrompts(ValueError):
    """A task has fewer prompts than were asked for."""


@dataclass(frozen=True)
class Prompt:
    """What is asked, and what a metric needs to measure an answer."""

    text: str
    golds: tuple[str, ...] = ()
    """Right answers, the first of which is what a label would say; none where only checks tell."""
    check: Any = None

    @cached_property
    def prompt_id(self) -> str:
        return prompt_id_of_text(self.text)

    @property
    def row(self) -> dict[str, str]:
        """As the other benchmarks write logs and gold answers."""
        return {"prompt": self.text, "completion": self.golds[0] if self.golds else ""}


@dataclass(frozen=True)
class Split:
    """Prompts that tune, those whose answers are shown as examples, and those that measure; no prompt is in two."""

    train: tuple[Prompt, ...]
    shown: tuple[Prompt, ...]
    held: tuple[Prompt, ...]


def split_of(prompts: Iterable[Prompt], seed: int, each: int, held: int) -> Split:
    """The same prompts measure under every seed; what tunes and what is shown is drawn anew by each."""
    distinct = list({one.prompt_id: one for one in prompts}.values())
    if len(distinct) < held + SHOWN + each:
        raise TooFewPrompts(
            f"expected at least {held + SHOWN + each} different prompts ({held} held out, {SHOWN} shown, {each} to "
            f"tune on), and there are {len(distinct)}. Lower --each or --held."
        )
    by_chance = _ordered(distinct, "held")
    measuring = by_chance[:held]
    free = _ordered(by_chance[held:], "seed", seed)
    return Split(tuple(free[SHOWN : SHOWN + each]), tuple(free[:SHOWN]), tuple(measuring))


def _ordered(prompts: Sequence[Prompt], *by: str | int) -> list[Prompt]:
    return sorted(prompts, key=lambda one: identity(*by, one.prompt_id))
