"""The redactor as a whole: numbers, rounds, values, and what it promises for any text."""

import json
import pickle
import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pipelines.redaction.sample import SHIPPED, redacted, redactor

# Values of each kind, pieces of them, and what people put between.
PIECES = (
    *("anna@web.de", "020 7946 0123", "+1 202 555 0143", "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00"),
    *("203.0.113.7", "2001:db8::1", "password=", "hunter22", "token: ", "Bearer ", "sk-", "a1B2" * 6, "AKIA", "eyJ"),
    *(
        "[EMAIL_1]",
        "[PHONE_7]",
        "[SECRET_",
        "[",
        "]",
        "_1]",
        "call ",
        "version ",
        "1.2.3.4",
        "://",
        "@",
        ":",
        "::",
        "==",
    ),
    *(
        " ",
        "  ",
        "\n",
        "-",
        ".",
        ",",
        "/",
        "(",
        ")",
        "+",
        "00",
        "0",
        "7",
        "1234",
        "2024",
        "x",
        "é",
        "です",
        "\u00a0",
        "İ",
    ),
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.characters(codec="utf-8"), max_size=30).map("".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
)
PLACEHOLDER = re.compile(r"\[(?:SECRET|EMAIL|IBAN|CARD|IP|PHONE)_[1-9][0-9]*\]")


def test_one_value_has_one_number_in_all_parts_of_a_conversation() -> None:
    outcome = SHIPPED.redact(["I am anna@web.de, not tom@web.de.", "Hello anna@web.de!", "ANNA@web.de and 203.0.113.7"])
    assert outcome.texts == (
        "I am [EMAIL_1], not [EMAIL_2].",
        "Hello [EMAIL_1]!",
        "[EMAIL_1] and [IP_1]",
    )
    assert outcome.found == {"EMAIL": 4, "IP": 1}


def test_another_conversation_begins_at_one() -> None:
    assert [redacted("anna@web.de"), redacted("tom@web.de")] == ["[EMAIL_1]", "[EMAIL_1]"]


def test_nothing_found_is_nothing_changed() -> None:
    outcome = SHIPPED.redact(["How much is the Otter a day?", ""])
    assert (outcome.texts, outcome.found) == (("How much is the Otter a day?", ""), {})


def test_a_number_that_stands_in_the_text_already_is_not_given_again() -> None:
    outcome = SHIPPED.redact(["anna@web.de answered", "[EMAIL_2] wrote, [EMAIL_0] and [EMAIL_x] did not"])
    assert outcome.texts == ("[EMAIL_3] answered", "[EMAIL_2] wrote, [EMAIL_0] and [EMAIL_x] did not")
    assert outcome.found == {"EMAIL": 1}


def test_of_two_findings_that_overlap_the_longer_is_kept_and_the_rest_is_searched_again() -> None:
    own = redactor(patterns={"line": r"line \d+ of anna@web\.de, 203\.0"})
    assert own.redact_text("line 7 of anna@web.de, 203.0.113.7 or tom@web.de") == "[LINE_1].113.7 or [EMAIL_1]"
    assert own.redact_text("of anna@web.de, 203.0.113.7") == "of [EMAIL_1], [IP_1]"


def test_the_password_in_a_web_address_is_no_part_of_an_email_address() -> None:
    assert redacted("https://anna:a.b@web.de") == "https://anna:[SECRET_1]@web.de"


def test_a_redactor_travels_to_another_process() -> None:
    sent = redactor(patterns={"customer_number": r"K-\d{6}"}, lists={"name": ("Anna Quenby",)})
    text = "Anna Quenby, K-123456, 020 7946 0123"
    expected = "[NAME_1], [CUSTOMER_NUMBER_1], [PHONE_1]"
    assert pickle.loads(pickle.dumps(sent)).redact_text(text) == expected
    assert sent.redact_text(text) == expected
    used = pickle.loads(pickle.dumps(sent))
    assert (used, used.redact_text(text)) == (sent, expected)


def test_every_text_of_a_value_is_redacted_and_shares_the_numbers() -> None:
    value = {
        "messages": [{"role": "user", "content": "I am anna@web.de"}],
        "tags": ["anna@web.de", None, True, 3, 2.5],
        "by tom@web.de": {"card": 4111111111111111, "count": 4111111111111112},
    }
    outcome = SHIPPED.redact_value(value)
    assert outcome.value == {
        "messages": [{"role": "user", "content": "I am [EMAIL_1]"}],
        "tags": ["[EMAIL_1]", None, True, 3, 2.5],
        "by [EMAIL_2]": {"card": "[CARD_1]", "count": 4111111111111112},
    }
    assert outcome.found == {"EMAIL": 3, "CARD": 1}
    assert SHIPPED.redact_value(outcome.value).value == outcome.value


def test_the_name_of_a_field_tells_what_its_value_is() -> None:
    value = {
        "phone": "2025550123",
        "order": "2025550123",
        "db_password": "correct horse",
        "token": "a1B2c3D4",
        "password": "",
    }
    assert SHIPPED.redact_value(value).value == {
        "phone": "[PHONE_1]",
        "order": "2025550123",
        "db_password": "[SECRET_1]",
        "token": "[SECRET_2]",
        "password": "",
    }


@settings(deadline=None, max_examples=300)
@given(st.lists(TEXTS, min_size=1, max_size=3))
def test_redacting_what_is_redacted_changes_nothing(texts: list[str]) -> None:
    once = SHIPPED.redact(texts)
    twice = SHIPPED.redact(once.texts)
    assert twice.texts == once.texts
    assert twice.found == {}


@settings(deadline=None, max_examples=200)
@given(TEXTS)
def test_what_is_outside_of_findings_is_unchanged(text: str) -> None:
    spans = SHIPPED.find(text)
    assert all(before.end <= after.start for before, after in pairwise(spans))
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    kept = [text[start:end] for start, end in gaps_of(text, [(span.start, span.end) for span in spans])]
    pattern = PLACEHOLDER.pattern.join(map(re.escape, kept))
    assert re.fullmatch(pattern, redacted(text), re.DOTALL)


def gaps_of(text: str, taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    starts, ends = [0, *(end for _, end in taken)], [*(start for start, _ in taken), len(text)]
    return list(zip(starts, ends, strict=True))


@settings(deadline=None, max_examples=200)
@given(TEXTS)
def test_numbers_are_given_in_the_order_in_which_values_appear(text: str) -> None:
    """Counted anew: after the highest number that stood there, each new value takes the next."""
    text = PLACEHOLDER.sub("", text)
    numbers: dict[str, list[int]] = {}
    for kind, number in re.findall(r"\[([A-Z]+)_([1-9][0-9]*)\]", redacted(text)):
        numbers.setdefault(kind, []).append(int(number))
    firsts = {kind: list(dict.fromkeys(given_)) for kind, given_ in numbers.items()}
    assert firsts == {kind: list(range(1, len(first) + 1)) for kind, first in firsts.items()}


@settings(deadline=None, max_examples=100)
@given(VALUES)
def test_a_redacted_value_keeps_its_shape_and_stays_as_it_is(value: object) -> None:
    once = SHIPPED.redact_value(value).value
    assert SHIPPED.redact_value(once).value == once
    json.dumps(once)


@pytest.mark.parametrize("text", ["anna@web.de;" * 300, "4111 1111 1111 1111, " * 300, "[EMAIL_1]" * 300])
def test_many_values_in_one_text_are_all_replaced(text: str) -> None:
    assert not re.search("anna|4111", redacted(text))
