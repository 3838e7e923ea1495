"""Which language an answer is in, by a detector that ships its model."""

from __future__ import annotations

from conf.rules import LanguageCheck
from pipelines.languages import language_detector
from pipelines.score.protocol import Score, Subject
from pipelines.score.rules.verdict import Check, abstained, judged

LEAST_LETTERS = 20
LEAST_CONFIDENCE = 0.5
MOST_CHARACTERS = 10_000
"""The beginning of an answer tells its language, and a long one takes no longer."""


class UnknownLanguage(ValueError):
    """Settings name a language that the detector does not know, so that every answer would fail."""


def language_check(settings: LanguageCheck) -> Check:
    """Whether the likeliest language is among those wanted; short or mixed answers are left undecided."""
    detector = language_detector()
    unknown = sorted(set(settings.languages) - set(detector.labels))
    if unknown:
        known = ", ".join(sorted(detector.labels))
        raise UnknownLanguage(f"Expected languages that can be told apart ({known}), got {', '.join(unknown)}.")

    def judge(subject: Subject) -> Score:
        text = subject.answer[:MOST_CHARACTERS]
        letters = sum(map(str.isalpha, text))
        if letters < LEAST_LETTERS:
            return abstained(f"{letters} letters are too few to tell a language; it takes {LEAST_LETTERS}")
        language, confidence = detector.classify(text)
        if not confidence >= LEAST_CONFIDENCE:
            return abstained(f"no language is likely: {language} with {confidence:.2f}")
        return judged(language in settings.languages, f"it is in {language}, not in {', '.join(settings.languages)}")

    return judge
