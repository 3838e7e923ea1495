"""Which language a text is in, by a detector that ships its model."""

from __future__ import annotations

from functools import cache
from typing import Any

DETECTOR = "py3langid"


@cache
def language_detector() -> Any:
    """Loaded once in a process; it takes a second."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
