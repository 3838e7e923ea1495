"""IP addresses, and the numbers with dots and colons that are none."""

import pytest

from tests.pipelines.redaction.sample import redacted

ADDRESSES = [
    "203.0.113.7",
    "10.1.2.3",
    "1.2.3.4",
    "2001:db8::1",
    "2001:DB8:0:0:8:800:200C:417A",
    "fe80::1",
    "::ffff:203.0.113.7",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    "around", ["{}", "from {}.", "ssh root@{} fails", "[{}]:443", "host={},", "アドレス{}です", "at {}: up"]
)
def test_an_address_is_replaced_and_nothing_beside_it(address: str, around: str) -> None:
    assert redacted(around.format(address)) == around.format("[IP_1]")


def test_ports_masks_and_ranges_stay() -> None:
    assert redacted("10.0.0.1:8080 10.0.0.0/24 10.0.0.1-10.0.0.9") == "[IP_1]:8080 [IP_2]/24 [IP_1]-[IP_3]"


def test_two_spellings_of_one_address_share_a_number() -> None:
    assert redacted("2001:db8::1 and 2001:0DB8:0:0:0:0:0:1") == "[IP_1] and [IP_1]"


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "255.255.255.0", "224.0.0.1", "::1", "::", "ff02::1"])
def test_an_address_that_is_nobodys_stays(address: str) -> None:
    assert redacted(f"listen on {address}") == f"listen on {address}"


@pytest.mark.parametrize(
    "text",
    [
        "v1.2.3.4",
        "version 1.2.3.4",
        "upgrade to 1.2.3.4-rc1",
        "lib==1.2.3.4",
        "lib-1.2.3.4.tar.gz",
        "Firefox/1.2.3.4",
        "Section 4.2.1.3",
        "Abschnitt 4.2.1.3",
        "10.0.19045.3803",
        "1.2.3.4.5",
        "256.1.1.1",
        "01.02.03.04",
        "12:30:45",
        "10:04:59:12",
        "std::vector",
        "Foo::Bar",
        "x[1:10:2]",
        "00:1A:2B:3C:4D:5E",
        "00:11:22:33:44:55:66:77",
        "a::b:c::d",
    ],
)
def test_versions_sections_times_and_code_are_no_addresses(text: str) -> None:
    assert redacted(text) == text
