"""What plain Python finds out about a text, an Arrow batch at a time: its language, its runs of words, listed words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from conf.cleaning import DocumentLanguageSettings
from pipelines.arrow_columns import with_computed
from pipelines.documents.cleaning.ngrams import ngram_measures
from pipelines.documents.cleaning.word_lists import Lists, listed_words
from pipelines.languages import language_detector

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

NO_LANGUAGE = "zxx"
"""What the detector calls numbers and signs."""


def with_examined(texts: DataFrame, settings: DocumentLanguageSettings, lists: Lists) -> DataFrame:
    """From `raw` to the column `examined`: the language, or null, and measures by name."""
    compute = partial(examined, settings=settings, lists=lists)
    return with_computed(texts, "examined", "struct<language:string,measures:map<string,double>>", compute, ["raw"])


def examined(texts: Sequence[str], settings: DocumentLanguageSettings, lists: Lists) -> list[dict[str, Any]]:
    """One for each text."""
    return [_examined(text, settings, lists) for text in texts]


def _examined(text: str, settings: DocumentLanguageSettings, lists: Lists) -> dict[str, Any]:
    language, confidence = language_of(text, settings)
    words = text.split()
    measures: Mapping[str, float] = {
        "language_confidence": confidence,
        **ngram_measures(text, words),
        **listed_words(text, lists),
    }
    return {"language": language, "measures": list(measures.items())}


def language_of(text: str, settings: DocumentLanguageSettings) -> tuple[str | None, float]:
    """The likeliest language and its probability; none where there is too little text, or too little certainty."""
    beginning = text[: settings.characters]
    if sum(map(str.isalpha, beginning)) < settings.least_letters:
        return None, 0.0
    language, confidence = language_detector().classify(beginning)
    is_believed = confidence >= settings.least_confidence and language != NO_LANGUAGE
    return (str(language) if is_believed else None), float(confidence)
