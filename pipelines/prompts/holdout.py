"""The frozen holdout: a prompt's split is a function of its identity, so that no round ever moves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.identity import identity, identity_column

if TYPE_CHECKING:
    from pyspark.sql import Column

HEXADECIMAL_DIGITS = 13
"""As many as a double holds exactly."""


def is_holdout(prompt_id: str, salt: str, share: float) -> bool:
    """Whether a prompt is kept for measuring."""
    return int(identity(salt, prompt_id)[:HEXADECIMAL_DIGITS], 16) / 16**HEXADECIMAL_DIGITS < share


def split_column(prompt_id: str, salt: str, share: float) -> Column:
    """The same as a Spark expression: train or holdout."""
    from pyspark.sql import functions as F

    digits = F.substring(identity_column(F.lit(salt), prompt_id), 1, HEXADECIMAL_DIGITS)
    place = F.conv(digits, 16, 10).cast("double") / F.lit(float(16**HEXADECIMAL_DIGITS))
    return F.when(place < share, "holdout").otherwise("train")
