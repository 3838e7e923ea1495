"""The redactor of the tests: the settings that ship, but for what a test changes."""

from typing import Any

from conf import load_settings
from conf.redaction import RedactionSettings
from pipelines.redaction import Redactor

SETTINGS = load_settings("base").settings.redaction


def redactor(**changes: Any) -> Redactor:
    values = SETTINGS.model_dump(mode="python") | changes
    return Redactor(RedactionSettings.model_validate(values))


SHIPPED = redactor()


def redacted(text: str) -> str:
    return SHIPPED.redact_text(text)
