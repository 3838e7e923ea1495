"""The normal form of a conversation, and the identity of the prompt that it is: the same from Python and from Spark."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lakehouse.identity import identity, identity_of_parts
from pipelines.arrow_columns import with_computed

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

Messages = Sequence[dict[str, str]]
MESSAGES = "array<struct<role:string,content:string>>"
LINE_ENDS = re.compile(r"\r\n?|\u2028|\u2029|\x85")
BEFORE_LINE_END = re.compile(r"[^\S\n]+(?=\n|\Z)")
BLANK_LINES = re.compile(r"\n{3,}")


def normal_text(text: str) -> str:
    """Composed letters, one kind of line end, no trailing spaces, at most one blank line in a row; case is kept."""
    composed = LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text))
    return BLANK_LINES.sub("\n\n", BEFORE_LINE_END.sub("", composed)).strip()


def prompt_id_of(messages: Messages) -> str:
    """The identity of normalised messages."""
    return identity(*(part for message in messages for part in (message["role"], message["content"])))


def prompt_id_of_text(text: str) -> str:
    """The identity of a prompt that is one message of a user, which is how people write down what they rated."""
    return prompt_id_of([{"role": "user", "content": normal_text(text)}])


def prompt_id_column(messages: str) -> Column:
    """The same as a Spark expression."""
    from pyspark.sql import functions as F

    return identity_of_parts(F.flatten(F.transform(messages, lambda one: F.array(one["role"], one["content"]))))


def with_normal_messages(requests: DataFrame) -> DataFrame:
    """The frame with messages in their normal form, and prompt_id."""
    normal = with_computed(requests, "normal_messages", MESSAGES, _normal, reads=["messages"])
    columns = [name for name in requests.columns if name != "messages"]
    named = normal.select(*columns, normal["normal_messages"].alias("messages"))
    return named.withColumn("prompt_id", prompt_id_column("messages"))


def user_text_column(messages: str) -> Column:
    """What the person wrote, all messages of theirs: what near duplicates are looked for in.

    A system prompt or a greeting changes with the application, and the same question under another one is no news.
    """
    from pyspark.sql import functions as F

    theirs = F.filter(messages, lambda one: one["role"] == F.lit("user"))
    return F.array_join(F.transform(theirs, lambda one: one["content"]), "\n")


def _normal(conversations: Sequence[Messages]) -> list[list[dict[str, Any]]]:
    return [
        [{"role": message["role"], "content": normal_text(message["content"] or "")} for message in messages]
        for messages in conversations
    ]
