"""Answers that speak to their judge get no rating from it: a model, and a small one above all, heeds what it reads.

A fence keeps an answer from ending its own material, but not a model from copying a number out of it or doing as it
is told. What an honest answer hardly ever does is to speak of its own rating, to give orders about orders, or to
pretend to be another turn of the conversation. Such an answer is not rated low, which would punish the honest few; the
judge abstains. It is a list of words, so it knows few of the attempts that it was not made for.
"""

from __future__ import annotations

import re
import unicodedata

from pipelines.score.judges.fence import is_invisible

TURNS = re.compile(r"<[|｜][\w▁]+[|｜]>|\[/?INST\]|<</?SYS>>|</?s>|<(?:start|end)_of_turn>", re.IGNORECASE)
NUMBER = r"(?:\b[1-5](?:\.0)?\b(?!\s*(?:%|[a-z]?m\b|kg|£|\$|€))|\b(?:one|two|three|four|five|cinq|fünf|cinco|cinque)\b)"
TOP = r"\b(?:top|full|highest|maximum|max|best|perfect|lowest|worst)\b"
RATES = (
    r"\b(?:rat(?:e|es|ed|ing|ings)|scor(?:e|es|ed|ing)|grad(?:e|es|ed|ing|er)|verdict|rubric|judg(?:e|es|ed|ing|ement)"
    r"|evaluat(?:e|or|ion|ing)|assess(?:or|ment|ing)|mark(?:s|ing|er)|bewert\w*|note|punt(?:uación|aje|os)|calific\w*"
    r"|évalu\w*|valut\w*|voto)\b"
)
NEAR = r"[^.!?\n]{0,80}"
ORDERS = r"\b(?:ignor\w*|disregard\w*|forget|overrid\w*|bypass\w*|supersed\w*|discard|vergiss|oublie\w*|olvida\w*)\b"
RULES = (
    r"\b(?:instructions?|prompts?|rubrics?|criteria|rules|guidelines|polic(?:y|ies)|directives?|task|anweisung\w*"
    r"|instrucciones|istruzioni|regeln)\b"
)
SIGNS: dict[str, re.Pattern[str]] = {
    "it speaks of its own rating": re.compile(
        rf"{RATES}{NEAR}(?:{NUMBER}|{TOP})|(?:{NUMBER}|{TOP}){NEAR}{RATES}", re.IGNORECASE
    ),
    "it gives orders about orders": re.compile(rf"{ORDERS}{NEAR}{RULES}|{RULES}{NEAR}{ORDERS}", re.IGNORECASE),
    "it speaks to a judge": re.compile(
        r"\b(?:dear|hey|hello|attention|note (?:to|for)|you are)\b[^.!?\n]{0,30}"
        r"\b(?:judge|grader|evaluator|rater|reviewer|examiner|assessor)\b|\blanguage model\b",
        re.IGNORECASE,
    ),
    "it tells what to reply": re.compile(
        rf"\b(?:reply|respond|answer|output|return|print|say|write|give|choose|select|pick|réponds|antworte|responde)\b"
        rf"(?: (?:with|only|just|always|the|number|digit|par|mit|con|it|a|an|option|letter|to|everything))*\W{{0,3}}"
        rf"(?:{NUMBER}|\b(?-i:[AB])(?=\s*(?:$|[.,;!?\n])))",
        re.IGNORECASE,
    ),
    "it plays another turn": re.compile(
        r"^\W{0,3}(?:system|assistant|user|human|developer|judge|evaluator|instruction|admin)\b[^\n:]{0,20}:"
        r"|</?(?:system|instruction|material|answer|user|assistant|prompt)s?>|^#+ *(?:end of|new|system|instruction)",
        re.IGNORECASE | re.MULTILINE,
    ),
    "it holds a finished verdict": re.compile(
        r"[\"'](?:rating|score|better|verdict|grade)[\"']\s*:"
        r"|\b[1-5]\s*(?:/|out of|von|sur|de)\s*5\b|(?:\b5\W+){3}\b5\b",
        re.IGNORECASE,
    ),
    "it asks to be decoded": re.compile(r"\b(?:decode|base64|rot13|decipher|unscramble)\b", re.IGNORECASE),
}


def speaks_to_judge(answer: str) -> str | None:
    """What in an answer is meant for whoever judges it; None where nothing is."""
    if TURNS.search(answer):
        return "it holds marks of a conversation's turns"
    if any(is_invisible(letter) for letter in answer if letter not in "\n\t\r\u200c\u200d\u00ad\ufeff"):
        return "it hides characters"
    plain = unicodedata.normalize("NFKC", answer)
    if "<<<" in plain:
        return "it holds marks of a conversation's turns"
    return next((what for what, sign in SIGNS.items() if sign.search(plain)), None)
