"""Writes the example company: python -m examples.generate --into FOLDER [--seed 7] [--wave 1|2]."""

import argparse
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from examples import truth
from examples.bad_rows import written as written_line
from examples.company import load_company
from examples.documents import Documents, make_documents
from examples.personal import Identity, make_canary, make_identities, personal_kinds
from examples.preferences import make_preferences
from examples.ratings import Ratings, make_ratings, rater_tasks
from examples.tasks import divide_company
from examples.truth import Waves
from examples.waves import make_waves


@dataclass(frozen=True)
class Summary:
    """What was made, for a person."""

    folder: Path
    seed: int
    written: int
    documents: int
    log_lines: int
    ratings: int
    preferences: int

    def __str__(self) -> str:
        return (
            f"Kettlewick Field Kitchens, seed {self.seed}: wrote {self.written} files into {self.folder}. "
            f"The whole example has {self.documents} documents, {self.log_lines} log lines, "
            f"{self.ratings} rated answers and {self.preferences} preference pairs."
        )


@dataclass(frozen=True)
class Example:
    """Everything that is made, before anything is written."""

    seed: int
    documents: Documents
    waves: Waves
    ratings: Ratings
    preferences: truth.Rows
    identities: list[Identity]
    canary: dict[str, str]


def make_example(seed: int) -> Example:
    company = load_company()
    logs_side, raters_side = divide_company(company, seed)
    identities, canary = make_identities(company.house, seed), make_canary(seed)
    ratings, left = make_ratings(rater_tasks(raters_side, company, seed), company, Random(f"{seed}/ratings"))
    return Example(
        seed=seed,
        documents=make_documents(company, raters_side, identities, seed),
        waves=Waves(make_waves(logs_side, company, identities, canary, seed)),
        ratings=ratings,
        preferences=make_preferences(left, company, Random(f"{seed}/preferences")),
        identities=identities,
        canary=canary,
    )


def lines(rows: Iterable[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode("utf-8")


def whole(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def without_plant(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "plant"}


def truth_files(example: Example) -> dict[str, bytes]:
    documents, waves = example.documents, example.waves
    people = [*(identity.kinds() for identity in example.identities), personal_kinds(example.canary)]
    planted = [{"id": row["id"], "plant": row["plant"]} for row in example.preferences if "plant" in row]
    return {
        "truth/README.md": truth.NOTICE.encode("utf-8"),
        "truth/gold.jsonl": lines(truth.gold(waves)),
        "truth/duplicates.json": whole(truth.duplicates(documents, waves)),
        "truth/canary.json": whole(truth.canary_places(example.canary, waves)),
        "truth/personal.jsonl": lines(truth.personal_data(documents, waves, people)),
        "truth/rejected.json": whole(truth.rejected(waves)),
        "truth/languages.json": whole(documents.languages()),
        "truth/planted_pairs.json": whole(planted),
        "truth/counts.json": whole(
            truth.counts(example.seed, documents, waves, len(example.ratings.five), len(example.preferences))
        ),
    }


def log_file(example: Example, wave: int) -> dict[str, bytes]:
    entries = example.waves.entries[wave]
    return {f"logs/wave-{wave}.jsonl": "".join(written_line(entry) + "\n" for entry in entries).encode("utf-8")}


def files_of(example: Example, wave: int | None) -> dict[str, bytes]:
    """Path below the folder, and content. The second wave alone is what arrives later: a log and no more."""
    if wave == 2:
        return log_file(example, 2)
    files = {f"documents/{file.path}": file.data for file in example.documents.files}
    files |= {
        "ratings.jsonl": lines(example.ratings.five),
        "ratings_by_workload.jsonl": lines(example.ratings.by_workload),
        "ratings_poor.jsonl": lines(example.ratings.poor),
        "preferences.jsonl": lines(without_plant(row) for row in example.preferences),
    }
    files |= truth_files(example) | log_file(example, 1)
    return files if wave == 1 else files | log_file(example, 2)


def generate(into: Path, seed: int = 7, wave: int | None = None) -> Summary:
    """Writes all of the example; with `wave` 1, all but the second log; with 2, that log alone."""
    if wave not in (None, 1, 2):
        raise ValueError(f"wave is 1, 2 or None for both, not {wave!r}")
    example = make_example(seed)
    files = files_of(example, wave)
    for path, data in files.items():
        target = into / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return Summary(
        folder=into,
        seed=seed,
        written=len(files),
        documents=len(example.documents.texts()),
        log_lines=sum(len(entries) for entries in example.waves.entries.values()),
        ratings=len(example.ratings.by_workload) + len(example.ratings.poor),
        preferences=len(example.preferences),
    )


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m examples.generate", description="Writes the example company.")
    parser.add_argument("--into", type=Path, required=True, help="the folder to write into; made if it is missing")
    parser.add_argument("--seed", type=int, default=7, help="another seed makes another example (default: 7)")
    parser.add_argument("--wave", type=int, choices=(1, 2), help="1: all but the second log; 2: that log alone")
    options = parser.parse_args(arguments)
    print(generate(options.into, options.seed, options.wave))


if __name__ == "__main__":
    main()
