"""The one gate from every source to the table: a record leaves it redacted and pseudonymised, or as a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from conf import PromptsSettings
from lakehouse.rejections import Rejection
from lakehouse.subjects import pseudonym
from pipelines.pieces import Piece
from pipelines.redaction import Redactor
from pipelines.unfit import check_whole_characters


@dataclass(frozen=True)
class Guard:
    """What decides who is named and what is said; carried to every worker."""

    settings: PromptsSettings
    redactor: Redactor
    subject_key: SecretStr

    def piece(self, record: dict[str, Any], name: str, number: int) -> Piece:
        """A record with the fields of the table requests, and `user` in clear, as a row of it; raises Unfit."""
        fields = dict(record)
        user = fields.pop("user")
        contents = [message["content"] for message in fields["messages"]]
        check_whole_characters([*contents, fields["response"] or "", user or "", *fields["extra"].values()])
        subject_id = pseudonym(self.subject_key, user) if user else None
        characters = sum(map(len, contents))
        if characters > self.settings.max_characters:
            detail = f"Expected at most {self.settings.max_characters} characters in the messages, got {characters}."
            return Rejection(fields["request_id"], "too_long", detail, name, number, subject_id)
        place = {"source_file": name, "source_line": number, "subject_id": subject_id}
        return self._redacted(fields) | place

    def _redacted(self, fields: dict[str, Any]) -> dict[str, Any]:
        """One numbering of placeholders for the whole conversation, its answer and the fields we do not know."""
        contents = [message["content"] for message in fields["messages"]]
        extra: dict[str, str] = fields["extra"]
        named = {name: fields[name] or "" for name in ("response", "workload", "model")}
        texts = iter(self.redactor.redact([*contents, *named.values(), *extra.values(), *extra]).texts)
        messages = [{"role": message["role"], "content": next(texts)} for message in fields["messages"]]
        told = {name: next(texts) for name in named}
        values = [next(texts) for _ in extra]
        rest = {name: text if fields[name] is not None else None for name, text in told.items()}
        return fields | rest | {"messages": messages, "extra": dict(zip(texts, values, strict=True))}
