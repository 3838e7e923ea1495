"""Lines that are taken out of documents: C4's rules for lines, and repeats of a line within its document."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from conf.cleaning import LineSettings
from pipelines.documents.cleaning.parts import SPACE, trimmed, words

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


def with_lines_left(texts: DataFrame, settings: LineSettings) -> DataFrame:
    """From `raw` and `is_spaced` to `text_left`, `lines_left`, and how many lines were taken out."""
    from pyspark.sql import functions as F

    every = texts.withColumn("every_line", _numbered(F.col("raw")))
    as_they_are = every.withColumnRenamed("every_line", "judged")
    judged = _with_repeats_marked(every) if settings.without_repeats else as_they_are
    left = judged.withColumn("kept", F.filter("judged", lambda one: ~_goes(one, F.col("is_spaced"), settings)))
    counted = left.withColumn("lines_removed", F.size("judged") - F.size("kept"))
    joined = F.array_join(F.transform("kept", lambda one: one["raw"]), "\n")
    spared = F.when(F.col("lines_removed") > 0, _tidied(joined)).otherwise(F.col("raw"))
    stripped = F.filter(F.transform("kept", lambda one: one["line"]), lambda line: line != "")
    return counted.withColumns({"text_left": spared, "lines_left": stripped}).drop("every_line", "judged", "kept")


def _numbered(text: Column) -> Column:
    """Every line, the blank ones too: first what it is compared by, then its place."""
    from pyspark.sql import functions as F

    def told(line: Column, place: Column) -> Column:
        return F.struct(
            trimmed(line).alias("line"), place.alias("place"), line.alias("raw"), F.lit(False).alias("is_repeat")
        )

    return F.transform(F.split(text, "\n"), told)


def _with_repeats_marked(texts: DataFrame) -> DataFrame:
    """Sorted, a repeat stands behind its first appearance; then back into the old order."""
    from pyspark.sql import functions as F

    def marked(one: Column, place: Column) -> Column:
        before = F.get("in_order", place - 1)
        is_repeat = F.coalesce(before["line"] == one["line"], F.lit(False)) & (one["line"] != "")
        unchanged = [one[name].alias(name) for name in ("place", "line", "raw")]
        return F.struct(*unchanged, is_repeat.alias("is_repeat"))

    sorted_lines = texts.withColumn("in_order", F.sort_array("every_line"))
    return sorted_lines.withColumn("judged", F.sort_array(F.transform("in_order", marked))).drop("in_order")


def _goes(one: Column, is_spaced: Column, settings: LineSettings) -> Column:
    from pyspark.sql import functions as F

    line = one["line"]
    reasons = [one["is_repeat"]]
    if settings.longest_word is not None:
        reasons.append(line.rlike(f"[^{SPACE[1:-1]}]{{{settings.longest_word + 1}}}"))
    if settings.terminal_marks is not None:
        reasons.append(~F.right(line, F.lit(1)).isin(*settings.terminal_marks) | line.endswith("..."))
    if settings.least_words is not None:
        reasons.append(is_spaced & ~(F.size(words(line)) >= settings.least_words))
    lowered = F.lower(line)
    reasons += [lowered.contains(phrase) for phrase in settings.phrases]
    return (line != "") & reduce(or_, reasons)


def _tidied(text: Column) -> Column:
    """Without the gaps that lines left behind."""
    from pyspark.sql import functions as F

    return trimmed(F.regexp_replace(text, f"\n{SPACE}*\n", "\n\n"))
