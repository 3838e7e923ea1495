"""The same person gets the same arm anywhere, and people are dealt by the share."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from lakehouse.identity import identity
from lakehouse.subjects import pseudonym
from pipelines.release.ab.assignment import CHALLENGER, arm_of

KEY = SecretStr("key")
PAGE = Path(__file__).parents[4] / "docs" / "experiments.md"
PEOPLE = [identity("person", number) for number in range(20_000)]


def challengers(experiment: str, share: float, key: SecretStr = KEY) -> set[str]:
    return {person for person in PEOPLE if arm_of(person, experiment, share, key) == CHALLENGER}


def plain_hmac(key: bytes, message: bytes) -> str:
    """RFC 2104, written out: what any other language does."""
    block = key.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block) + message).digest()
    return hashlib.sha256(bytes(byte ^ 0x5C for byte in block) + inner).hexdigest()


def test_the_arm_is_what_anybody_with_the_key_computes() -> None:
    for person in PEOPLE[:200]:
        number = int(plain_hmac(b"key", f"otter:{person}".encode())[:13], 16) / 2**52
        assert (arm_of(person, "otter", 0.3, KEY) == CHALLENGER) == (number < 0.3)


def test_the_lines_in_the_docs_are_the_same_function() -> None:
    (lines,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    told: dict[str, Any] = {}
    exec(lines, told)
    names = [f" Person-{number}@Example.org " for number in range(200)]
    expected = [arm_of(pseudonym(KEY, name), "otter", 0.3, KEY) for name in names]
    assert [told["arm_of"](name, "otter", 0.3, "key") for name in names] == expected
    assert set(expected) == {"champion", "challenger"}


def test_a_tenth_is_a_tenth_and_a_larger_share_keeps_everybody_who_was_in_the_smaller() -> None:
    tenth, third = challengers("otter", 0.1), challengers("otter", 0.3)
    deviation = (len(PEOPLE) * 0.1 * 0.9) ** 0.5  # of a binomial: 42
    assert abs(len(tenth) - 2000) < 4 * deviation
    assert tenth < third


def test_another_test_and_another_key_deal_anew() -> None:
    otter = challengers("otter", 0.5)
    for others in (challengers("heron", 0.5), challengers("otter", 0.5, SecretStr("another"))):
        deviation = (len(otter) * 0.25) ** 0.5  # of how many of the otter's are among them, if both are independent
        assert abs(len(otter & others) - len(otter) / 2) < 4 * deviation
