"""How alike two texts are: the Jaccard index of their sets of five words in a row."""

import re
from random import Random

WORDS_IN_A_ROW = 5
NEAR_RANGE = (0.80, 0.99)  # planted near duplicates lie in here
ALIKE_RANGE = (0.40, 0.75)  # planted look-alikes, which are not duplicates, lie in here
SWAPS = ("usually", "quite", "Monday", "seven", "perhaps", "kettle", "often", "north", "green", "twice", "again")


def grams(text: str) -> frozenset[tuple[str, ...]]:
    tokens = re.findall(r"\w+", text.lower())
    return frozenset(tuple(tokens[start : start + WORDS_IN_A_ROW]) for start in range(len(tokens) - WORDS_IN_A_ROW + 1))


def jaccard(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    together = len(one | other)
    return len(one & other) / together if together else 0.0


def reworded(text: str, target: float, rng: Random) -> str:
    """The text with words exchanged, one by one, until one more would bring it below the target."""
    original, best = grams(text), text
    tokens = text.split(" ")
    for place in rng.sample(range(len(tokens)), len(tokens)):
        attempt = [*tokens]
        attempt[place] = rng.choice(SWAPS)
        if jaccard(original, grams(" ".join(attempt))) < target:
            break
        tokens, best = attempt, " ".join(attempt)
    return best
