"""All documents of the company: the pages, the records, and what is planted among them."""

from dataclasses import dataclass
from random import Random

from examples.company import Company
from examples.correspondence import correspondence_pages
from examples.pages import File, page_file
from examples.personal import Identity
from examples.plants import Copies, broken_files, leaky_page, plant_copies
from examples.records import record_files
from examples.sheets import POLICIES_ON_THE_WEB, depot_pages, machine_pages, policy_pages, small_goods_pages
from examples.subjects import key_of
from examples.tasks import Side

COPIED_FOLDERS = ("sheets/", "visits/", "newsletters/", "manuals/", "depots/", "small-goods/")


@dataclass(frozen=True)
class Documents:
    files: list[File]
    copies: Copies
    other_format: list[tuple[str, str]]
    secrets: dict[str, str]

    def texts(self) -> dict[str, str]:
        return {key: text for file in self.files for key, text in file.texts.items()}

    def languages(self) -> dict[str, str]:
        return {key: language for file in self.files for key, language in file.languages.items()}


def make_documents(company: Company, raters: Side, identities: list[Identity], seed: int) -> Documents:
    rng = Random(f"{seed}/documents")
    pages = machine_pages(company, rng) + policy_pages(company) + depot_pages(company, rng)
    pages += small_goods_pages(company, rng) + correspondence_pages(company, identities, rng)
    runbook, secrets = leaky_page(rng)
    files = [page_file(page, company.house) for page in [*pages, runbook]]
    files += record_files(company, raters, identities, rng)
    twins = [key_of(policy.title) for policy in company.policies[:POLICIES_ON_THE_WEB]]
    other_format = [(f"policies/{key}.md", f"web/{key}.html") for key in twins]
    copies = plant_copies([page for page in pages if page.path.startswith(COPIED_FOLDERS)], company.house, rng)
    files += copies.files
    a_pdf = next(file.data for file in files if file.path.endswith(".pdf"))
    files += broken_files(a_pdf, rng)
    return Documents(sorted(files, key=lambda file: file.path), copies, other_format, secrets)
