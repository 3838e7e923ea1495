"""The generated pages are what their generators say, and every page that is linked is there."""

import re
from pathlib import Path

import pytest

from conf import glossary, load_settings, settings_page
from lakehouse.glossary import tables_page
from lakehouse.tables import TABLES
from tests.docs_commands import Command, commands_of, parsed, spans_of

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_the_tables_page_is_what_the_declarations_say() -> None:
    assert (ROOT / "docs" / "tables.md").read_text() == tables_page(), "run `make docs`"


def test_the_settings_page_is_what_the_settings_say() -> None:
    page = settings_page(glossary(load_settings("demo")))
    assert (ROOT / "docs" / "settings.md").read_text() == page, "run `make docs`"


def test_every_table_and_column_has_a_sentence() -> None:
    sentences = [table.meaning for table in TABLES.values()]
    sentences += [column.meaning for table in TABLES.values() for column in table.columns]
    assert len(sentences) > 200
    assert [sentence for sentence in sentences if not re.fullmatch(r"(?s)\S.*[.]", sentence)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_linked_pages_are_there(page: Path) -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", page.read_text()) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_readme_links_every_page() -> None:
    linked = {Path(link).name for link in re.findall(r"\]\((docs/[^)]+)\)", (ROOT / "README.md").read_text())}
    assert linked == {page.name for page in (ROOT / "docs").glob("*.md")}


COMMANDS = [command for page in PAGES for command in commands_of(page)]
SPANS = [command for page in PAGES for command in spans_of(page)]
MAY_BE_LEFT_OUT = ("MissingParameter", "NoArgsIsHelpError")
"""How the command line refuses a command in running text that only names it."""


def test_the_pages_hold_commands_to_try() -> None:
    assert len(COMMANDS) > 60
    assert len(SPANS) > 20
    assert {command.page for command in COMMANDS} >= {"README.md", "loop.md", "release.md", "evaluation.md"}


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_a_command_in_a_block_of_code_is_one_that_the_program_takes(command: Command) -> None:
    found = parsed(command.words)
    overrides = tuple(found.common["set"] or ())
    if overrides:
        load_settings("demo", overrides)


@pytest.mark.parametrize("command", SPANS, ids=str)
def test_a_command_in_running_text_is_one_that_the_program_knows(command: Command) -> None:
    try:
        parsed(command.words)
    except Exception as problem:
        if type(problem).__name__ not in MAY_BE_LEFT_OUT:
            raise


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("turn",), "No such command"),
        (("tao", "--form", "tune"), "No such option"),
        (("tao", "tune"), "unexpected extra argument"),
        (("tao", "--round", "one"), "valid int"),
        (("sql",), "Missing"),
    ],
)
def test_a_command_that_the_program_does_not_take_is_refused(words: tuple[str, ...], problem: str) -> None:
    with pytest.raises(Exception, match=f"(?i){problem}"):
        parsed(words)


def test_commands_are_cut_as_a_shell_would(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "Say `lakewheel tao --to\nscore`.\n\n    A=b lakewheel tao  # once\n    echo lakewheel\n"
        '    lakewheel sql "SELECT 1\n        AS one" | head\n```\nlakewheel tune \\\n  --round 2\n```\nlakewheel no\n'
    )
    assert [one.words for one in commands_of(page)] == [
        ("tao",), ("sql", "SELECT 1\n        AS one"), ("tune", "--round", "2")
    ]  # fmt: skip
    assert [(one.line, one.words) for one in spans_of(page)] == [(1, ("tao", "--to", "score"))]
