"""The words of a query by each engine's own rules for quotes and comments: in Spark a backslash escapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from lakehouse.query.words import Kind, QueryError, Word

if TYPE_CHECKING:
    from sqlglot import Token, TokenType

QUOTES = {'"': '"', "`": "`"}


def duckdb_words(query: str) -> list[Word]:
    """By DuckDB's tokenizer, whose offsets count bytes."""
    import duckdb

    raw = query.encode()
    tokens = duckdb.tokenize(query)
    starts = [start for start, _ in tokens] + [len(raw)]
    words = []
    for (start, kind), end in zip(tokens, starts[1:], strict=True):
        if kind != duckdb.token_type.comment:
            text = raw[start:end].decode().rstrip()
            words.append(_duckdb_word(text, len(raw[:start].decode())))
    return words


def _duckdb_word(text: str, start: int) -> Word:
    end = start + len(text)
    if text[0] in QUOTES:
        quote = text[0]
        return Word(text[1:-1].replace(quote * 2, quote), "name", True, start, end)
    if text[-1] in "'$" and len(text) > 1:
        return Word(_text_inside(text), "text", True, start, end)
    if text[0].isdigit():
        return Word(text, "number", False, start, end)
    return Word(text, "name" if text[0].isalpha() or text[0] == "_" else "mark", False, start, end)


def _text_inside(text: str) -> str:
    """Of 'a', E'a', $$a$$ or $tag$a$tag$."""
    if text[-1] == "$":
        opening = text.index("$", 1)
        return text[opening + 1 : -opening - 1]
    return text[text.index("'") + 1 : -1].replace("''", "'")


def spark_words(query: str) -> list[Word]:
    """By sqlglot's tokenizer for Spark, which must not take what follows EXPLAIN or SHOW for one word."""
    from sqlglot.dialects.spark import Spark
    from sqlglot.errors import TokenError

    class EveryWord(Spark.Tokenizer):
        COMMANDS: ClassVar[set[TokenType]] = set()

    try:
        return [_spark_word(token) for token in EveryWord(dialect=Spark()).tokenize(query)]
    except TokenError as problem:
        raise QueryError(f"expected a query, got text that ends inside a quote or a comment: {problem}.") from None


def _spark_word(token: Token) -> Word:
    from sqlglot import TokenType

    kind: Kind = "name" if token.text[:1].isalpha() or token.text[:1] == "_" else "mark"
    kinds: dict[TokenType, Kind] = {
        TokenType.STRING: "text",
        TokenType.RAW_STRING: "text",
        TokenType.NUMBER: "number",
        TokenType.IDENTIFIER: "name",
    }
    quoted = token.token_type in (TokenType.STRING, TokenType.RAW_STRING, TokenType.IDENTIFIER)
    return Word(token.text, kinds.get(token.token_type, kind), quoted, token.start, token.end + 1)
