"""What C4 asks of a document once its lines are taken out: sentences, and nothing that gives away a placeholder."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

from pipelines.documents.cleaning.parts import SPACE, words

if TYPE_CHECKING:
    from pyspark.sql import Column

SENTENCE_END = rf"[.!?…؟।።][\"'”’)»]*{SPACE}|[。！？](?=[^\n])"
"""Where, inside a line, one sentence ends and another one follows."""


def page_measures(text_left: Column, lines_left: Column, phrases: Sequence[str]) -> dict[str, Column]:
    """Measures of what is left: words, sentences, and how many of the telling phrases stand in it."""
    from pyspark.sql import functions as F

    def with_sentences(sum: Column, line: Column) -> Column:
        return sum + F.regexp_count(line, F.lit(SENTENCE_END)) + 1

    lowered = F.lower(text_left)
    telling = [lowered.contains(phrase).cast("int") for phrase in phrases]
    return {
        "words_left": F.size(words(text_left)).cast("double"),
        "sentences": F.aggregate(lines_left, F.lit(0), with_sentences).cast("double"),
        "telling_phrases": reduce(add, telling, F.lit(0)).cast("double"),
    }
