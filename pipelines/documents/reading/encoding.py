"""From bytes to text: what says so itself, then UTF-8, then what is declared, then a careful guess; else a refusal.

Valid UTF-8 stands before a declared charset, because pages that lie about theirs are common and other text is almost
never valid UTF-8 by chance. The guess is charset-normalizer's, because it can answer that it does not know; uchardet,
which resiliparse brings, names an encoding even for noise. Nothing is ever replaced: bytes that fit nowhere are out.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

from pipelines.unfit import Unfit

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""In this order, for the mark of UTF-32 begins with that of UTF-16."""
CONTROLS = bytes(code for code in range(32) if code not in b"\b\t\n\v\f\r\x1b")
MOST_CONTROLS = 0.01
SAMPLE_BYTES = 2**16
LEAST_BYTES_TO_GUESS = 32
MOST_CHAOS = 0.1
META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
META_BYTES = 4096


@dataclass(frozen=True)
class Decoded:
    """A text, and where its encoding is not plain UTF-8, which it is and who says so."""

    text: str
    extra: dict[str, str] = field(default_factory=dict)


def decoded(content: bytes, declared: str | None = None, guess: bool = False) -> Decoded:
    """The text that the bytes stand for; raises Unfit where they stand for none."""
    mark = marked(content)
    if mark:
        return _marked_text(content, mark)
    check_is_text(content)
    known = _known_label(declared)
    if known and known.startswith("iso2022"):  # bytes of seven bits, so it would pass for UTF-8
        return _strictly(content, known, "declared") or _refuse(content)
    text = _utf8(content)
    if text is not None:
        return Decoded(text)
    as_declared = _strictly(content, known, "declared") if known and known != "utf-8" else None
    guessed = None if as_declared or not guess else guessed_charset(content)
    return as_declared or (_strictly(content, guessed, "guessed") if guessed else None) or _refuse(content)


def marked(content: bytes) -> str | None:
    """The codec that a byte-order mark at the beginning names."""
    return next((codec for mark, codec in MARKS if content.startswith(mark)), None)


def declared_in_page(content: bytes) -> str | None:
    """The charset that a page's own meta element declares."""
    found = META_CHARSET.search(content[:META_BYTES])
    return found[1].decode("ascii") if found else None


def check_is_text(content: bytes) -> None:
    """Refuse what has the control characters of a program, an image or an archive."""
    sample = content[:SAMPLE_BYTES]
    controls = len(sample) - len(sample.translate(None, CONTROLS))
    if b"\0" in sample or controls > MOST_CONTROLS * len(sample):
        raise Unfit("binary", "Expected text; these bytes are an image, an archive or a program, or UTF-16 unmarked.")


def guessed_charset(content: bytes) -> str | None:
    """A codec of one language's own characters; None where too little or too much speaks for it."""
    if len(content) < LEAST_BYTES_TO_GUESS or _is_broken_utf8(content):
        return None
    from charset_normalizer import from_bytes

    best = from_bytes(content, threshold=MOST_CHAOS).best()
    return best.encoding if best is not None else None


def _is_broken_utf8(content: bytes) -> bool:
    """Whether most of what is not ASCII is UTF-8 after all, so that any other codec would make nonsense of it."""
    text = content.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    whole = sum(not character.isascii() for character in text) - broken
    return whole > broken


def _marked_text(content: bytes, codec: str) -> Decoded:
    try:
        text = content.decode(codec)
    except UnicodeDecodeError as problem:
        detail = (
            f"Expected {codec.removesuffix('-sig').upper()}, as its first bytes say; byte {problem.start + 1} is not."
        )
        raise Unfit("not_utf8" if codec == "utf-8-sig" else "broken_encoding", detail) from None
    return Decoded(text, {} if codec == "utf-8-sig" else {"charset": codec, "charset_from": "mark"})


def _known_label(declared: str | None) -> str | None:
    """Python's codec for a label of the web, which means windows-1252 where it says latin1; None for any other word."""
    if not declared:
        return None
    from resiliparse.parse.encoding import map_encoding_to_html5

    known = map_encoding_to_html5(declared.strip(), fallback_utf8=False)
    try:
        return codecs.lookup(known).name if known else None
    except LookupError:
        return None


def _strictly(content: bytes, codec: str, origin: str) -> Decoded | None:
    try:
        return Decoded(content.decode(codec), {"charset": codecs.lookup(codec).name, "charset_from": origin})
    except (UnicodeDecodeError, LookupError):
        return None


def _utf8(content: bytes) -> str | None:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _refuse(content: bytes) -> Decoded:
    try:
        content.decode("utf-8")
        place = 0
    except UnicodeDecodeError as problem:
        place = problem.start
    raise Unfit(
        "not_utf8",
        f"Expected UTF-8; byte {place + 1} is 0x{content[place]:02X}, and no other encoding is declared or likely. "
        "If it is Latin-1, convert it: iconv -f latin1 -t utf8.",
    )
