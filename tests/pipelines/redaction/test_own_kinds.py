"""What a team adds in its settings."""

import pytest

from conf import SettingsError, load_settings
from tests.pipelines.redaction.sample import redactor


def test_a_pattern_of_the_settings_is_a_kind_of_its_own_and_wins_a_tie() -> None:
    own = redactor(patterns={"customer_number": r"K-\d{6}", "desk": r"020 7946 0\d{3}"})
    assert own.redact_text("K-123456, K-654321, K-123456; 020 7946 0123") == (
        "[CUSTOMER_NUMBER_1], [CUSTOMER_NUMBER_2], [CUSTOMER_NUMBER_1]; [DESK_1]"
    )


def test_a_pattern_named_like_a_built_in_kind_adds_to_it() -> None:
    own = redactor(patterns={"phone": r"ext\. \d{3}"})
    assert own.redact_text("+44 20 7946 0123, ext. 123") == "[PHONE_1], [PHONE_2]"


def test_a_list_is_matched_whole_and_in_any_case() -> None:
    own = redactor(lists={"name": ("Anna Quenby", "Anna Quenby-Lee", "Müller")})
    text = "ANNA  QUENBY met Anna Quenby-Lee; Annabel Quenby and Müllerin did not. müller!"
    assert own.redact_text(text) == "[NAME_1] met [NAME_2]; Annabel Quenby and Müllerin did not. [NAME_3]!"


def test_the_words_of_a_name_stand_close_together() -> None:
    own = redactor(lists={"name": ("Quenby Anna",)})
    assert own.redact_text("Quenby, Anna - Quenby .... Anna") == "[NAME_1] - Quenby .... Anna"


def test_a_kind_that_is_switched_off_is_not_replaced() -> None:
    text = "anna@web.de 203.0.113.7"
    assert redactor(kinds=("ip",)).redact_text(text) == "anna@web.de [IP_1]"
    assert redactor(kinds=()).redact_text(text) == text


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ("redaction.patterns.staff='E-(\\d'", "expected a regular expression (missing ), unterminated subpattern"),
        ("redaction.patterns.staff='x*'", "expected a regular expression that needs at least one character"),
        ("redaction.patterns.Staff='x'", "expected text of the form ^[a-z]"),
        ("redaction.lists={name: ['...']}", "expected text of the form \\w"),
        ("redaction.regions=[gb]", "expected text of the form ^[A-Z]{2}$"),
        ("redaction.kinds=[names]", "expected 'secret', 'email'"),
    ],
)
def test_a_mistake_in_the_settings_is_told_when_they_are_loaded(override: str, told: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings("base", [override])
    assert told in str(raised.value)
