"""Identity decides, not time: ids are digests of content, the same from Python and from Spark."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import Column

DIGITS = 32


def identity(*parts: str | int) -> str:
    """The id of what these parts name; each part carries its length, so that ("ab", "c") is not ("a", "bc")."""
    text = "".join(f"{len(str(part))}:{part}" for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def identity_column(*parts: Column | str) -> Column:
    """The same as a Spark expression; a null part would name nothing, so it makes the id null."""
    from pyspark.sql import functions as F

    texts = [F.col(part).cast("string") if isinstance(part, str) else part.cast("string") for part in parts]
    pieces = [piece for text in texts for piece in (F.length(text).cast("string"), F.lit(":"), text)]
    return F.substring(F.sha2(F.concat(*pieces), 256), 1, DIGITS)
