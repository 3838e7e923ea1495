"""Texts that were made to keep a pattern busy: work grows with the length of a text and not faster."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.pipelines.redaction.sample import SHIPPED

UNITS = (
    *(
        "a",
        "1 ",
        "@",
        "-",
        ".",
        ":",
        "(",
        "+",
        "=",
        "[",
        "0 0",
        "12 ",
        "1.",
        "1-",
        "a@",
        "a.",
        "a@b.",
        "1.1.1.1.",
        "1.1.1.1@",
    ),
    *(
        "::",
        "a:",
        "1:",
        "://a:",
        "password=",
        "password: ",
        "token is ",
        "bearer a1",
        "A/",
        "==",
        "sk-",
        "sk-a-",
        "eyJ",
    ),
    *(
        "eyJaaaaaaaaa.eyJ",
        "-----BEGIN PRIVATE " + "KEY-----",
        "-----BEGIN PRIVATE " + "KEY-----\nab ",
        "gh" + "p_" + "a" * 36,
    ),
    *(
        "DE89",
        "DE89 3704 ",
        "0123 ",
        "06 12 34 56 78",
        "+44 20 7946 0123 ",
        "call 1 ",
        "4111 1111 1111 1111 ",
        "+1",
        "tel 02",
    ),
    *(
        "[EMAIL_",
        "[EMAIL_1]",
        "anna@web.de",
        "2001:db8::1",
        "12345678901 ",
        ":AA",
        "\u00a0",
        "\n",
        "\u0663",
        "\u0130",
        "é@é.",
    ),
)
LENGTH = 60_000
DEADLINE_SECONDS = 240  # an undisturbed run takes about 15; one pattern that backtracks without bound takes hours


def repeated(unit: str, length: int) -> str:
    return (unit * (length // len(unit) + 1))[:length]


@pytest.mark.parametrize("unit", UNITS)
def test_four_times_the_text_is_at_most_about_four_times_the_calls(unit: str) -> None:
    calls(repeated(unit, 400))  # what is compiled and cached once is not counted
    short, long = calls(repeated(unit, 2_000)), calls(repeated(unit, 8_000))
    assert long <= 5 * short + 2_000


def calls(text: str) -> int:
    """How many functions are called, Python's own included, while a text is redacted."""
    count = 0

    def notice(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(notice)
    try:
        SHIPPED.redact_text(text)
    finally:
        sys.setprofile(None)
    return count


def test_no_pattern_backtracks_without_bound_on_a_long_text() -> None:
    """Work inside of a pattern cannot be counted from outside: it must end, in a process that can be stopped."""
    program = (
        "from tests.pipelines.redaction.test_hostile_texts import LENGTH, UNITS, repeated\n"
        "from tests.pipelines.redaction.sample import redacted\n"
        "print(sum(bool(redacted(repeated(unit, LENGTH))) for unit in UNITS))"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, timeout=DEADLINE_SECONDS, check=True
    )
    assert int(done.stdout) == len(UNITS) > 50


def test_a_long_line_of_values_is_redacted_whole() -> None:
    text = repeated("anna@web.de, ", LENGTH)
    assert SHIPPED.redact([text]).found == {"EMAIL": text.count("anna@web.de")}
