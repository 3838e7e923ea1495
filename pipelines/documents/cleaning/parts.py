"""A text's words, lines and paragraphs as Spark arrays; what counts as white space is said here once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import Column

SPACES = "".join(map(chr, (*range(9, 14), *range(28, 33), 133, 160, 5760, *range(8192, 8203), 8232, 8233, 8239, 8287)))
SPACES += "\u3000"
SPACE = r"[\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
"""The same as an expression that Java and Python read alike; Java's own idea of white space is narrower."""


def trimmed(text: Column) -> Column:
    """Without white space at its ends."""
    from pyspark.sql import functions as F

    return F.btrim(text, F.lit(SPACES))


def words(text: Column) -> Column:
    """What stands between white space."""
    return _not_empty(_split(trimmed(text), f"{SPACE}+"))


def lines(text: Column) -> Column:
    """Lines that are not blank, without white space at their ends."""
    from pyspark.sql import functions as F

    return _not_empty(F.transform(_split(text, "\n"), trimmed))


def paragraphs(text: Column) -> Column:
    """What stands between blank lines, without white space at its ends."""
    from pyspark.sql import functions as F

    return _not_empty(F.transform(_split(trimmed(text), f"\n{SPACE}*\n"), trimmed))


def without_spaces(text: Column) -> Column:
    """Only what words are made of."""
    from pyspark.sql import functions as F

    return F.translate(text, SPACES, "")


def ratio(part: Column, whole: Column) -> Column:
    """A share as a number; of nothing it is nothing."""
    from pyspark.sql import functions as F

    return part.cast("double") / F.greatest(whole, F.lit(1)).cast("double")


def counted(array: Column, condition: Callable[[Column], Column]) -> Column:
    """How many parts meet a condition."""
    from pyspark.sql import functions as F

    return F.size(F.filter(array, condition))


def _split(text: Column, pattern: str) -> Column:
    from pyspark.sql import functions as F

    return F.split(text, pattern)


def _not_empty(array: Column) -> Column:
    from pyspark.sql import functions as F

    return F.filter(array, lambda part: part != "")
