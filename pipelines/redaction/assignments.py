"""Passwords and keys that are known by the name they are given to: `password=…`, `Authorization: Bearer …`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.redaction.spans import Span

PASSWORD_NAMES = (
    "pass[_-]?word|pass[_-]?wd|passphrase|passcode|pwd|passwort|kennwort|mot de passe|contraseña|contrasena|senha|"
    "hasło|haslo|wachtwoord|lösenord|adgangskode|пароль|парол|parola|şifre|パスワード|密码|密碼|비밀번호|pass"
)
KEY_NAMES = (
    "secret[_ -]?access[_ -]?key|secret[_ -]?key|api[_ -]?key|access[_ -]?key|private[_ -]?key|account[_ -]?key|"
    "shared[_ -]?key|signing[_ -]?key|encryption[_ -]?key|subscription[_ -]?key|client[_ -]?secret|secret|token|"
    "credentials?|signature"
)
# Any of these stands in every text with a name from above: a text without them is not searched.
STEMS = (
    *("pass", "pwd", "kennw", "contrase", "senha", "hasło", "haslo", "wachtw", "lösen", "adgang", "парол", "parol"),
    *("şifre", "パスワ", "密码", "密碼", "비밀", "secret", "key", "token", "credential", "signature"),
)
LINK = (
    r"(?:[\"'`]?\]?[ \t]{0,3}(?::=|=>|=|:|：)"
    r"|[ \t]{1,2}(?P<verb>is|was|ist|lautet|war|est|es|era|è|é|jest|to|är)(?=\s))[ \t\u00a0]{0,3}"
)
VALUE = (
    r"(?:(?P<quote>[\"'`])(?P<quoted>[^\"'`\s]{4,200})(?P=quote)"
    r"|(?P<bare>(?:[^\s\"'`,;<>(){}\[\]&]|&(?!\w{1,40}=)){4,200}))"
)
# For text in lower case: names that all begin with a plain letter let the search skip to those letters.
ASSIGNMENT = re.compile(rf"(?:{PASSWORD_NAMES}|{KEY_NAMES})[0-9]?{LINK}(?={VALUE})")
PASSWORD_NAME = re.compile(PASSWORD_NAMES)
PASSWORD_FIELD = re.compile(rf"(?:.*[^a-z])?(?:{PASSWORD_NAMES})[0-9]?", re.DOTALL)
HEADER = re.compile(
    r"(?:authorization[\"']?\s{0,2}[:=]\s{0,2}[\"']?(?:bearer|basic|token|digest)|\bbearer)\s{1,2}(?P<value>[\w.~+/=-]{8,})",
    re.IGNORECASE,
)
URL_PASSWORD = re.compile(r"://[^\s/:@\"'<>]{0,64}:([^\s/@\"'<>]{1,128})@[\w\[]")
NOT_A_VALUE = re.compile(
    r"[$<{%*#.\[]|x{4,}|(?:none|null|true|false|required|optional|your|example|changeme)\b", re.IGNORECASE
)
CODE = re.compile(r"[A-Za-z_]\w*(?:(?:\.|::|->)[A-Za-z_]\w*)+")
COUNTED = re.compile(r"\d+[-–]?[A-Za-z]+")
DIGIT_OR_SIGN = re.compile(r"[\d!#$%&*+@^~?]")


def find_assignments(text: str) -> Iterator[Span]:
    lowered = lower(text)
    if any(stem in lowered for stem in STEMS):
        for match in ASSIGNMENT.finditer(lowered):
            yield from _assigned(text, match)
    if "bearer" in lowered or "authorization" in lowered:
        for match in HEADER.finditer(text):
            if re.search(r"\d", match["value"]):
                yield Span(*match.span("value"), "SECRET", match["value"])
    if "://" in text and "@" in text:
        for match in URL_PASSWORD.finditer(text):
            yield Span(*match.span(1), "SECRET", match[1])


def lower(text: str) -> str:
    """In lower case and of the same length, so that a place in one is a place in the other."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)


def names_a_password(name: str) -> bool:
    """Whether a field of this name holds a password whatever it looks like."""
    return bool(PASSWORD_FIELD.fullmatch(lower(name)))


def _assigned(text: str, match: re.Match[str]) -> Iterator[Span]:
    part = "quoted" if match["quote"] else "bare"
    start, end = match.span(part)
    value = text[start:end].rstrip(".,:!?") if part == "bare" else text[start:end]
    is_called = text[end : end + 1] == "("
    is_password = bool(PASSWORD_NAME.match(match.group()))
    if not is_called and _is_plausible(value, is_password, is_quoted=part == "quoted", is_told=bool(match["verb"])):
        yield Span(start, start + len(value), "SECRET", value)


def _is_plausible(value: str, is_password: bool, *, is_quoted: bool, is_told: bool) -> bool:
    """A value, and neither code nor a word of prose nor a stand-in."""
    if len(value) < 4 or NOT_A_VALUE.match(value) or CODE.fullmatch(value):
        return False
    if is_password and is_quoted:
        return True
    if not is_password or is_told:
        mixed = re.search(r"\d", value) and re.search(r"[^\W\d]", value)
        return bool(mixed) and not COUNTED.fullmatch(value)
    return bool(DIGIT_OR_SIGN.search(value)) and not COUNTED.fullmatch(value)
