"""A guard over the test settings, for tests that look at what leaves it."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr

from conf import Resolved
from pipelines.prompts.guard import Guard
from pipelines.redaction import Redactor

KEY = SecretStr("key")


def guard_of(resolved: Resolved, columns: dict[str, str | None] | None = None, **changes: Any) -> Guard:
    """With the named columns mapped, and other settings changed."""
    settings = resolved.settings.prompts
    mapped = settings.columns.model_copy(update=columns or {})
    return Guard(settings.model_copy(update={"columns": mapped, **changes}), Redactor(resolved.settings.redaction), KEY)
