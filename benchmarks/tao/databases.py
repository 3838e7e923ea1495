"""The questions of sql_eval as prompts, and their databases as SQLite files."""

from __future__ import annotations

import gzip
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.tao.prompts import Prompt

ASKED = (
    "Write one SQLite query that answers the question. Say nothing but the query.\n\nTables:\n{tables}\n\n{question}"
)
MOVING = frozenset({"broker", "car_dealership"})
"""Databases made of times that count back from now, in which a query finds something else every day."""
TODAY = "2026-01-01"
CAST = re.compile(r"::[a-z]+( [a-z]+)*(\(\d+(,\d+)?\))?")
AGO = re.compile(r"\bCURRENT_DATE\b(?: - INTERVAL '(\d+ [a-z]+)')?")


def sql_prompts(data: Path, kept: Path, most_characters: int) -> tuple[list[Prompt], dict[str, int]]:
    """Questions whose gold queries bring rows, with the tables in front; and how many are left out, by reason."""
    source = data / "sql_eval"
    with gzip.open(source / "questions.jsonl.gz", "rt") as lines:
        every = [json.loads(line) for line in lines]
    rows = [row for row in every if row["db_name"] not in MOVING]
    databases = {name: _made(source / "db" / f"{name}.sql", kept) for name in sorted({row["db_name"] for row in rows})}
    schemas = {name: _tables(source / "db" / f"{name}.json") for name in databases}
    left_out = {"its database changes daily": len(every) - len(rows)}
    left_out |= {"the prompt is long": 0, "no gold query brings rows": 0}
    prompts = []
    for row in rows:
        question = "\n".join(filter(None, (row["question"], row["instructions"])))
        text = ASKED.format(tables=schemas[row["db_name"]], question=question)
        golds = _running(databases[row["db_name"]], row["query"])
        if len(text) > most_characters:
            left_out["the prompt is long"] += 1
        elif not golds:
            left_out["no gold query brings rows"] += 1
        else:
            prompts.append(Prompt(text, golds, str(databases[row["db_name"]])))
    return prompts, left_out


def _made(script: Path, kept: Path) -> Path:
    """The database, written whole or not at all."""
    file = kept / f"{script.stem}.sqlite"
    if not file.is_file():
        kept.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        with closing(sqlite3.connect(unfinished)) as database:
            database.executescript(sqlite_script(script.read_text()))
            database.commit()
        unfinished.replace(file)
    return file


def sqlite_script(script: str) -> str:
    """What Postgres is told, as SQLite understands it: without schemas and casts, and on a day that stays the same."""
    return AGO.sub(_day, CAST.sub("", script.replace("public.", "")))


def _day(said: re.Match[str]) -> str:
    return f"date('{TODAY}', '-{said[1]}')" if said[1] else f"'{TODAY}'"


def _tables(metadata: Path) -> str:
    known: dict[str, list[dict[str, Any]]] = json.loads(metadata.read_text())["table_metadata"]
    return "\n".join(
        f"{table}({', '.join(column['column_name'] for column in columns)})" for table, columns in known.items()
    )


def _running(database: Path, queries: str) -> tuple[str, ...]:
    """The gold queries, of which any will do, that bring rows; without rows a wrong query would look right."""
    found = []
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        for query in filter(None, map(str.strip, queries.split(";"))):
            try:
                if connection.execute(query).fetchmany(1):
                    found.append(query)
            except sqlite3.Error:
                continue
    return tuple(found)
