"""How much of a text is runs of words that it repeats (Gopher), in plain Python: no column expression counts runs.

Runs of more words repeat only where shorter ones do, so a text without repeats, as most are, is looked at twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

TOP = (2, 3, 4)
DUPLICATE = (5, 6, 7, 8, 9, 10)


def ngram_measures(text: str, words: Sequence[str]) -> dict[str, float]:
    """The share of characters in the most frequent run of each size, and in runs that stood before."""
    found = dict.fromkeys([f"top_{size}_gram" for size in TOP], 0.0)
    found |= dict.fromkeys([f"duplicate_{size}_grams" for size in DUPLICATE], 0.0)
    for size in TOP:
        characters = top_characters(words, size)
        if not characters:
            break
        found[f"top_{size}_gram"] = characters / len(text)
    for size in DUPLICATE:
        characters = duplicate_characters(words, size)
        if not characters:
            break
        found[f"duplicate_{size}_grams"] = characters / len(text)
    return found


def top_characters(words: Sequence[str], size: int) -> int:
    """The length of the most frequent run times how often it stands there; nothing where none stands twice."""
    counts = Counter(_runs(words, size))
    most = max(counts.values(), default=0)
    if most < 2:
        return 0
    return max(_length(run) for run, count in counts.items() if count == most) * most


def duplicate_characters(words: Sequence[str], size: int) -> int:
    """The characters of runs that stood before, each counted once: after a repeat, the next run begins behind it."""
    runs = _runs(words, size)
    if len(set(runs)) == len(runs):
        return 0
    seen: set[tuple[str, ...]] = set()
    characters, place = 0, 0
    while place < len(runs):
        if runs[place] in seen:
            characters += _length(runs[place])
            place += size
        else:
            seen.add(runs[place])
            place += 1
    return characters


def _runs(words: Sequence[str], size: int) -> list[tuple[str, ...]]:
    return list(zip(*(words[start:] for start in range(size)), strict=False))


def _length(run: Sequence[str]) -> int:
    """With one space between words, as they stand in the text."""
    return sum(map(len, run)) + len(run) - 1
