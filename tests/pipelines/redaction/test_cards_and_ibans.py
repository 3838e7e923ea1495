"""Payment cards and IBANs: both carry check digits, so one wrong digit makes them plain numbers."""

import pytest

from tests.pipelines.redaction.sample import redacted

# The numbers that the issuers publish for tests.
CARDS = [
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "4111111111111111",
    "4111\u00a01111\u00a01111\u00a01111",
    "4222222222222",
    "5555555555554444",
    "2223003122003222",
    "3782 822463 10005",
    "371449635398431",
    "6011 1111 1111 1117",
    "3056 930902 5904",
    "3530111333300000",
    "6200 0000 0000 0005",
    "6759649826438453",
]
IBANS = [
    "DE89 3704 0044 0532 0130 00",
    "DE89370400440532013000",
    "de89 3704 0044 0532 0130 00",
    "GB33-BUKB-2020-1555-5555-55",
    "FR14 2004 1010 0505 0001 3M02 606",
    "DE89 37040044 0532013000",
    "NO93 8601 1117 947",
    "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
]


@pytest.mark.parametrize("number", CARDS)
@pytest.mark.parametrize(
    "around", ["{}", "My card {} (CVC 123).", "{} 12/28", "{} 123", '{{"card": "{}"}}', "カード{}です"]
)
def test_a_card_is_replaced_and_nothing_beside_it(number: str, around: str) -> None:
    assert redacted(around.format(number)) == around.format("[CARD_1]")


@pytest.mark.parametrize("number", CARDS)
def test_a_card_with_a_wrong_check_digit_is_a_number(number: str) -> None:
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert "CARD" not in redacted(wrong)


@pytest.mark.parametrize(
    "text",
    [
        "1111 1111 1111 1117",  # right by its check digit, of no issuer
        "41 11 11 11 11 11 11 11",  # no card is printed so
        "4111 1111-1111 1111",
        "0.4111111111111111",
        "x4111111111111111",
        "411111111111111122222",
        "EAN 4006381333931",  # a barcode, right by its own check digit
    ],
)
def test_other_long_numbers_are_no_cards(text: str) -> None:
    assert redacted(text) == text


def test_a_table_of_four_digit_numbers_holds_no_card_in_its_middle() -> None:
    table = "1024 4111 1111 1111 1111 1024 2048"
    assert redacted(table) == table


@pytest.mark.parametrize("number", IBANS)
@pytest.mark.parametrize("around", ["{}", "IBAN: {}.", "auf {} bis Freitag", "<iban>{}</iban>", "口座は{}です"])
def test_an_iban_is_replaced_and_nothing_beside_it(number: str, around: str) -> None:
    assert redacted(around.format(number)) == around.format("[IBAN_1]")


@pytest.mark.parametrize("number", IBANS)
def test_an_iban_with_a_wrong_check_digit_is_none(number: str) -> None:
    wrong = number[:3] + str((int(number[3]) + 1) % 10) + number[4:]
    assert "IBAN" not in redacted(wrong)


def test_spellings_of_one_value_share_a_number() -> None:
    assert redacted(f"{CARDS[0]}, {CARDS[1]}, {CARDS[5]}") == "[CARD_1], [CARD_1], [CARD_2]"
    assert redacted(", ".join(IBANS[:4])) == "[IBAN_1], [IBAN_1], [IBAN_1], [IBAN_2]"


@pytest.mark.parametrize(
    "text", ["XX89 3704 0044 0532 0130 00", "DE89 3704", "on12 people went home early", "VAT DE123456789"]
)
def test_codes_that_begin_like_an_iban_are_none(text: str) -> None:
    assert redacted(text) == text
