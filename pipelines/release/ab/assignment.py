"""Who gets which model: a keyed hash of the person, so that everybody who has the key finds the same arm.

An application needs nothing of ours: HMAC-SHA256 of "EXPERIMENT:SUBJECT_ID" under the secret of pseudonyms, and the
first 13 digits of its hexadecimal text as a number. That number over 2 to the 52nd is exact in every language that has
double precision, so all of them compare it alike. docs/experiments.md has the few lines of it.
"""

from __future__ import annotations

import hmac
from typing import Literal

from pydantic import SecretStr

Arm = Literal["champion", "challenger"]
CHAMPION: Arm = "champion"
CHALLENGER: Arm = "challenger"
ARMS = (CHAMPION, CHALLENGER)
DIGITS, BITS = 13, 52


def arm_of(subject_id: str, experiment: str, share: float, key: SecretStr) -> Arm:
    """The arm of a person, known by the pseudonym; another experiment deals the same people anew."""
    return CHALLENGER if _draw(subject_id, experiment, key) < share else CHAMPION


def _draw(subject_id: str, experiment: str, key: SecretStr) -> float:
    """A number from 0 to below 1, as good as random to whoever lacks the key."""
    digest = hmac.digest(key.get_secret_value().encode(), f"{experiment}:{subject_id}".encode(), "sha256")
    return int(digest.hex()[:DIGITS], 16) / 2**BITS
