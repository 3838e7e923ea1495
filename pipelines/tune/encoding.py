"""A conversation and its answer as one sequence of tokens, and where the model itself would begin to write.

Nothing is ever cut: a shortened answer would teach to break off, and a shortened prompt to answer what nobody asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.engines.chat import answer_tokens, prompt_tokens
from pipelines.engines.protocol import Message, Said

EMPTY, TOO_LONG = "empty", "too_long"


@dataclass(frozen=True)
class Encoded:
    """The tokens, and the first position of the answer, which is the first that the loss is computed on."""

    tokens: tuple[int, ...]
    answer_start: int


@dataclass(frozen=True)
class Reader:
    """Encodes for one base model, up to the longest example that is learned from."""

    tokenizer: Any
    longest: int

    def encoded(self, messages: Sequence[Message], answer: Said) -> Encoded:
        """The whole conversation, however long it is; an answer that was cut has no ending to learn."""
        prompt = prompt_tokens(self.tokenizer, messages)
        return Encoded((*prompt, *answer_tokens(self.tokenizer, messages, answer)), len(prompt))

    def unfit(self, encoded: Encoded) -> str | None:
        """Why nothing can be learned from it, in a word, or None."""
        if len(encoded.tokens) == encoded.answer_start:
            return EMPTY
        return TOO_LONG if len(encoded.tokens) > self.longest else None


@cache
def reader_of(folder: str, most_tokens: int) -> Reader:
    """The reader for a base model's folder, once a process; no example is longer than the model can see."""
    from transformers import AutoConfig

    config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    return Reader(_tokenizer_of(folder), min(most_tokens, getattr(config, "max_position_embeddings", most_tokens)))


END_OF_TEXT = "<|endoftext|>"
"""What stands between documents in models that have it; others use the token that ends an answer."""


@dataclass(frozen=True)
class TextReader:
    """Reads documents for one base model."""

    tokenizer: Any
    end: int

    def text_tokens(self, text: str) -> list[int]:
        """The whole document and the mark behind it."""
        return self.all_tokens([text])[0]

    def all_tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """The same of many documents, which is quicker than one after another."""
        return [[*tokens, self.end] for tokens in self.tokenizer(list(texts), add_special_tokens=False)["input_ids"]]


@cache
def text_reader_of(folder: str) -> TextReader:
    """The reader of documents for a base model's folder, once a process."""
    tokenizer = _tokenizer_of(folder)
    return TextReader(tokenizer, tokenizer.get_vocab().get(END_OF_TEXT, tokenizer.eos_token_id))


def _tokenizer_of(folder: str) -> Any:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    tokenizer.model_max_length = 2**31  # we leave out what is too long, and say so once; it would say so for each text
    return tokenizer
