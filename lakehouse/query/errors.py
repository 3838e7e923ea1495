"""What an engine says of a query that it cannot answer, as one clean sentence that suggests the near name."""

from __future__ import annotations

import re

from lakehouse.place import Place
from lakehouse.query.words import QueryError
from lakehouse.read import TableNotFound
from lakehouse.tables import UnknownTable, table_named

MADE_BY = {
    "requests": "lakewheel prompts take",
    "documents": "lakewheel documents take",
    "duplicates": "lakewheel documents deduplicate",
    "ratings": "lakewheel ratings take",
    "prompts": "lakewheel prompts select",
    "candidates": "lakewheel generate",
    "policies": "lakewheel generate",
}
"""The steps that there are; the other tables wait for theirs."""
MISSING_TABLE = re.compile(r'Table with name "?(.+?)"? does not exist')
NO_FILES = (
    "SQL reads the lakehouse's tables and no files, addresses or other databases. Bring data in first with "
    "`lakewheel documents take PATH` or `lakewheel prompts take PATH`."
)
FILES_GONE = (
    "a file that this version of the table needs is gone: an upkeep or an erasure removed what no newer version needs. "
    "Ask for a later version; `lakewheel history TABLE` lists them."
)
SENTENCE = re.compile(r"(?:.*?\[[A-Z_.]+\]|)\s*(.*?)\s*(?:SQLSTATE:.*|\n\s*at .*|== SQL.*|)", re.DOTALL)


def duckdb_error(problem: Exception, place: Place) -> Exception:
    """In our words."""
    text = str(problem)
    missing = MISSING_TABLE.search(text)
    if missing:
        return no_such_table(missing[1], place)
    if type(problem).__name__ == "IOException":
        return QueryError(FILES_GONE)
    if "disabled by configuration" in text or "configuration has been locked" in text:
        return QueryError(NO_FILES)
    kind, _, rest = text.partition("\n\nLINE ")[0].partition(": ")
    return _unanswerable(rest or kind)


def spark_error(problem: Exception, place: Place) -> Exception:
    """In our words; PySpark's errors carry their class and the names that they are about."""
    condition = getattr(problem, "getCondition", lambda: None)() or ""
    if condition.startswith("TABLE_OR_VIEW_NOT_FOUND"):
        parameters = getattr(problem, "getMessageParameters", lambda: None)() or {}
        return no_such_table(parameters.get("relationName", "").replace("`", ""), place)
    if "FILE_NOT_EXIST" in str(problem):
        return QueryError(FILES_GONE)
    sentence = SENTENCE.fullmatch(str(problem))
    return _unanswerable(sentence[1] if sentence else str(problem))


def no_such_table(written: str, place: Place) -> Exception:
    """A file, a table that is declared and not made yet, or a name that no table has, with the near one."""
    if "/" in written or written.endswith((".csv", ".json", ".parquet")):
        return QueryError(NO_FILES)
    schema, _, name = written.lower().rpartition(".")
    try:
        table = table_named(name).name
    except UnknownTable as problem:
        return problem
    if place.is_local and table in place.local_tables():
        return QueryError(f"there is no schema `{schema}` here: write the bare name `{table}`.")
    return not_made_yet(table, place)


def not_made_yet(name: str, place: Place) -> TableNotFound:
    """What makes it."""
    where = place.home.folder if place.is_local else place.schema
    remedy = f"`{MADE_BY[name]}` makes it" if name in MADE_BY else "The first step that writes to it makes it"
    return TableNotFound(
        f"the table `{name}` is declared, but not made yet in {where}. {remedy}; `lakewheel tables` lists what is "
        "there. If you expected it, check --home and --conf."
    )


def _unanswerable(said: str) -> QueryError:
    return QueryError(f"the query cannot be answered: {' '.join(said.split())}")
