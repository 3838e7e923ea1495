"""The evaluation as files: pictures, the page of figures, and the battery as a page of its own."""

from __future__ import annotations

from pathlib import Path

from lakehouse.tracked import BATTERY
from pipelines.evaluate.plots import TITLES, pictures_of
from pipelines.evaluate.report import Report
from pipelines.evaluate.words import battery_section, sections_of
from pipelines.pages import html_page, markdown_page


def write_pages(report: Report, folder: Path) -> list[Path]:
    """Every file that was written, to be logged as artifacts."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures, sections = pictures_of(report), sections_of(report)
    title = f"Evaluation of {report.policy.name}"
    files = {f"{name}.png": content for name, content in pictures.items()}
    files["evaluation.md"] = markdown_page(title, sections, {name: TITLES[name] for name in pictures}).encode()
    files["evaluation.html"] = html_page(title, sections, pictures, TITLES).encode()
    if report.battery:
        grid = [battery_section(report)]
        files[f"{BATTERY}.md"] = markdown_page(f"Battery: {report.policy.name}", grid, {}).encode()
        files[f"{BATTERY}.html"] = html_page(f"Battery: {report.policy.name}", grid, {}, {}).encode()
    for file, content in files.items():
        (folder / file).write_bytes(content)
    return [folder / file for file in files]
