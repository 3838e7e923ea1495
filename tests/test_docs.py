"""The generated pages are what their generators say, and every page that is linked is there."""

import re
from pathlib import Path

import pytest

from conf import glossary, load_settings, settings_page
from lakehouse.glossary import tables_page
from lakehouse.tables import TABLES

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
