"""The code of an answer: its first fenced block of a language, else the whole answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

OPENING = re.compile(r"^ {0,3}(`{3,}|~{3,})[ \t]*([\w+#.-]*)[^\n`]*$")


def code_of(answer: str, *languages: str) -> str:
    """The first block that names one of the languages, else the first that names none, else all of the answer."""
    blocks = list(fenced_blocks(answer))
    named = [code for language, code in blocks if language in languages]
    unnamed = [code for language, code in blocks if not language]
    return (named + unnamed + [answer])[0].strip()


def fenced_blocks(text: str) -> Iterator[tuple[str, str]]:
    """Language and code of each block, as Markdown has them; one that is never closed ends with the text."""
    fence, language, lines = "", "", list[str]()
    for line in text.splitlines():
        opening = OPENING.match(line)
        if fence:
            if _closes(line, fence):
                yield language, "\n".join(lines)
                fence = ""
            else:
                lines.append(line)
        elif opening:
            fence, language, lines = opening[1], opening[2].lower(), []
    if fence:
        yield language, "\n".join(lines)


def _closes(line: str, fence: str) -> bool:
    """The same character, at least as often, and nothing else."""
    mark = line.strip()
    return len(mark) >= len(fence) and set(mark) == {fence[0]}
