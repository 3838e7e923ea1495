"""How alike two texts are: the Jaccard index of their sets of five words in a row."""

import re
from random import Random

WORDS_IN_A_ROW = 5
MARGIN = 0.08
NEAR_RANGE = (0.80, 0.96)  # planted near duplicates lie in here
ALIKE_RANGE = (0.40, 0.75)  # planted look-alikes, which are not duplicates, lie in here
SWAPS = (
    "usually",
    "quite",
    "Monday",
    "seven",
    "perhaps",
    "kettle",
    "often",
    "north",
    "green",
    "twice",
    "again",
)


def grams(text: str) -> frozenset[tuple[str, ...]]:
    tokens = re.findall(r"\w+", text.lower())
    return frozenset(tuple(tokens[start : start + WORDS_IN_A_ROW]) for start in range(len(tokens) - WORDS_IN_A_ROW + 1))


def jaccard(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    together = len(one | other)
    return len(one & other) / together if together else 0.0


def reworded(text: str, bounds: tuple[float, float], rng: Random) -> str:
    """The text with words exchanged, one by one, until it is as far from the original as the bounds ask.

    One exchange costs a text of 120 words or more at most MARGIN, so the result stays above the lower bound.
    """
    low, high = bounds
    enough = low + MARGIN + rng.random() * (high - low - MARGIN)
    original, words = grams(text), text.split(" ")
    for place in rng.sample(range(len(words)), len(words)):
        words[place] = rng.choice(SWAPS)
        if jaccard(original, grams(" ".join(words))) <= enough:
            break
    return " ".join(words)
