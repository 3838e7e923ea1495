"""What is planted among the documents is there: duplicates, broken files, boilerplate, other languages."""

import io
from itertools import combinations
from pathlib import Path
from typing import Any

import pypdf
import pytest

from examples.generate import Example
from examples.similarity import ALIKE_RANGE, NEAR_RANGE, grams, jaccard


def flat(text: str) -> str:
    return " ".join(text.split())


def pdf_text(data: bytes) -> str:
    return flat(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages))


def test_every_pdf_but_the_broken_one_can_be_read_back(example: Example) -> None:
    pdfs = [file for file in example.documents.files if file.path.endswith(".pdf") and file.texts]
    assert len(pdfs) > 25
    for file in pdfs:
        said = pdf_text(file.data)
        missing = [part for part in file.texts[file.path].split("\n\n") if flat(part) not in said]
        assert missing == [], file.path


def test_the_broken_files_are_broken(folder: Path) -> None:
    broken = folder / "documents/broken"
    with pytest.raises(pypdf.errors.PyPdfError):
        pdf_text((broken / "delivery-note.pdf").read_bytes())
    with pytest.raises(UnicodeDecodeError):
        (broken / "old-mailbox.txt").read_text(encoding="utf-8")
    assert (broken / "empty.txt").read_bytes() == b""
    line = (broken / "cold-room-readings.txt").read_text(encoding="utf-8")
    assert "\n" not in line and 150_000 < len(line) < 250_000


def test_exact_copies_are_byte_equal(folder: Path, truth: Any) -> None:
    pairs = truth("duplicates.json")["documents"]["exact"]
    assert len(pairs) == 8
    for original, copy in pairs:
        assert (folder / "documents" / original).read_bytes() == (folder / "documents" / copy).read_bytes()


def test_copies_in_another_format_say_the_same(example: Example, truth: Any) -> None:
    texts, pairs = example.documents.texts(), truth("duplicates.json")["documents"]["other_format"]
    assert len(pairs) == 5
    for original, copy in pairs:
        assert original.endswith(".md") and copy.endswith(".html")
        assert texts[original] == texts[copy]


def test_near_copies_and_look_alikes_are_as_alike_as_stated(example: Example, truth: Any) -> None:
    texts, listed = example.documents.texts(), truth("duplicates.json")["documents"]
    for name, bounds, number in (("near", NEAR_RANGE, 12), ("alike_but_different", ALIKE_RANGE, 4)):
        assert len(listed[name]) == number
        for original, copy, stated in listed[name]:
            alike = jaccard(grams(texts[original]), grams(texts[copy]))
            assert bounds[0] <= alike <= bounds[1]
            assert alike == pytest.approx(stated, abs=0.001)


def test_no_duplicate_is_missing_from_the_list(example: Example, truth: Any) -> None:
    listed = truth("duplicates.json")["documents"]
    known = {frozenset(pair[:2]) for name in ("exact", "other_format", "near") for pair in listed[name]}
    sets = {key: grams(text) for key, text in example.documents.texts().items()}
    pairs = {
        frozenset(pair) for pair in combinations(sets, 2) if jaccard(sets[pair[0]], sets[pair[1]]) >= NEAR_RANGE[0]
    }
    assert len(known) == 25
    assert pairs == known


def test_web_pages_carry_boilerplate_around_their_main_text(folder: Path) -> None:
    pages = sorted((folder / "documents/web").glob("*.html"))
    assert len(pages) == 29
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for part in ("<nav>", "<script>", "<main>", '<div class="cookies">', "<footer>"):
            assert part in text
    assert sum("<table>" in page.read_text(encoding="utf-8") for page in pages) == 24


def test_pages_abroad_are_in_their_language(example: Example) -> None:
    texts, languages = example.documents.texts(), example.documents.languages()
    telling = {
        "de": {"der", "die", "und", "nicht"},
        "fr": {"le", "les", "et", "est"},
        "es": {"el", "los", "que", "una"},
    }
    for language, common in telling.items():
        keys = [key for key, known in languages.items() if known == language]
        assert len(keys) == 5
        for key in keys:
            counts = {known: len(words & set(texts[key].split())) for known, words in telling.items()}
            assert len(common & set(texts[key].split())) >= 2 and max(counts, key=counts.__getitem__) == language


def test_files_of_records_hold_several_documents(example: Example) -> None:
    files = [file for file in example.documents.files if file.path.endswith(".jsonl")]
    assert len(files) == 5
    assert all(len(file.texts) >= 5 for file in files)
