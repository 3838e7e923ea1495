"""Pseudonyms: a person appears in tables only as a keyed hash, so that whoever lacks the key cannot tell who it was."""

from __future__ import annotations

import hashlib
import hmac

from pydantic import SecretStr

from lakehouse.identity import DIGITS


def pseudonym(key: SecretStr, subject: str) -> str:
    """The same person under the same key is always the same pseudonym; spaces and case at the rim do not matter."""
    named = subject.strip().casefold()
    return hmac.new(key.get_secret_value().encode(), named.encode(), hashlib.sha256).hexdigest()[:DIGITS]
