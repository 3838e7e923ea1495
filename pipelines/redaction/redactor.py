"""The redactor: made once from its settings, carried to every worker, run over one conversation at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from pipelines.redaction.addresses import find_addresses
from pipelines.redaction.assignments import find_assignments, names_a_password
from pipelines.redaction.cards import find_cards
from pipelines.redaction.emails import find_emails
from pipelines.redaction.ibans import find_ibans
from pipelines.redaction.keys import find_keys
from pipelines.redaction.own import ListFinder, PatternFinder, kind_of
from pipelines.redaction.phone_plans import plan_of
from pipelines.redaction.phones import PhoneFinder
from pipelines.redaction.placeholders import BUILT_IN, Numbering
from pipelines.redaction.spans import Find, Span, find_all
from pipelines.redaction.values import rewritten, texts_in

if TYPE_CHECKING:
    from conf.redaction import RedactionSettings


@dataclass(frozen=True)
class Redacted:
    """Texts with placeholders, and how many of each kind there are."""

    texts: tuple[str, ...]
    found: dict[str, int]


@dataclass(frozen=True)
class RedactedValue:
    """A value as JSON has them with placeholders, and how many of each kind there are."""

    value: Any
    found: dict[str, int]


@dataclass(frozen=True)
class Redactor:
    """Replaces what its settings name."""

    settings: RedactionSettings

    def __post_init__(self) -> None:
        for region in self.settings.regions:
            plan_of(region)

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """Every kind that a placeholder may carry, in the order in which they win a tie."""
        own = (kind_of(name) for name in (*self.settings.patterns, *self.settings.lists))
        return tuple(dict.fromkeys([*own, *BUILT_IN]))

    @cached_property
    def finders(self) -> tuple[Find, ...]:
        own = [PatternFinder(kind_of(name), re.compile(form)) for name, form in self.settings.patterns.items()]
        lists = [ListFinder.of(self.settings.lists)] if self.settings.lists else []
        by_kind: dict[str, tuple[Find, ...]] = {
            "secret": (find_keys, find_assignments),
            "email": (find_emails,),
            "iban": (find_ibans,),
            "card": (find_cards,),
            "ip": (find_addresses,),
            "phone": (PhoneFinder(self.settings.regions),),
        }
        return (*own, *lists, *(find for kind in self.settings.kinds for find in by_kind[kind]))

    def find(self, text: str) -> list[Span]:
        """What would be replaced in a text, from left to right; placeholders that stand there already are not found."""
        return find_all(text, Numbering(self.kinds, ()).taken(text), self.finders, self.kinds)

    def redact(self, texts: Sequence[str]) -> Redacted:
        """The parts of one conversation or document: one value gets one number in all of them."""
        numbering = Numbering(self.kinds, texts)
        return Redacted(tuple(self._rewrite(text, numbering) for text in texts), dict(numbering.found))

    def redact_text(self, text: str) -> str:
        """One text that is a whole of its own."""
        return self.redact([text]).texts[0]

    def redact_value(self, value: Any) -> RedactedValue:
        """Every text in a value as JSON has them, names of fields included; all of them share the numbers."""
        numbering = Numbering(self.kinds, texts_in(value))
        rewrite: Callable[[str, str], str] = partial(self._rewrite_field, numbering)
        return RedactedValue(rewritten(value, rewrite), dict(numbering.found))

    def _rewrite(self, text: str, numbering: Numbering) -> str:
        return numbering.replaced(text, self.find(text))

    def _rewrite_field(self, numbering: Numbering, text: str, name: str) -> str:
        if "secret" in self.settings.kinds and text and names_a_password(name):
            return text if numbering.pattern.fullmatch(text) else numbering.placeholder("SECRET", text)
        return numbering.replaced(text, self._find_in_field(text, name))

    def _find_in_field(self, text: str, name: str) -> list[Span]:
        """The name tells what the value is, as a word before it would: a phone, an order, a version."""
        lead = len(name) + len(": ") if name else 0
        spans = self.find(f"{name}: {text}") if name else self.find(text)
        if any(span.start < lead < span.end for span in spans):
            return self.find(text)
        return [replace(span, start=span.start - lead, end=span.end - lead) for span in spans if span.start >= lead]
