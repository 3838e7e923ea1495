"""A prompt and its answer as a reward model reads them: one sequence of tokens, and where the answer begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.engines.protocol import Message

LEAST_PROMPT_SHARE = 0.25
CHARACTERS_PER_TOKEN = 64
"""More than any tokenizer makes of ordinary text into one token."""


@dataclass(frozen=True)
class Encoded:
    """The tokens, the first position of the answer, and how many tokens did not fit."""

    tokens: tuple[int, ...]
    answer_start: int
    cut: int = 0


@dataclass(frozen=True)
class Reader:
    """Encodes for one base model; an encoder reads two segments, a decoder its chat template."""

    tokenizer: Any
    is_encoder: bool
    most_tokens: int

    def encoded(self, messages: Sequence[Message], answer: str) -> Encoded:
        """Prompt and answer, shortened in the middle where they are too long: ends tell more than middles."""
        return self.encoded_all([(messages, answer)])[0]

    def encoded_all(self, conversations: Sequence[tuple[Sequence[Message], str]]) -> list[Encoded]:
        """The same for many, which a tokenizer reads quicker together; a prompt with many answers is read once."""
        names = [tuple((one["role"], one["content"]) for one in messages) for messages, _ in conversations]
        prompts = dict(zip(names, (messages for messages, _ in conversations), strict=True))
        openings = dict(zip(prompts, self._openings(list(prompts.values())), strict=True))
        answers = self._plain([answer for _, answer in conversations])
        return [self._fitted(openings[name], said) for name, said in zip(names, answers, strict=True)]

    def _openings(self, conversations: Sequence[Sequence[Message]]) -> list[list[int]]:
        if self.is_encoder:
            return self._plain(["\n".join(message["content"] for message in messages) for messages in conversations])
        template = self.tokenizer.apply_chat_template
        return [
            template(list(messages), tokenize=True, add_generation_prompt=True, return_dict=False)
            for messages in conversations
        ]

    def _fitted(self, prompt: list[int], said: list[int]) -> Encoded:
        separator = [self.tokenizer.sep_token_id] if self.is_encoder else []
        first = [self.tokenizer.cls_token_id] if self.is_encoder else []
        end = separator or [self.tokenizer.eos_token_id]
        room = self.most_tokens - len(first) - len(separator) - len(end)
        prompt_room = max(room - len(said), min(len(prompt), int(room * LEAST_PROMPT_SHARE)))
        kept_prompt = _without_middle(prompt, prompt_room)
        kept_answer = _without_middle(said, room - len(kept_prompt))
        cut = len(prompt) + len(said) - len(kept_prompt) - len(kept_answer)
        head = [*first, *kept_prompt, *separator]
        return Encoded((*head, *kept_answer, *end), len(head), cut)

    def _plain(self, texts: Sequence[str]) -> list[list[int]]:
        """Text as text: what looks like a special token is spelled out; far more than fits is not even read."""
        if not texts:
            return []
        most = self.most_tokens * CHARACTERS_PER_TOKEN
        shown = [text if len(text) <= most else text[: most // 2] + text[-most // 2 :] for text in texts]
        found: list[list[int]] = self.tokenizer(shown, add_special_tokens=False, split_special_tokens=True)["input_ids"]
        return found


@cache
def reader_of(folder: str, most_tokens: int) -> Reader:
    """The reader for a base model, once a process."""
    from transformers import AutoConfig, AutoTokenizer

    config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    tokenizer.model_max_length = 2**31  # we cut, and say so; its warning would say it again for each text
    longest = min(most_tokens, config.max_position_embeddings)
    reads_segments = None not in (tokenizer.cls_token_id, tokenizer.sep_token_id)
    return Reader(tokenizer, reads_segments, longest)


def base_folder(base: str) -> Path:
    """The folder of a reward model's base: the embedded encoder, or a folder of the user's."""
    from pipelines.models.encoder import encoder_folder
    from pipelines.models.weights import EMBEDDED, check_model

    folder = encoder_folder() if base == EMBEDDED else Path(base).expanduser().resolve()
    check_model(folder)
    return folder


def _without_middle(tokens: list[int], room: int) -> list[int]:
    if len(tokens) <= room:
        return tokens
    tail = room // 2
    return [*tokens[: room - tail], *tokens[len(tokens) - tail :]]
