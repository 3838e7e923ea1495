"""What Gopher measures of a document's look: its words, its signs, and how its lines begin and end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pipelines.documents.cleaning.parts import counted, ratio, without_spaces

if TYPE_CHECKING:
    from pyspark.sql import Column

ELLIPSIS = r"\.\.\.|…"
BULLET = r"^(?:[•‣◦▪●]|[-*][ \t])"
EDGES = ".,;:!?\"'()[]{}<>…“”‘’„«»¿¡*_#~-–—/\\|"
"""What may cling to a stop word without being part of it."""


def look_measures(text: Column, words: Column, lines: Column) -> dict[str, Column]:
    """Measures by name, of a text, its words and its lines."""
    from pyspark.sql import functions as F

    count = F.size(words)
    hashes = F.length(text) - F.length(F.replace(text, F.lit("#"), F.lit("")))
    return {
        "words": count.cast("double"),
        "mean_length": ratio(F.length(without_spaces(text)), count),
        "hashes": ratio(hashes, count),
        "ellipses": ratio(F.regexp_count(text, F.lit(ELLIPSIS)), count),
        "bullet_lines": ratio(counted(lines, lambda line: line.rlike(BULLET)), F.size(lines)),
        "ellipsis_lines": ratio(counted(lines, ends_in_ellipsis), F.size(lines)),
        "alphabetic": ratio(counted(words, lambda word: word.rlike(r"\p{L}")), count),
    }


def ends_in_ellipsis(line: Column) -> Column:
    """Whether a line breaks off in dots."""
    return line.endswith("...") | line.endswith("…")


def stop_words(words: Column, language: Column, by_language: Mapping[str, Sequence[str]]) -> Column:
    """How many different stop words of its language there are; null where we know none of that language."""
    from pyspark.sql import functions as F

    bare = F.transform(words, lambda word: F.lower(F.btrim(word, F.lit(EDGES))))
    found = F.lit(None).cast("double")
    for code, known in sorted(by_language.items()):
        listed = F.array(*(F.lit(word) for word in known)).cast("array<string>")
        found = F.when(language == code, F.size(F.array_intersect(bare, listed)).cast("double")).otherwise(found)
    return found
