"""The fence around what is judged: its mark is one that the text inside cannot know, nor anything pass for it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from lakehouse.identity import identity
from pipelines.engines.protocol import Message

MARK_DIGITS = 16
OPEN, CLOSE = "<<<", ">>>"
GAP = " "

# What ends or begins a turn in the chat templates of open models, and what could be taken for our fence. A tokenizer
# reads such words as the real thing wherever they stand, so a space is put into each.
TURN_MARKS = re.compile(
    r"<(?=[|｜<])"  # <|im_end|>, <｜end▁of▁sentence｜>, <<SYS>>, <<<
    r"|[|｜>](?=>)"  # |>, >>, >>>
    r"|<(?=/?(?:s|bos|eos|pad|unk|cls|sep|mask|system|user|assistant|human|start_of_turn|end_of_turn|turn)>)"
    r"|\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|CLS|SEP|MASK|PAD|UNK)\])",
    re.IGNORECASE,
)
KEPT = "\n\t\u200c\u200d"  # the joiners belong to scripts and emoji


@dataclass(frozen=True)
class Fence:
    """One mark for everything that one judgement shows."""

    mark: str

    def around(self, name: str, text: str) -> str:
        """The text between two lines that only we can write."""
        inside = harmless(text).replace(self.mark, "")
        return f"{self.opening(name)}\n{inside}\n{self.closing(name)}"

    def opening(self, name: str) -> str:
        return f"{OPEN}{name} {self.mark}{CLOSE}"

    def closing(self, name: str) -> str:
        return f"{OPEN}end of {name} {self.mark}{CLOSE}"


def fence_for(messages: Sequence[Message], *answers: str) -> Fence:
    """The mark is a digest of all that stands inside: whoever writes it in there changes it by doing so."""
    said = [part for message in messages for part in (message["role"], message["content"])]
    return Fence(identity("fence", *said, *answers)[:MARK_DIGITS])


def harmless(text: str) -> str:
    """The text without invisible characters, and with a gap in whatever a chat template or our fence is made of."""
    seen = "".join(letter for letter in text if letter in KEPT or not is_invisible(letter))
    return TURN_MARKS.sub(lambda found: found[0] + GAP, seen)


def is_invisible(letter: str) -> bool:
    """Controls, format characters and private ones: they hide words from people, not from models."""
    return unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cs")
