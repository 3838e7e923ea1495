"""The trust report as files: pictures, and a page in Markdown and one in HTML."""

from __future__ import annotations

from pathlib import Path

from pipelines.pages import html_page, markdown_page
from pipelines.reward.trust.inputs import TrustInputs
from pipelines.reward.trust.plots import TITLES, pictures_of
from pipelines.reward.trust.report import TrustReport
from pipelines.reward.trust.words import sections_of


def write_pages(report: TrustReport, inputs: TrustInputs, folder: Path, name: str) -> list[Path]:
    """The report on the reward model of this name; every file that was written, to be logged as artifacts."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures, sections = pictures_of(report, inputs), sections_of(report)
    title = f"Trust report: {name}"
    files = {f"{picture}.png": content for picture, content in pictures.items()}
    files["trust.md"] = markdown_page(title, sections, {picture: TITLES[picture] for picture in pictures}).encode()
    files["trust.html"] = html_page(title, sections, pictures, TITLES).encode()
    for file, content in files.items():
        (folder / file).write_bytes(content)
    return [folder / file for file in files]
