"""What a query may be before any database sees it: one statement that reads tables, and no file or setting."""

from __future__ import annotations

import re

LONGEST_QUERY = 20_000
OUTSIDE = re.compile(
    r"^(read_|.*_scan$|scan_|.*_scan_|sniff_|parquet_|st_read|glob$|load_extension$|readfile$|writefile$|edit$|getenv$"
    r"|query$|query_table$|pragma_|duckdb_secrets|which_secret)"
)
"""Functions that reach beyond the tables, or hide another query; the engines are told to refuse them too."""
FILE = re.compile(r"/|\\|\.(csv|tsv|txt|json|jsonl|ndjson|parquet|db|sqlite|duckdb|gz|zst|xlsx)$", re.IGNORECASE)


class Refused(ValueError):
    """A query that is not run, and why."""


def check_reads(query: str, dialect: str) -> bool:
    """Refuse everything but one query that reads; whether its rows have an order of their own."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    if len(query) > LONGEST_QUERY:
        raise Refused(f"it is longer than {LONGEST_QUERY} characters")
    try:
        statements = [one for one in sqlglot.parse(query, read=dialect) if one and not isinstance(one, exp.Semicolon)]
    except SqlglotError:
        raise Refused("it does not parse as SQL") from None
    except RecursionError:
        raise Refused("it is nested too deeply") from None
    if len(statements) != 1:
        raise Refused(f"expected one statement, got {len(statements)}" if statements else "there is no query")
    (root,) = statements
    if not isinstance(root, exp.Query):
        raise Refused(f"expected a query that reads, got {root.key.upper()}")
    for node in root.walk():
        _check_node(node)
    return root.unnest().args.get("order") is not None


def _check_node(node: object) -> None:
    from sqlglot import exp

    writing = (exp.DML, exp.DDL, exp.Drop, exp.Alter, exp.Command, exp.Copy, exp.Attach, exp.Pragma, exp.Set, exp.Into)
    if isinstance(node, writing) and not isinstance(node, exp.Query):
        raise Refused(f"expected a query that only reads, got {node.key.upper()} inside it")
    if isinstance(node, exp.Table) and FILE.search(node.name):
        raise Refused("it reads a file")
    if isinstance(node, exp.Func):
        name = (node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower()
        if OUTSIDE.match(name):
            raise Refused(f"it calls {name}, which reaches beyond the tables")
