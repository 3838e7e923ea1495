"""Keys, tokens and passwords. Each is put together here, so that no scanner stops the source."""

import pytest

from tests.pipelines.redaction.sample import redacted

LETTERS = "aB3dE6gH9jK2mN5pQ8sT1vW4xY7zAb0cDe" * 4
HEX = "0123456789abcdef" * 4
KEYS = {
    "AWS": "AK" + "IAIOSFODNN7EXAMPLE",
    "GitHub": "gh" + "p_" + LETTERS[:36],
    "GitHub, fine-grained": "github" + "_pat_" + LETTERS[:22] + "_" + LETTERS[:59],
    "GitLab": "gl" + "pat-" + LETTERS[:20],
    "OpenAI": "s" + "k-" + LETTERS[:48],
    "OpenAI project": "s" + "k-proj-" + LETTERS[:60],
    "Anthropic": "s" + "k-ant-api03-" + LETTERS[:93] + "AA",
    "Google": "AI" + "za" + LETTERS[:35],
    "Slack": "xo" + "xb-123456789012-123456789012-" + LETTERS[:24],
    "Stripe": "sk" + "_live_" + LETTERS[:24],
    "Hugging Face": "h" + "f_" + LETTERS[:34],
    "Databricks": "da" + "pi" + HEX[:32] + "-2",
    "JWT": "ey" + "JhbGciOiJIUzI1NiJ9." + "ey" + "JzdWIiOiIxMjM0In0." + LETTERS[:43],
    "npm": "np" + "m_" + LETTERS[:36],
    "PyPI": "py" + "pi-AgEIcHlwaS5vcmc" + LETTERS[:120],
    "Telegram": "1234567890:A" + "A" + LETTERS[:33],
    "Azure storage": LETTERS[:86] + "==",
    "SendGrid": "S" + "G." + LETTERS[:22] + "." + LETTERS[:43],
    "private key": f"-----BEGIN RSA PRIVATE {'KEY'}-----\n{LETTERS[:64]}\nabc==\n-----END RSA PRIVATE KEY-----",
    "private key in JSON": f"-----BEGIN PRIVATE {'KEY'}-----\\n{LETTERS[:64]}\\n-----END PRIVATE KEY-----",
}


@pytest.mark.parametrize("provider", KEYS)
@pytest.mark.parametrize(
    "around", ["{}", "My key {} fails.", 'Client("{}")', "TOKEN={}\n", "Authorization: Bearer {}\n", "鍵は{}です"]
)
def test_a_key_is_replaced_and_nothing_beside_it(provider: str, around: str) -> None:
    assert redacted(around.format(KEYS[provider])) == around.format("[SECRET_1]")


def test_a_private_key_that_was_cut_off_is_replaced_up_to_the_prose_after_it() -> None:
    cut = f"-----BEGIN PRIVATE {'KEY'}-----\n{LETTERS[:64]}\n{LETTERS[:64]}"
    assert redacted(f"{cut}\nand then it stops") == "[SECRET_1]\nand then it stops"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("password=hunter22", "password=[SECRET_1]"),
        ("PASSWORD: 'correcthorse'", "PASSWORD: '[SECRET_1]'"),
        ('{"db_password": "x.y!z"}', '{"db_password": "[SECRET_1]"}'),
        ("Passwort: Amber!23.", "Passwort: [SECRET_1]."),
        ("mot de passe : azerty12", "mot de passe : [SECRET_1]"),
        ("My password is hunter22, ok?", "My password is [SECRET_1], ok?"),
        ("secret: password: hunter22", "secret: password: [SECRET_1]"),
        ("?pwd=letmein1&user=x", "?pwd=[SECRET_1]&user=x"),
        ("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG", "AWS_SECRET_ACCESS_KEY=[SECRET_1]"),
        ("Authorization: Basic YW5uYTpodW50ZXIy", "Authorization: Basic [SECRET_1]"),
        ("https://anna:s3cret@files.example/a", "https://anna:[SECRET_1]@files.example/a"),
        ("İ PASSWORD=hunter22", "İ PASSWORD=[SECRET_1]"),
    ],
)
def test_what_is_assigned_to_a_secret_name_is_replaced(text: str, expected: str) -> None:
    assert redacted(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Password: must have at least 8 characters.",
        "My password is secret.",
        "The password is 12-character.",
        "A token: the smallest unit of text.",
        "token: 4096",
        "max_tokens=4096",
        "mask_token='[MASK]'",
        "password = get_password2()",
        "token = tokenizer.decode(ids)",
        "api_key=os.environ['KEY']",
        "login(user=user, password=password)",
        "password: <your password>",
        "secret: ${SECRET1}",
        "password=None",
        "Bearer bonds fell in 1929.",
        "sk-learn-contrib-estimators",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "https://files.example/a@b",
    ],
)
def test_code_prose_and_hashes_are_no_secrets(text: str) -> None:
    assert redacted(text) == text
