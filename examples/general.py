"""General questions with short right answers, to mix in while a model is tuned, so that it forgets less.

None is among the questions that Lakewheel asks to see what was forgotten (pipelines/evaluate/general.yml).
"""

import json
from itertools import pairwise
from pathlib import Path

CAPITALS = {
    "Spain": "Madrid", "Germany": "Berlin", "Portugal": "Lisbon", "Greece": "Athens", "Norway": "Oslo",
    "Poland": "Warsaw", "Austria": "Vienna", "Ireland": "Dublin", "Kenya": "Nairobi", "Peru": "Lima",
    "China": "Beijing", "Russia": "Moscow",
}  # fmt: skip
OPPOSITES = {
    "wet": "dry", "old": "young", "tall": "short", "fast": "slow", "open": "closed", "left": "right",
    "full": "empty", "light": "dark", "soft": "hard", "first": "last",
}  # fmt: skip
PLURALS = {"dog": "dogs", "foot": "feet", "box": "boxes", "man": "men", "tooth": "teeth", "city": "cities"}
PASTS = {"walk": "walked", "see": "saw", "eat": "ate", "write": "wrote", "bring": "brought"}
COLOURS = {"grass": "green", "a lemon": "yellow", "coal": "black", "a ripe tomato": "red"}
LEGS = {"a dog": "4", "a bird": "2", "an ant": "6"}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WORDS = ("kettle", "bridge", "violet", "marble", "winter", "candle")
SUMS = ((2, 3), (14, 9), (25, 16), (40, 33), (51, 27), (8, 8), (19, 60), (12, 31))


def general_rows() -> list[dict[str, str]]:
    """Prompts and answers as the replay file of tuning holds them."""
    told = [(f"What is the capital city of {land}? One word.", city) for land, city in CAPITALS.items()]
    told += [(f"Name the opposite of {word}. One word.", other) for word, other in OPPOSITES.items()]
    told += [(f"Give the plural of {word}. One word.", many) for word, many in PLURALS.items()]
    told += [(f"Give the past tense of {word}. One word.", past) for word, past in PASTS.items()]
    told += [(f"Which colour does {thing} have? One word.", colour) for thing, colour in COLOURS.items()]
    told += [(f"How many legs does {animal} have? The number only.", legs) for animal, legs in LEGS.items()]
    told += [(f"Which day follows {day}? One word.", after) for day, after in pairwise(DAYS[1:])]
    told += [(f"How much is {one} + {other}? The number only.", str(one + other)) for one, other in SUMS]
    told += [(f"How much is {one + other} - {one}? The number only.", str(other)) for one, other in SUMS[:4]]
    told += [(f"Say this word again and nothing else: {word}", word) for word in WORDS]
    told += [(f"Write in capital letters: {word}", word.upper()) for word in WORDS[:3]]
    told += [(f"Sort by the alphabet: {' '.join(reversed(letters))}", letters) for letters in ("a c e", "f m t")]
    return [{"prompt": prompt, "answer": answer} for prompt, answer in told]


def write_general(file: Path) -> None:
    """One JSON object a line."""
    file.write_text("".join(json.dumps(row) + "\n" for row in general_rows()))
