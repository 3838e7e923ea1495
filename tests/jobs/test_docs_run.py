"""What the pages show of looking at a lakehouse, really run on a small one."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from conf import Resolved
from jobs.command import app
from lakehouse.ensure import ensure
from lakehouse.home import Home
from lakehouse.place import Lakehouse, Place
from lakehouse.tables import TABLES
from lakehouse.write import append_missing
from tests.docs_commands import Command, commands_of, parsed
from tests.lakehouse.rows import frame
from tests.lakehouse.story import row, tell

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LOOKING = {("tables",), ("sql",), ("history",), ("lineage",), ("settings",), ("status",), ("costs",)}
COMMANDS = [
    command
    for page in PAGES
    for command in commands_of(page)
    if parsed(command.words).path in LOOKING and not parsed(command.words).common["conf"].endswith(".yml")
]

STANDS_FOR = {"ID": "tuned-1"}
"""What a page leaves to its reader."""


@pytest.fixture(scope="module")
def folder(spark: SparkSession, resolved: Resolved, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Every table is there, some with rows, and rejections came twice."""
    home = Home(tmp_path_factory.mktemp("looked at") / "home")
    lakehouse = Lakehouse(spark, Place(home, resolved.settings.lakehouse))
    tell(lakehouse)
    for name in TABLES:
        ensure(lakehouse, name)
    for name in ("first", "second"):
        refused = frame(lakehouse, "rejections", [row("rejections", rejection_id=name)])
        append_missing(lakehouse, "rejections", refused, name)
    return str(home.folder)


def test_the_readme_shows_how_to_look() -> None:
    shown = {parsed(one.words).path for one in COMMANDS if one.page == "README.md"}
    assert shown >= {("tables",), ("sql",), ("history",), ("lineage",), ("settings",)}


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_what_a_page_shows_of_looking_works(command: Command, folder: str) -> None:
    words = [STANDS_FOR.get(word, word) for word in command.words]
    ended = CliRunner().invoke(app, ["--home", folder, *words], prog_name="lakewheel")
    assert ended.exit_code == 0, ended.stderr
    assert ended.stdout.strip()
