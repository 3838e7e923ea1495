"""Languages and listed words, in plain Python."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conf import load_settings
from conf.cleaning import CleaningSettings
from pipelines.documents.cleaning.examined import examined, language_of
from pipelines.documents.cleaning.step import cleaned_with
from pipelines.documents.cleaning.word_lists import NoWordList, listed_words, word_lists

ENGLISH = "The bicycle has to be back at the shop before noon, or you pay for another day."
GERMAN = "Das Fahrrad muss vor Mittag wieder im Laden sein, sonst wird ein weiterer Tag berechnet."


def cleaning(*overrides: str) -> CleaningSettings:
    return load_settings("test", overrides).settings.cleaning


@pytest.mark.parametrize(
    ("text", "language"), [(ENGLISH, "en"), (GERMAN, "de"), ("Yes.", None), ("12 34 56" * 9, None)]
)
def test_a_language_is_told_where_there_are_letters_enough(text: str, language: str | None) -> None:
    assert language_of(text, cleaning().language)[0] == language


def test_a_language_that_is_not_certain_enough_stays_unknown_and_its_certainty_is_kept() -> None:
    told, certainty = language_of(ENGLISH, cleaning("cleaning.language.least_confidence=1.0").language)
    assert told is None or certainty == 1.0
    mixed, share = language_of(f"{ENGLISH} {GERMAN}", cleaning("cleaning.language.least_confidence=1.0").language)
    assert (mixed, share < 1.0) == (None, True)


def test_only_the_beginning_tells() -> None:
    settings = cleaning(f"cleaning.language.characters={len(GERMAN)}").language
    assert language_of(GERMAN + ENGLISH * 20, settings)[0] == "de"


def test_listed_words_count_capital_or_small_as_whole_words_and_several_in_a_row(tmp_path: Path) -> None:
    file = tmp_path / "ours.txt"
    file.write_text("# what we do not say\nOtter\ntea urn\n\n")
    lists = word_lists(cleaning(f"cleaning.word_lists.own={file}"))
    assert {"toxic", "adult", "own"} == set(lists)
    found = listed_words("The OTTER, an otter's tea  urn. Otters! Porn, porn.", lists)
    assert found == {"own_words": 2, "toxic_words": 0, "adult_words": 2}  # otter's and Otters are other words


def test_a_list_of_the_same_name_takes_the_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "mild.txt").write_text("drat\n")
    lists = word_lists(cleaning(f"cleaning.word_lists.toxic={tmp_path / 'mild.txt'}"))
    assert lists["toxic"] == {("drat",)}


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        (("cleaning.word_lists.own=/nowhere/words.txt",), "cannot be read as one (FileNotFoundError)"),
        (("cleaning.most_listed.rude=0.1",), "names of lists (adult, toxic), got rude"),
    ],
)
def test_a_list_that_is_not_there_is_told(overrides: tuple[str, ...], said: str) -> None:
    with pytest.raises(NoWordList, match=re.escape(said)):
        word_lists(cleaning(*overrides))


def test_measures_come_as_the_entries_of_a_map() -> None:
    (one,) = examined([ENGLISH], cleaning().language, word_lists(cleaning()))
    assert one["language"] == "en"
    assert dict(one["measures"]).keys() >= {"language_confidence", "top_2_gram", "duplicate_10_grams", "toxic_words"}


def test_the_fingerprint_follows_what_decides_and_not_where_a_list_lies(tmp_path: Path) -> None:
    for name, text in (("a.txt", "drat"), ("b.txt", "drat\n"), ("c.txt", "bother")):
        (tmp_path / name).write_text(text)

    def present(*overrides: str) -> str:
        asked = cleaning(*overrides)
        return cleaned_with(asked, word_lists(asked))

    listed = [present(f"cleaning.word_lists.own={tmp_path / name}") for name in ("a.txt", "b.txt", "c.txt")]
    assert listed[0] == listed[1] != listed[2]
    assert len({present(), present("cleaning.words.least_words=9"), *listed}) == 4
