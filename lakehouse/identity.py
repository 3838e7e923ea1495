"""Identity decides, not time: ids are digests of content, the same from Python and from Spark."""

from __future__ import annotations

import hashlib
from pathlib import Path
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


def identity_of_parts(parts: Column) -> Column:
    """The same for parts that stand in one array of texts."""
    from pyspark.sql import functions as F

    pieces = F.transform(parts, lambda part: F.concat(F.length(part).cast("string"), F.lit(":"), part))
    return F.substring(F.sha2(F.array_join(pieces, ""), 256), 1, DIGITS)


def file_digest(file: Path) -> str:
    """SHA-256 of a file's bytes, read a block at a time."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(2**20):
            digest.update(block)
    return digest.hexdigest()
