"""Lists of words that are counted in documents: two short ones of our own, and files of a team's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from conf.cleaning import CleaningSettings

Lists = Mapping[str, frozenset[tuple[str, ...]]]
"""By name, entries as their words: nearly all are one word, some are several."""
OURS = Path(__file__).with_name("word_lists.yml")
WORD = re.compile(r"\w+(?:['’-]\w+)*")


class NoWordList(ValueError):
    """Settings name a list of words that is not there, or that holds no word."""


def word_lists(settings: CleaningSettings) -> Lists:
    """Ours and those of the settings, which may take the place of ours."""
    lists = {**_ours(), **{name: _read(name, file) for name, file in settings.word_lists.items()}}
    unknown = sorted(set(settings.most_listed) - set(lists))
    if unknown:
        raise NoWordList(
            f"cleaning.most_listed expects names of lists ({', '.join(sorted(lists))}), got {', '.join(unknown)}. "
            "Correct the name, or name the list's file under cleaning.word_lists."
        )
    return lists


def listed_words(text: str, lists: Lists) -> dict[str, float]:
    """How many entries of each list stand in the text, capital or small."""
    words = WORD.findall(text.lower())
    sizes = {len(entry) for entries in lists.values() for entry in entries}
    found = {name: 0.0 for name in lists}
    for size in sorted(sizes):
        runs = Counter(zip(*(words[start:] for start in range(size)), strict=False))
        for name, entries in lists.items():
            found[name] += sum(runs[entry] for entry in entries & runs.keys())
    return {f"{name}_words": count for name, count in found.items()}


@cache
def _ours() -> dict[str, frozenset[tuple[str, ...]]]:
    import yaml

    return {name: _entries(entries) for name, entries in yaml.safe_load(OURS.read_text()).items()}


def _read(name: str, file: str) -> frozenset[tuple[str, ...]]:
    try:
        found = _entries(Path(file).read_text(encoding="utf-8").splitlines())
    except (OSError, UnicodeDecodeError) as problem:
        raise NoWordList(
            f"cleaning.word_lists.{name} expects a file of words in UTF-8, and {file} cannot be read as one "
            f"({type(problem).__name__}). Correct the path, or take the list out."
        ) from problem
    if not found:
        raise NoWordList(f"cleaning.word_lists.{name} expects one entry a line, and {file} holds none. Fill it.")
    return found


def _entries(written: list[str]) -> frozenset[tuple[str, ...]]:
    """A line that begins with # is a remark."""
    entries = (tuple(WORD.findall(line.lower())) for line in written if not line.startswith("#"))
    return frozenset(entry for entry in entries if entry)
