"""Texts for near-duplicate tests: drawn from few words so that many share runs, and altered by a word or two."""

from __future__ import annotations

from random import Random

from conf.near_duplicates import NearDuplicateSettings

SETTINGS = NearDuplicateSettings(shingle_words=3, threshold=0.8, end_words=0, permutations=128, bands=32, seed=7)
WORDS = ("oven", "urn", "bread", "kettle", "depot", "sheet", "weigh", "price", "hire", "day", "week", "spare", "rain")


def families(seed: int, originals: int, copies: int) -> list[str]:
    """Each original with copies of it in which up to six words were exchanged."""
    rng = Random(seed)
    texts = []
    for _ in range(originals):
        words = [rng.choice(WORDS) for _ in range(60)]
        texts.append(" ".join(words))
        for _ in range(copies):
            changed = list(words)
            for place in rng.sample(range(60), rng.randint(0, 6)):
                changed[place] = rng.choice(WORDS)
            texts.append(" ".join(changed))
    return texts


def runs_of_words(text: str, size: int) -> set[tuple[str, ...]]:
    """The plain way, to check the fast one against."""
    words = text.split()
    return {tuple(words[start : start + size]) for start in range(len(words) - size + 1)}


def exact_jaccard(one: str, other: str, size: int = 3) -> float:
    ours, theirs = runs_of_words(one, size), runs_of_words(other, size)
    return len(ours & theirs) / len(ours | theirs)
