"""What every reader of records says of one that it does not take."""

from __future__ import annotations

from collections.abc import Iterable

from lakehouse.rejections import Rejection


class Unfit(ValueError):
    """A record that can be read and still is not what is taken; the reason is one word for counting."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason

    def __reduce__(self) -> tuple[type[Unfit], tuple[str, str]]:
        return Unfit, (self.reason, str(self))  # which an exception with two words does not do by itself


def refusal(name: str, number: int, reason: str, detail: str, subject_id: str | None = None) -> Rejection:
    """A rejection that points at a line or row of a source."""
    return Rejection(f"{name}:{number}", reason, detail, name, number, subject_id)


def check_whole_characters(texts: Iterable[str]) -> None:
    """JSON can escape half of a character, which Python reads and no table can hold."""
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        raise Unfit("half_character", "A \\u escape stands for half of a character; write both halves.") from None
