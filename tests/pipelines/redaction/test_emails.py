"""E-mail addresses."""

import pytest

from tests.pipelines.redaction.sample import redacted


@pytest.mark.parametrize(
    "address",
    [
        "anna@web.de",
        "Anna.Example+shop@mail.example.co.uk",
        "o'brien_7@a-b.io",
        "1234567@163.com",
        "jürgen@bücher.example",
        "a@b.photography",
        "x%y@sub.dept.uni.example",
    ],
)
@pytest.mark.parametrize(
    "around", ["{}", "Write to {}.", "<{}>", "mailto:{}?subject=x", "連絡先は{}です。", '{{"a":"{}"}}']
)
def test_an_address_is_replaced_and_nothing_beside_it(address: str, around: str) -> None:
    assert redacted(around.format(address)) == around.format("[EMAIL_1]")


@pytest.mark.parametrize(
    "text",
    [
        "Meet @anna at 5.",
        "3 @ 4.50 each",
        "npm i left-pad@1.3.0",
        "foo@1.2.3-rc.next",
        "@app.route('/x')",
        "git@github.com:a/b.git",
        "user@localhost",
        "54\n@app.route",
    ],
)
def test_an_at_sign_alone_makes_no_address(text: str) -> None:
    assert redacted(text) == text
