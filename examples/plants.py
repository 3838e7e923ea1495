"""What is wrong with some documents on purpose: duplicates of every kind, leaked keys, and broken files."""

from dataclasses import dataclass, replace
from random import Random

from examples.company import House
from examples.pages import File, Page, page_file
from examples.personal import cloud_key, provider_token
from examples.similarity import ALIKE_RANGE, NEAR_RANGE, grams, jaccard, reworded

EXACT_COPIES = 8
NEAR_COPIES = 12
LOOK_ALIKES = 4
READINGS = 50_000  # four characters each
BROKEN = {  # file: why no text comes out of it
    "broken/delivery-note.pdf": "the PDF ends after its first lines",
    "broken/old-mailbox.txt": "it is not UTF-8, nor any other encoding throughout",
    "broken/empty.txt": "it is empty",
    "broken/cold-room-readings.txt": "it is one line of about 200,000 characters",
}


@dataclass(frozen=True)
class Copies:
    """Planted duplicates: the files, and the pairs that a deduplication must find or must leave alone."""

    files: list[File]
    exact: list[tuple[str, str]]
    near: list[tuple[str, str, float]]
    alike: list[tuple[str, str, float]]


def exact_copies(pages: list[Page], house: House) -> tuple[list[File], list[tuple[str, str]]]:
    """The same bytes under another name."""
    copies, pairs = [], []
    for number, page in enumerate(pages, start=1):
        path = f"archive/copy-{number}.{page.path.rsplit('.', 1)[-1]}"
        copies.append(File(path, page_file(page, house).data, {path: page.text}, {path: page.language}))
        pairs.append((page.path, path))
    return copies, pairs


def reworded_copies(
    pages: list[Page], name: str, bounds: tuple[float, float], house: House, rng: Random
) -> tuple[list[File], list[tuple[str, str, float]]]:
    """Copies with words exchanged, each with a Jaccard index of its own within the bounds."""
    copies, pairs = [], []
    for number, page in enumerate(pages, start=1):
        path = f"archive/{name}-{number:02d}.{page.path.rsplit('.', 1)[-1]}"
        paragraphs = tuple(reworded("\n\n".join(page.paragraphs), bounds, rng).split("\n\n"))
        copy = replace(page, path=path, paragraphs=paragraphs)
        copies.append(page_file(copy, house))
        pairs.append((page.path, path, round(jaccard(grams(page.text), grams(copy.text)), 3)))
    return copies, pairs


def in_turn(pages: list[Page], count: int, rng: Random) -> list[Page]:
    """Long pages, one format after the other, so that every seed writes files of the same names."""
    long_enough = [page for page in pages if len(page.text.split()) > 120]
    shelves = [[page for page in long_enough if page.path.endswith(suffix)] for suffix in (".md", ".txt", ".pdf")]
    shuffled = [rng.sample(shelf, len(shelf)) for shelf in shelves]
    return [shuffled[number % len(shelves)][number // len(shelves)] for number in range(count)]


def plant_copies(pages: list[Page], house: House, rng: Random) -> Copies:
    """Each original is copied once, and is long enough for one word to weigh little."""
    chosen = in_turn(pages, EXACT_COPIES + NEAR_COPIES + LOOK_ALIKES, rng)
    last = EXACT_COPIES + NEAR_COPIES
    copies, exact = exact_copies(chosen[:EXACT_COPIES], house)
    near_files, near = reworded_copies(chosen[EXACT_COPIES:last], "revised", NEAR_RANGE, house, rng)
    alike_files, alike = reworded_copies(chosen[last:], "rewritten", ALIKE_RANGE, house, rng)
    return Copies([*copies, *near_files, *alike_files], exact, near, alike)


def leaky_page(rng: Random) -> tuple[Page, dict[str, str]]:
    """A runbook in which somebody left two keys. Neither opens anything."""
    secrets = {"provider_token": provider_token(rng, "NotARealKey"), "cloud_key": cloud_key()}
    paragraphs = (
        "When the price list does not load at the counter, restart the tablet and then the router.",
        "If it still does not load, the script in the shed needs its keys again: "
        f"KETTLE_KEY={secrets['provider_token']} and KETTLE_CLOUD={secrets['cloud_key']}.",
        "When nothing helps, the paper list from spring hangs behind the door. Ring Jannik, and be patient.",
    )
    return Page("runbooks/price-list.md", "When the price list does not load", paragraphs), secrets


def broken_files(a_pdf: bytes, rng: Random) -> list[File]:
    readings = ";".join(f"{rng.uniform(1, 7):.1f}" for _ in range(READINGS))
    mailbox = "Kühlraum geprüft, alles dicht. ".encode() + b"\xff\xfe\x81\x8d\xc3\x28\xa0\xa1" * 9
    contents = (a_pdf[:180], mailbox, b"", readings.encode())
    return [File(path, data, {}, {}) for path, data in zip(BROKEN, contents, strict=True)]
