"""Whether an answer does what IFEval's instructions ask: those that can be checked to the letter, and no others.

The checks are those that Zhou and others published with the prompts (arXiv 2311.07911), in their strict form. Left out
are what needs a sentence splitter, a tokenizer or a language detector: two programs would disagree about it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Given = Mapping[str, Any]
Instruction = tuple[str, Given]
"""The id of an instruction, and what it asks for in figures and words."""
POSTSCRIPTS = {"P.P.S": r"p\.\s?p\.\s?s", "P.S.": r"p\.\s?s\."}
CHOICES = ("My answer is yes.", "My answer is no.", "My answer is maybe.")


def share_followed(instructions: Sequence[Instruction], answer: str) -> float:
    """The share of the instructions that an answer follows; an empty one follows none."""
    if not answer.strip():
        return 0.0
    followed = [CHECKS[name](answer, given) for name, given in instructions]
    return sum(followed) / len(followed)


def can_be_checked(instructions: Sequence[Instruction]) -> bool:
    """Whether all have a check, and count letters where they count signs, for others are drawn by lot."""
    return all(name in CHECKS and (name != LETTERS or given["letter"].isalpha()) for name, given in instructions)


def least_words(instructions: Sequence[Instruction]) -> int:
    """How many words an answer must have at least that follows them all; small demands are not counted."""
    asked = [given["num_words"] for name, given in instructions if name == WORDS and given["relation"] == "at least"]
    said = [len(given["prompt_to_repeat"].split()) for name, given in instructions if name == REPEAT]
    return max([*asked, *said], default=0)


def _compared(counted: int, relation: str, wanted: int) -> bool:
    return counted >= wanted if relation == "at least" else counted < wanted


def _no_comma(answer: str, given: Given) -> bool:
    return "," not in answer


def _words(answer: str, given: Given) -> bool:
    return _compared(len(re.findall(r"\w+", answer)), given["relation"], given["num_words"])


def _highlights(answer: str, given: Given) -> bool:
    single = [one for one in re.findall(r"\*[^\n*]*\*", answer) if one.strip("*").strip()]
    double = [one for one in re.findall(r"\*\*[^\n*]*\*\*", answer) if one[2:-2].strip()]
    return len(single) + len(double) >= given["num_highlights"]


def _forbidden(answer: str, given: Given) -> bool:
    return not any(re.search(rf"\b{word}\b", answer, re.IGNORECASE) for word in given["forbidden_words"])


def _existence(answer: str, given: Given) -> bool:
    return all(re.search(word, answer, re.IGNORECASE) for word in given["keywords"])


def _frequency(answer: str, given: Given) -> bool:
    counted = len(re.findall(given["keyword"], answer, re.IGNORECASE))
    return _compared(counted, given["relation"], given["frequency"])


def _letters(answer: str, given: Given) -> bool:
    counted = answer.lower().count(given["letter"].lower())
    return _compared(counted, given["let_relation"], given["let_frequency"])


def _repeats(answer: str, given: Given) -> bool:
    return answer.strip().lower().startswith(given["prompt_to_repeat"].strip().lower())


def _quoted(answer: str, given: Given) -> bool:
    bare = answer.strip()
    return len(bare) > 1 and bare[0] == bare[-1] == '"'


def _title(answer: str, given: Given) -> bool:
    return any(one.lstrip("<").rstrip(">").strip() for one in re.findall(r"<<[^\n]+>>", answer))


def _placeholders(answer: str, given: Given) -> bool:
    return len(re.findall(r"\[.*?\]", answer)) >= given["num_placeholders"]


def _bullets(answer: str, given: Given) -> bool:
    stars = re.findall(r"^\s*\*[^*].*$", answer, re.MULTILINE)
    dashes = re.findall(r"^\s*-.*$", answer, re.MULTILINE)
    return len(stars) + len(dashes) == given["num_bullets"]


def _paragraphs(answer: str, given: Given) -> bool:
    parts = re.split(r"\s?\*\*\*\s?", answer)
    if not all(part.strip() for part in parts[1:-1]):
        return False
    return sum(bool(part.strip()) for part in parts) == given["num_paragraphs"]


def _postscript(answer: str, given: Given) -> bool:
    marker = given["postscript_marker"]
    sign = POSTSCRIPTS.get(marker) or marker.lower()  # a marker of its own is a pattern, as it is published
    return bool(re.search(rf"\s*{sign}.*$", answer.lower(), re.MULTILINE))


def _end(answer: str, given: Given) -> bool:
    return answer.strip().strip('"').lower().endswith(given["end_phrase"].strip().lower())


def _two_responses(answer: str, given: Given) -> bool:
    parts = answer.split("******")
    if not all(part.strip() for part in parts[1:-1]):
        return False
    said = [part.strip() for part in parts if part.strip()]
    return len(said) == 2 and said[0] != said[1]


def _json(answer: str, given: Given) -> bool:
    bare = answer.strip()
    for fence in ("```json", "```Json", "```JSON", "```"):
        bare = bare.removeprefix(fence)
    try:
        json.loads(bare.removesuffix("```").strip())
    except ValueError:
        return False
    return True


def _sections(answer: str, given: Given) -> bool:
    found = re.split(rf"\s?{given['section_spliter']}\s?\d+\s?", answer)
    return len(found) - 1 >= given["num_sections"]


def _first_word(answer: str, given: Given) -> bool:
    parts = answer.split("\n\n")
    wanted = given["nth_paragraph"]
    full = sum(bool(part.strip()) for part in parts)
    if wanted > full or not parts[wanted - 1].strip():
        return False
    word = parts[wanted - 1].split()[0].lstrip("'").lstrip('"')
    bare = re.split(r"[.,?!'\"]", word)[0].lower()
    return full == given["num_paragraphs"] and bare == given["first_word"].lower()


def _choice(answer: str, given: Given) -> bool:
    return any(choice in answer for choice in CHOICES)


WORDS, REPEAT = "length_constraints:number_words", "combination:repeat_prompt"
LETTERS = "keywords:letter_frequency"
CHECKS: dict[str, Callable[[str, Given], bool]] = {
    "punctuation:no_comma": _no_comma,
    WORDS: _words,
    "detectable_format:number_highlighted_sections": _highlights,
    "keywords:forbidden_words": _forbidden,
    "keywords:existence": _existence,
    "keywords:frequency": _frequency,
    LETTERS: _letters,
    REPEAT: _repeats,
    "startend:quotation": _quoted,
    "detectable_format:title": _title,
    "detectable_content:number_placeholders": _placeholders,
    "detectable_format:number_bullet_lists": _bullets,
    "length_constraints:number_paragraphs": _paragraphs,
    "detectable_content:postscript": _postscript,
    "startend:end_checker": _end,
    "combination:two_responses": _two_responses,
    "detectable_format:json_format": _json,
    "detectable_format:multiple_sections": _sections,
    "length_constraints:nth_paragraph_first_word": _first_word,
    "detectable_format:constrained_response": _choice,
}
"""By the id of an instruction: whether an answer follows it."""
