"""The rules once more in plain Python, from the papers and not from our expressions; Spark is held to it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from conf.cleaning import CleaningSettings, LineSettings

BULLETS = ("•", "‣", "◦", "▪", "●", "- ", "* ", "-\t", "*\t")
EDGES = ".,;:!?\"'()[]{}<>…“”‘’„«»¿¡*_#~-–—/\\|"


def stripped_lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def paragraphs(text: str) -> list[str]:
    """Lines that no blank line stands between."""
    found: list[list[str]] = [[]]
    for line in text.strip().split("\n"):
        if line.strip():
            found[-1].append(line)
        else:
            found.append([])
    return ["\n".join(lines).strip() for lines in found if lines]


def repeats(parts: Sequence[str]) -> list[str]:
    seen: set[str] = set()
    again = []
    for part in parts:
        if part in seen:
            again.append(part)
        seen.add(part)
    return again


def share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def gopher(text: str, language: str | None, settings: CleaningSettings) -> dict[str, float]:
    words, lines, blocks = text.split(), stripped_lines(text), paragraphs(text)
    dots = text.count("…") + len(re.findall(re.escape("..."), text))
    found = {
        "words": len(words),
        "mean_length": share(sum(map(len, words)), len(words)),
        "hashes": share(text.count("#"), max(1, len(words))),
        "ellipses": share(dots, max(1, len(words))),
        "bullet_lines": share(sum(line.startswith(BULLETS) for line in lines), len(lines)),
        "ellipsis_lines": share(sum(line.endswith(("...", "…")) for line in lines), len(lines)),
        "alphabetic": share(sum(any(map(str.isalpha, word)) for word in words), len(words)),
        "duplicate_lines": share(len(repeats(lines)), len(lines)),
        "duplicate_line_characters": share(sum(map(len, repeats(lines))), len(text)),
        "duplicate_paragraphs": share(len(repeats(blocks)), len(blocks)),
        "duplicate_paragraph_characters": share(sum(map(len, repeats(blocks))), len(text)),
        **{f"top_{size}_gram": share(top(words, size), len(text)) for size in (2, 3, 4)},
        **{f"duplicate_{size}_grams": share(duplicate(words, size), len(text)) for size in range(5, 11)},
    }
    if language in settings.words.stop_words:
        bare = {word.strip(EDGES).lower() for word in words}
        found["stop_words"] = len(bare & set(settings.words.stop_words[language]))
    return found


def grams(words: Sequence[str], size: int) -> list[str]:
    return [" ".join(words[start : start + size]) for start in range(len(words) - size + 1)]


def top(words: Sequence[str], size: int) -> int:
    counts = Counter(grams(words, size))
    repeated = {gram: count for gram, count in counts.items() if count == max(counts.values()) and count > 1}
    return max((len(gram) * count for gram, count in repeated.items()), default=0)


def duplicate(words: Sequence[str], size: int) -> int:
    """As datatrove walks: behind a repeated run, the next one begins."""
    seen: set[str] = set()
    characters, start = 0, 0
    while start + size <= len(words):
        gram = " ".join(words[start : start + size])
        if gram in seen:
            characters += len(gram)
            start += size
        else:
            seen.add(gram)
            start += 1
    return characters


def kept_lines(text: str, is_spaced: bool, settings: LineSettings) -> list[str]:
    """Lines as they are written, blank ones too, without those that C4 takes out and those that stood before."""
    seen: set[str] = set()
    kept = []
    for line in text.split("\n"):
        bare = line.strip()
        if not bare or not (goes(bare, is_spaced, settings) or (settings.without_repeats and bare in seen)):
            kept.append(line)
        seen.add(bare)
    return kept


def goes(line: str, is_spaced: bool, settings: LineSettings) -> bool:
    words = line.split()
    return (
        (settings.longest_word is not None and any(len(word) > settings.longest_word for word in words))
        or (settings.terminal_marks is not None and not line.endswith(settings.terminal_marks))
        or (settings.terminal_marks is not None and line.endswith("..."))
        or (settings.least_words is not None and is_spaced and len(words) < settings.least_words)
        or any(phrase in line.lower() for phrase in settings.phrases)
    )


def text_of(kept: Sequence[str], text: str) -> str:
    """Blank lines between what is left are one; where every line is left, the text is as it was."""
    if len(kept) == len(text.split("\n")):
        return text
    with_gaps = [line if line.strip() else None for line in kept]
    merged = [line for before, line in pairwise([None, *with_gaps]) if line is not None or before is not None]
    return "\n".join(line or "" for line in merged).strip()


def sentences(lines: Iterable[str]) -> int:
    """One a line, and one more behind each full stop that white space follows."""
    ends = re.compile(r"[.!?…؟।።][\"'”’)»]*(?=\s)|[。！？](?!$)")
    return sum(1 + len(ends.findall(line)) for line in lines)


def left_measures(text: str, is_spaced: bool, settings: CleaningSettings) -> tuple[str, dict[str, float]]:
    kept = kept_lines(text, is_spaced, settings.lines)
    left = text_of(kept, text)
    lines = [line.strip() for line in kept if line.strip()]
    return left, {
        "words_left": len(left.split()),
        "sentences": sentences(lines),
        "telling_phrases": sum(phrase in left.lower() for phrase in settings.pages.phrases),
        "lines_removed": len(text.split("\n")) - len(kept),
    }


LINE_RULES = ("duplicate_lines", "duplicate_line_characters", "duplicate_paragraphs", "duplicate_paragraph_characters")


def dropped_by(measures: dict[str, float], language: str | None, settings: CleaningSettings) -> str | None:
    """By the first rule in the order of the settings."""
    is_spaced = language not in settings.language.unspaced
    keep = settings.language.keep
    if keep is not None and language not in keep:
        return "language.keep"
    for name, limit in settings.repetition:
        about_words = name.removeprefix("most_") not in LINE_RULES
        if limit is not None and (is_spaced or not about_words) and measures[name.removeprefix("most_")] > limit:
            return f"repetition.{name}"
    for name, limit in settings.words:
        bound, _, measure = name.partition("_")
        if name == "stop_words" or limit is None or measure not in measures:
            continue
        if not is_spaced and measure not in ("bullet_lines", "ellipsis_lines"):
            continue
        if measures[measure] < limit if bound == "least" else measures[measure] > limit:
            return f"words.{name}"
    if settings.pages.least_sentences is not None and measures["sentences"] < settings.pages.least_sentences:
        return "pages.least_sentences"
    if measures["telling_phrases"]:
        return "pages.phrases"
    return None if measures["words_left"] else "lines"
