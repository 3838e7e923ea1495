"""The chat template, applied in this one place: what a model reads before an answer, and what it would write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines.engines.protocol import Message, Said

MOST_BEHIND = 2
"""Signs that a template may put behind the end mark, such as a line's end."""


def prompt_tokens(tokenizer: Any, messages: Sequence[Message]) -> list[int]:
    """The conversation up to where the answer begins."""
    return _tokens(tokenizer, _prompt_text(tokenizer, messages))


def answer_tokens(tokenizer: Any, messages: Sequence[Message], answer: Said) -> list[int]:
    """The answer as the model would write it, with the token that ends it; tokenised apart from the prompt."""
    ending = _ending(tokenizer, messages, answer.text) if answer.ended else ""
    return _tokens(tokenizer, answer.text + ending)


def _prompt_text(tokenizer: Any, messages: Sequence[Message]) -> str:
    if tokenizer.chat_template is None:
        return "".join(f"{message['content']}\n\n" for message in messages)
    return str(tokenizer.apply_chat_template(list(messages), tokenize=False, add_generation_prompt=True))


def _ending(tokenizer: Any, messages: Sequence[Message], answer: str) -> str:
    """The end mark, if the template puts it behind an answer; what follows it the model never writes.

    A template may trim an answer, or leave out what was thought aloud: then the end of the whole tells.
    """
    mark = tokenizer.eos_token or ""
    if tokenizer.chat_template is None or not answer:
        return mark
    told = [*messages, {"role": "assistant", "content": answer}]
    whole = str(tokenizer.apply_chat_template(told, tokenize=False))
    begins = whole.rfind(answer.strip())
    behind = whole[begins + len(answer.strip()) :] if begins >= 0 else whole[-len(mark) - MOST_BEHIND :]
    return mark if mark in behind else ""


def _tokens(tokenizer: Any, text: str) -> list[int]:
    return list(tokenizer(text, add_special_tokens=False)["input_ids"])
