"""Tables as text: one line a row, cells between bars, as Markdown writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table_text(rows: Iterable[Sequence[str]], has_head: bool = False) -> str:
    """The rows that hold anything; below a head stands a rule, which is how Markdown tells a head."""
    kept = [line for line in (_line(cells) for cells in rows) if line]
    if has_head and kept:
        kept.insert(1, "| " + " | ".join(["---"] * _width(kept[0])) + " |")
    return "\n".join(kept)


def _line(cells: Sequence[str]) -> str:
    texts = [" ".join(cell.split()).replace("|", r"\|") for cell in cells]
    return f"| {' | '.join(texts)} |" if any(texts) else ""


def _width(line: str) -> int:
    return line.replace(r"\|", "").count("|") - 1
