"""Phone numbers: which forms count with and without a word that announces them, and what only looks like one."""

import pytest

from pipelines.redaction.phone_plans import UnknownRegion
from tests.pipelines.redaction.sample import redacted, redactor


@pytest.mark.parametrize(
    "number",
    [
        "+44 20 7946 0123",
        "+44 (0)20 7946 0123",
        "+442079460123",
        "+1 (415) 555-2671",
        "+49 30 23125 123",
        "+33 6 12 34 56 78",
        "+81 90-1234-5678",
        "+420 602 123 456",
        "0049 176 23456789",
        "020 7946 0123",
        "(020) 7946 0123",
        "07400123456",
        "0151 23456789",
        "030 / 23 12 51 23",
        "06 12 34 56 78",
        "01.42.34.56.78",
        "(202) 555-0143",
        "202-555-0143",
        "202.555.0143",
        "555-123-4567",
        "612 345 678",
        "91 234 56 78",
        "512 345 678",
        "347 123 4567",
    ],
)
@pytest.mark.parametrize("around", ["{}", "The desk ({}) is open.", "Anna Lee\n{}\nLondon", "Best wishes, Anna, {}"])
def test_a_number_is_known_by_its_form(number: str, around: str) -> None:
    assert redacted(around.format(number)) == around.format("[PHONE_1]")


@pytest.mark.parametrize(
    "before",
    [
        "Call ",
        "Tel. ",
        "Tel. Nr. ",
        "phone no: ",
        "Handy: ",
        "au téléphone ",
        "Mobile: ",
        "电话：",
        "тел. ",
        '"phone": ',
    ],
)
@pytest.mark.parametrize("number", ["2025550123", "202 5550123", "07700 900123"])
def test_a_number_without_a_form_is_known_by_the_word_before_it(before: str, number: str) -> None:
    assert redacted(before + number) == f"{before}[PHONE_1]"


@pytest.mark.parametrize(
    "text",
    [
        "Order 2025550123 has shipped.",
        "Order 485-7371082-6290692",
        "on 2024-05-17 at 12:30",
        "am 17.05.2024 um 10.30",
        "02 05 1999",
        "Preis: 1.234.567,00",
        "612 345 678 EUR",
        "$612 345 678",
        "978-3-16-148410-0",
        "ISBN 0-306-40615-2",
        "ISBN 0306406152",
        "3.14159265358979",
        "78.371215",
        "1-2 of 3-4",
        "version 1.2.3.4567",
        "192.168.300.400",
        "v02.0794.60123",
        "id 123e4567-e89b-12d3-a456-426614174000",
        "1719000123",
        "12.5 13.7 14.2 15.9",
        "0123 4567 8901 2345 6789",
        "06 12 34 56 78 90 12 34",
        "end up with 15000-5550 of 3000 - 900",
        "960-480-120=360",
        "store 2400 / 200 = 12",
        "Call us about order 2025550123.",
        "call me in 5 minutes, it is 12:30",
        "The call took 3 minutes. Order 2025550123",
        "/orders/2025550123/lines",
    ],
)
def test_dates_prices_orders_and_tables_are_no_phone_numbers(text: str) -> None:
    assert redacted(text) == text


def test_one_word_announces_one_number_and_those_joined_to_it() -> None:
    assert redacted("Call 2025550123 or 2025550199") == "Call [PHONE_1] or [PHONE_2]"
    assert redacted("Call 2025550123 about 2025550199") == "Call [PHONE_1] about 2025550199"


def test_national_and_international_form_of_a_number_are_one_value() -> None:
    assert redacted("020 7946 0123 or +44 20 7946 0123") == "[PHONE_1] or [PHONE_1]"


def test_national_forms_are_those_of_the_regions_that_the_settings_name() -> None:
    swedish = "08-12 34 56 78"
    assert redactor(regions=()).redact_text(f"{swedish} +46 8 12 34 56 78") == f"{swedish} [PHONE_1]"
    assert redactor(regions=("SE",)).redact_text(swedish) == "[PHONE_1]"


def test_a_region_that_does_not_exist_is_refused_before_any_work() -> None:
    with pytest.raises(UnknownRegion, match=r"such as GB or DE, got ZQ. Change redaction\.regions"):
        redactor(regions=("GB", "ZQ"))
