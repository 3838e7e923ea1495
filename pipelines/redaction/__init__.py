"""Redaction: what points at a person or opens a door is replaced before anything is stored where it can be read.

    redactor = Redactor(settings.redaction)
    redactor.redact(["Write to anna@web.de", "anna@web.de is mine"])
    # Redacted(texts=("Write to [EMAIL_1]", "[EMAIL_1] is mine"), found={"EMAIL": 2})

Found by form and, where there is one, by check digits: e-mail addresses, phone numbers, payment cards, IBANs, IP
addresses, keys and passwords; then whatever the settings add as patterns and lists.

It misses what has no form of its own. Names of people, street addresses, dates of birth and health data need a model
or a list (`redaction.lists`). Numbers of national registers (social security, passports, tax) and device numbers (MAC,
IMEI) need a pattern of yours (`redaction.patterns`). Also missed: what was written to get past a filter ("anna at web
dot de"); a phone number without separators, country code or leading zero that no word such as "call" announces, and
national forms of regions that the settings do not list; an all-letter password where prose, not an assignment, tells
it; e-mail addresses in other scripts than Latin; a key whose provider gives it no mark, unless it is assigned to a
name such as `api_key`; anything inside an image or an encoded attachment.

Left alone on purpose: loopback, unspecified, netmask and multicast addresses, which are nobody's; four numbers with
dots that the words around them call a version or a section (`v1.2.3.4`, `lib==1.2.3.4`, `section 4.2.1.3`), while a
bare 1.2.3.4 counts as an address; `git@host`, which is everybody's; and code (`password=get_password()`).
"""

from pipelines.redaction.redactor import Redacted, RedactedValue, Redactor
from pipelines.redaction.spans import Span

__all__ = ["Redacted", "RedactedValue", "Redactor", "Span"]
