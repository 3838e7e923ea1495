"""SQL that reads is run and compared; SQL that writes, runs for ever or brings too much is not, and nothing changes."""

import sqlite3
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lakehouse.identity import file_digest
from pipelines.score.rules.sql_process import DatabaseError
from pipelines.score.rules.sql_worker import open_duckdb, open_sqlite
from tests.pipelines.score.rules.judging import LONG, about, maker, scores

ENGINES = ("sqlite", "duckdb")
ROWS = [(1, "otter", 35.0), (2, "badger", 40.5), (3, "otter", 9.99)]
FOREVER = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT {} FROM r"
DEEP = "SELECT " + "(" * 5000 + "1" + ")" * 5000


@pytest.fixture(scope="module", params=ENGINES)
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A database of three rows, as the settings of a check."""
    file = tmp_path_factory.mktemp("shop") / f"shop.{request.param}"
    made: Any = sqlite3.connect(file) if request.param == "sqlite" else duckdb.connect(str(file))
    made.execute("CREATE TABLE hires (id INTEGER, boat TEXT, price DOUBLE)")
    made.executemany("INSERT INTO hires VALUES (?, ?, ?)", ROWS)
    made.commit()
    made.close()
    limits = {"tolerance": 1e-6, "timeout_seconds": 1, "most_rows": 1000}
    return {"check": "sql", "engine": request.param, "database": str(file), "match_gold": False, **limits}


def test_queries_that_read_pass_and_all_others_fail_with_a_reason(shop: dict[str, Any]) -> None:
    reasons = {
        "SELECT * FROM hires;": None,
        "Here:\n```sql\nSELECT boat FROM hires -- all\n```": None,
        "WITH o AS (SELECT * FROM hires) SELECT id FROM o UNION SELECT 7": None,
        "": "there is no query",
        "I cannot write SQL": "does not",
        "SELECT nothing FROM hires": "the database refuses it",
        "SELECT 1; SELECT 2": "expected one statement, got 2",
        "SELECT 1; DROP TABLE hires": "expected one statement, got 2",
        "INSERT INTO hires VALUES (4, 'x', 1)": "got INSERT",
        "UPDATE hires SET price = 0": "got UPDATE",
        "DELETE FROM hires": "got DELETE",
        "CREATE TABLE mine AS SELECT 1": "got CREATE",
        "DROP TABLE hires": "got DROP",
        "WITH x AS (DELETE FROM hires RETURNING *) SELECT * FROM x": "got DELETE inside it",
        "SELECT * INTO mine FROM hires": "got INTO inside it",
        "ATTACH 'other.db' AS other": "got ATTACH",
        "PRAGMA user_version = 3": "got PRAGMA",
        "SELECT * FROM pragma_table_info('hires')": "pragma_table_info",
        "COPY hires TO 'out.csv'": "got COPY",
        "SELECT * FROM read_csv('/etc/passwd')": "read_csv",
        "SELECT * FROM '/etc/passwd'": "it reads a file",
        "SELECT * FROM 'prices.parquet'": "it reads a file",
        "SELECT load_extension('evil')": "load_extension",
        "SELECT * FROM query('DROP TABLE hires')": "query",
        "SET threads = 8": "got SET",
        FOREVER.format("count(*)"): "more than 1 seconds",
        FOREVER.format("n"): "more than 1000 rows",
        DEEP: "nested too deeply",
        "SELECT '" + "x" * LONG + "'": "longer than 20000 characters",
        "\ud800": "expected a query",
    }
    before = file_digest(Path(shop["database"]))
    found = scores([about(query) for query in reasons], **shop)
    told = {query: score.reason for query, score in zip(reasons, found, strict=True)}
    wrong = {
        query[:60]: reason
        for query, reason in told.items()
        if (reasons[query] is None) != (reason is None) or (reasons[query] or "") not in (reason or "")
    }
    assert wrong == {}
    assert file_digest(Path(shop["database"])) == before
    assert sorted(file.name for file in Path(shop["database"]).parent.iterdir()) == [Path(shop["database"]).name]


def test_the_engines_themselves_refuse_what_a_parser_might_miss(shop: dict[str, Any]) -> None:
    opened = open_sqlite(shop["database"]) if shop["engine"] == "sqlite" else open_duckdb(shop["database"])
    tries = ["DELETE FROM hires", "CREATE TABLE mine (a INTEGER)", "ATTACH ':memory:' AS other", "DROP TABLE hires"]
    if shop["engine"] == "sqlite":
        tries += ["PRAGMA query_only = OFF", "SELECT load_extension('evil')", "VACUUM INTO 'out.db'"]
    else:
        tries += ["COPY hires TO 'out.csv'", "SELECT * FROM read_csv('/etc/passwd')", "SET lock_configuration = false"]
        tries += ["SELECT * FROM '/etc/passwd'", "INSTALL httpfs"]
    for statement in tries:
        with pytest.raises((sqlite3.DatabaseError, duckdb.Error)):
            opened.execute(statement)
    assert opened.execute("SELECT count(*) FROM hires").fetchall() == [(3,)]
    opened.close()


def test_a_query_that_cannot_be_interrupted_is_ended_with_its_process_and_the_next_one_runs(
    shop: dict[str, Any],
) -> None:
    endless = {"sqlite": "SELECT hex(zeroblob(900000000))", "duckdb": "SELECT repeat('x', 2000000000)"}[shop["engine"]]
    began = time.monotonic()
    bad, good = scores([about(endless), about("SELECT 1")], **shop)
    assert bad.passed is False
    assert good.passed
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    ("answer", "gold", "passed"),
    [
        ("SELECT boat, id FROM hires ORDER BY id DESC", "SELECT boat AS b, id AS i FROM hires", True),
        ("SELECT id FROM hires ORDER BY id DESC", "SELECT id FROM hires ORDER BY id", False),
        ("SELECT id FROM hires ORDER BY price - price, id", "SELECT id FROM hires ORDER BY id", True),
        ("SELECT sum(price) + 0.0000001 FROM hires", "SELECT sum(price) FROM hires", True),
        ("SELECT sum(price) + 0.01 FROM hires", "SELECT sum(price) FROM hires", False),
        ("SELECT boat FROM hires", "SELECT DISTINCT boat FROM hires", False),
        ("SELECT boat, id FROM hires", "SELECT id, boat FROM hires", False),
        ("SELECT 1.0", "```sql\nSELECT 1\n```", True),
        ("SELECT NULL", "SELECT NULL", True),
        ("SELECT '1'", "SELECT 1", False),
        ("SELECT 1 WHERE 1 = 0", "SELECT 2 WHERE 1 = 0", True),
        ("DROP TABLE hires", "SELECT 1", False),
        ("SELECT 1", "SELECT nothing", None),
    ],
)
def test_rows_are_those_of_the_gold_query(shop: dict[str, Any], answer: str, gold: str, passed: bool | None) -> None:
    (score,) = scores([about(answer, [gold])], **(shop | {"match_gold": True}))
    assert score.passed is passed, score.reason


def test_a_database_that_cannot_be_read_is_an_error_and_no_failure_of_answers(tmp_path: Path) -> None:
    settings = {"check": "sql", "match_gold": False, "tolerance": 0, "timeout_seconds": 1, "most_rows": 10}
    with pytest.raises(FileNotFoundError, match="Correct `database`"):
        maker(**settings, engine="sqlite", database=str(tmp_path / "none.db"))
    text = tmp_path / "text.db"
    text.write_text("no database" * 1000)
    for engine in ENGINES:
        with pytest.raises(DatabaseError, match="cannot be read"):
            maker(**settings, engine=engine, database=str(text))()
