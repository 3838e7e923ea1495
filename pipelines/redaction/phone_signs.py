"""What around a row of digits tells a phone number from a date, an amount or the number of an order."""

from __future__ import annotations

import re
from itertools import takewhile

from pipelines.redaction.digits import Run, goes_on

PHONE_WORD = re.compile(
    r"\b(?:tel|telephones?|telefon\w*|téléphone\w*|teléfono\w*|telefono\w*|telefoon\w*|telefone\w*|phones?|mobile?|cell|handy|"
    r"fax|call(?:ing|ed)?|ring|dial|whatsapp|sms|hotline|landline|reach(?:ed|able)?|contact|text me|text us|voicemail|"
    r"ruf\w*|anruf\w*|durchwahl|festnetz|portable|fixe|appel\w*|joindre|joignable|móvil|movil|llám\w*|llam\w*|contacto|"
    r"cellulare|cell\.|chiam\w*|mobiel|bel|bellen|komórk\w*|dzwoń|dzwoni\w*|kom|ligue|ligar|celular|telemóvel|ring|mobil\w*|"
    r"тел|телефон\w*|звон\w*|моб)\b|電話|电话|手机|携帯|전화|☎|📞|✆",
    re.IGNORECASE,
)
OTHER_WORD = re.compile(
    r"(?:n°|№|#|\b(?:orders?|invoice|ref|reference|ticket|case|isbn|issn|ean|gtin|upc|sku|part|serial|account|no|nr|id|version|"
    r"bestell\w*|auftrag\w*|rechnung\w*|kunden\w*|artikel\w*|ersatzteil|teile\w*|commande|facture|réf|référence|pedido|"
    r"factura|ordine|fattura|ordre|zamówieni\w*|faktur\w*|encomenda|fatura|doi|patent|zip|plz|population|total|price|cost)\b)"
    r"[\s.:=|#°º\"']{0,4}\Z",
    re.IGNORECASE,
)
AMOUNT_BEFORE = re.compile(r"(?:[$€£¥₹₽₩]|\b(?:USD|EUR|GBP|CHF|PLN|SEK|NOK|DKK|CZK|JPY|INR|BRL|Rs|Fr|zł|kr)\.?)\s?\Z")
AMOUNT_AFTER = re.compile(
    r"\s?(?:[$€£¥₹₽₩%°]|(?:USD|EUR|GBP|CHF|PLN|SEK|NOK|DKK|CZK|JPY|INR|BRL|zł|kr|Kč|euros?|dollars?|pounds?|francs?|people|"
    r"inhabitants|einwohner|habitants|km|kg|m²|mm|cm|ml|kb|mb|gb|bytes|tokens|rows|years|jahre|ans)\b)",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(
    r"[!?;\n]|(?<!\btel)(?<!\bnr)(?<!\bno)(?<!\bmob)(?<!\bph)(?<!\bcell)(?<!тел)(?<!моб)\.\s", re.IGNORECASE
)
AND_ALSO = re.compile(r"(?:\b(?:or|and|oder|und|ou|et|o|y|e|of|en|lub|i|eller|och)|[,/&|])\s{0,2}\(?\Z", re.IGNORECASE)
NUMBER_WORD = re.compile(r"\W*(?:no|nr|n°|№|#)?\W*", re.IGNORECASE)
FEWEST_DIGITS = 7
OPERATORS = frozenset("-\u2010\u2011\u2012\u2013/")
RESULTS = frozenset("=+*×÷")
LOOSE = " .\u00a0\u2007\u2009\u202f\u3000"
NORTH_AMERICAN = ({"-"}, {"."}, {")", "-"}, {") ", "-"}, {") "})
DAY, MONTH, YEAR = range(1, 32), range(1, 13), range(1900, 2100)


def announces_phone(before: str) -> bool:
    """A word such as "call" before it in the same sentence, unless it meant another number or this is an order's."""
    sentence = SENTENCE_END.split(before)[-1]
    words = list(PHONE_WORD.finditer(sentence))
    since = sentence[words[-1].end() :] if words else ""
    spent = sum(sign.isdigit() for sign in since) >= FEWEST_DIGITS and not AND_ALSO.search(since)
    is_other = announces_something_else(since) and not NUMBER_WORD.fullmatch(since)
    return bool(words) and not spent and not is_other


def announces_something_else(before: str) -> bool:
    return bool(OTHER_WORD.search(before))


def is_joined(beyond: str) -> bool:
    """Whether a word or a decimal number goes on here; the nearest character comes first."""
    nearest, further = beyond[:1], beyond[1:2]
    return goes_on(nearest) or (nearest in tuple(".,:-–+/") and further.isalnum() and further.isascii())


def follows_amount(run: Run, first: int, last: int) -> bool:
    """Whether a currency or a unit makes the number an amount."""
    return bool(AMOUNT_BEFORE.search(run.before(first, 6)) or AMOUNT_AFTER.match(run.after(last, 14)))


def is_uniform(run: Run, first: int, last: int) -> bool:
    """Columns of a table: more groups of one size than people make."""
    sizes = run.sizes(first, last)
    return len(set(sizes)) == 1 and len(sizes) >= {2: 6, 3: 4, 4: 3}.get(sizes[0], 9)


def looks_like_thousands(run: Run, first: int, last: int) -> bool:
    """1.234.567 or 12 345 678: groups of three after a shorter one, or after one of three where dots part them."""
    head, *rest = run.sizes(first, last)
    dotted = run.separators(first, last) == {"."}
    return bool(rest) and set(rest) == {3} and (head < 3 or (head == 3 and dotted))


def is_north_american(run: Run, first: int, last: int) -> bool:
    """(555) 123-4567, 555-123-4567 or 555.123.4567: plain by its form, even where nobody has that number."""
    return run.sizes(first, last) == (3, 3, 4) and run.separators(first, last) in NORTH_AMERICAN


def is_decimal(run: Run, first: int, last: int) -> bool:
    """12.345678, or several such numbers: dots part the groups of a phone number everywhere or nowhere."""
    parted = run.separators(first, last)
    return "." in parted and (len(parted) > 1 or last - first == 1)


def is_sum(run: Run, first: int, last: int) -> bool:
    """3000 - 900, 15000/50 or 960-480-120=360: hyphens that take away, slashes that divide."""
    signs = [separator for separator in run.separators(first, last) if separator.strip() in OPERATORS]
    has_result = run.after(last, 2).strip()[:1] in RESULTS
    return bool(signs) and (last - first == 1 or has_result or any(len(sign) > 1 for sign in signs))


def numbers_before(run: Run, first: int, most: int) -> int:
    """How many numbers stand before a group, parted by nothing but spaces or dots; counted no further than needed."""
    places = range(first - 1, max(-1, first - most - 1), -1)
    return sum(1 for _ in takewhile(lambda at: not run.between(at).strip(LOOSE), places))


def numbers_after(run: Run, last: int, most: int) -> int:
    places = range(last, min(last + most, len(run.groups) - 1))
    return sum(1 for _ in takewhile(lambda at: not run.between(at).strip(LOOSE), places))


def has_date(run: Run, first: int, last: int) -> bool:
    """Whether three groups in a row are a date."""
    return any(_is_date(run, at) for at in range(first, last - 1))


def _is_date(run: Run, at: int) -> bool:
    """Year, month and day; or day and month, in either order, and year."""
    sizes, numbers = run.sizes(at, at + 2), [int(run.digits(group, group)) for group in range(at, at + 3)]
    if len(run.separators(at, at + 2)) > 1:
        return False
    if sizes[0] == 4 and max(sizes[1:]) <= 2:
        return numbers[0] in YEAR and numbers[1] in MONTH and numbers[2] in DAY
    if sizes[2] == 4 and max(sizes[:2]) <= 2:
        return numbers[2] in YEAR and min(numbers[:2]) in MONTH and max(numbers[:2]) in DAY
    return False
