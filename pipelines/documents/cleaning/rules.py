"""The rules by which documents are dropped, in the order in which they are asked; each is named by its setting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from conf.cleaning import CleaningSettings

if TYPE_CHECKING:
    from pyspark.sql import Column

LINES = ("duplicate_lines", "duplicate_line_characters", "duplicate_paragraphs", "duplicate_paragraph_characters")
RUNS = (*(f"top_{size}_gram" for size in (2, 3, 4)), *(f"duplicate_{size}_grams" for size in (5, 6, 7, 8, 9, 10)))
LANGUAGE = "language.keep"


@dataclass(frozen=True)
class Rule:
    """A limit on one measure."""

    name: str
    measure: str
    bound: Literal["least", "most"]
    limit: float
    counts_words: bool = False
    """True where the rule says nothing of a language without spaces."""


def rules_of(settings: CleaningSettings) -> list[Rule]:
    """Every rule that is not switched off."""
    return [*_repetition(settings), *_words(settings), *_pages(settings), *_listed(settings)]


def _repetition(settings: CleaningSettings) -> Iterator[Rule]:
    for measure in (*LINES, *RUNS):
        limit = getattr(settings.repetition, f"most_{measure}")
        if limit is not None:
            yield Rule(f"repetition.most_{measure}", measure, "most", limit, counts_words=measure in RUNS)


def _words(settings: CleaningSettings) -> Iterator[Rule]:
    limits = {name: value for name, value in settings.words if name != "stop_words"}
    about_lines = ("bullet_lines", "ellipsis_lines")
    for name, limit in limits.items():
        bound, _, measure = name.partition("_")
        if limit is not None:
            counts_words = measure not in about_lines
            yield Rule(f"words.{name}", measure, "least" if bound == "least" else "most", limit, counts_words)


def _pages(settings: CleaningSettings) -> Iterator[Rule]:
    if settings.pages.least_sentences is not None:
        yield Rule("pages.least_sentences", "sentences", "least", settings.pages.least_sentences)
    if settings.pages.phrases:
        yield Rule("pages.phrases", "telling_phrases", "most", 0)
    yield Rule("lines", "words_left", "least", 1)  # for no document is empty


def _listed(settings: CleaningSettings) -> Iterator[Rule]:
    for name, limit in sorted(settings.most_listed.items()):
        yield Rule(f"most_listed.{name}", f"{name}_share", "most", limit)


def dropped_by(settings: CleaningSettings, measures: Column, language: Column, is_spaced: Column) -> Column:
    """The first rule that a document breaks, or null; a measure that it does not have breaks none."""
    from pyspark.sql import functions as F

    said = [F.when(_breaks(rule, measures, is_spaced), rule.name) for rule in rules_of(settings)]
    keep = settings.language.keep
    if keep is not None:
        is_kept = F.coalesce(language.isin(*keep), F.lit(False))
        said.insert(0, F.when(~is_kept, LANGUAGE))
    return F.coalesce(*said)


def _breaks(rule: Rule, measures: Column, is_spaced: Column) -> Column:
    from pyspark.sql import functions as F

    value, limit = F.element_at(measures, rule.measure), F.lit(float(rule.limit))
    holds = value >= limit if rule.bound == "least" else value <= limit
    broken = value.isNotNull() & ~holds
    return broken & is_spaced if rule.counts_words else broken
