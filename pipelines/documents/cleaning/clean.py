"""Documents, cleaned: the text without its idle lines, its language, its measures, and the rule that drops it if any.

Cleaning starts from the text as it was taken in, which a document keeps beside the shorter one, so that other settings
give what they would have given at first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conf.cleaning import CleaningSettings
from lakehouse.frames import completed
from lakehouse.tables import table_named
from pipelines.documents.cleaning.examined import with_examined
from pipelines.documents.cleaning.lines import with_lines_left
from pipelines.documents.cleaning.looks import look_measures, stop_words
from pipelines.documents.cleaning.pages import page_measures
from pipelines.documents.cleaning.parts import lines, paragraphs, ratio, words
from pipelines.documents.cleaning.repeats import repeat_measures
from pipelines.documents.cleaning.rules import dropped_by
from pipelines.documents.cleaning.word_lists import Lists

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


def cleaned(documents: DataFrame, settings: CleaningSettings, lists: Lists, cleaned_with: str) -> DataFrame:
    """Rows of the table documents as they are after cleaning."""
    from pyspark.sql import functions as F

    measured = with_measures(documents, settings, lists)
    judged = measured.withColumn(
        "dropped_by", dropped_by(settings, F.col("measures"), F.col("language"), F.col("is_spaced"))
    )
    is_shorter = F.col("dropped_by").isNull() & (F.col("lines_removed") > 0)
    told = judged.withColumn("text", F.when(is_shorter, F.col("text_left")).otherwise(F.col("raw")))
    rows = told.withColumns(
        {
            "text_as_taken": F.when(is_shorter, F.col("raw")),
            "text_digest": F.sha2(F.col("text").cast("binary"), 256),
            "characters": F.length("text").cast("bigint"),
            "cleaned_with": F.lit(cleaned_with),
        }
    )
    return completed(table_named("documents"), rows)


def with_measures(documents: DataFrame, settings: CleaningSettings, lists: Lists) -> DataFrame:
    """With `raw`, `language`, `is_spaced`, `text_left` and the map `measures`."""
    from pyspark.sql import functions as F

    raw = documents.withColumn("raw", F.coalesce("text_as_taken", "text"))
    examined = with_examined(raw, settings.language, lists).withColumn("language", F.col("examined.language"))
    is_unspaced = F.coalesce(F.col("language").isin(*settings.language.unspaced), F.lit(False))
    left = with_lines_left(examined.withColumn("is_spaced", ~is_unspaced), settings.lines)
    text = F.col("raw")
    arrays = {"word_array": words(text), "line_array": lines(text), "paragraph_array": paragraphs(text)}
    return left.withColumns(arrays).withColumn("measures", _measures(settings, lists)).drop(*arrays)


def _measures(settings: CleaningSettings, lists: Lists) -> Column:
    """Of the text as it was taken, but for what is asked of the lines that are left."""
    from pyspark.sql import functions as F

    text, word_array, line_array = F.col("raw"), F.col("word_array"), F.col("line_array")
    by_python = F.col("examined.measures")
    found = {
        **look_measures(text, word_array, line_array),
        "stop_words": stop_words(word_array, F.col("language"), settings.words.stop_words),
        **repeat_measures(text, line_array, F.col("paragraph_array")),
        **page_measures(F.col("text_left"), F.col("lines_left"), settings.pages.phrases),
        "lines_removed": F.col("lines_removed").cast("double"),
        **{f"{name}_share": ratio(by_python[f"{name}_words"], F.size(word_array)) for name in sorted(lists)},
    }
    named = F.create_map(*(part for name, value in found.items() for part in (F.lit(name), value)))
    known = F.map_filter(named, lambda _, value: value.isNotNull())
    return F.map_concat(by_python, known)
