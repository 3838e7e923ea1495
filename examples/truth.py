"""What is known about the generated data and kept apart from it, for measuring only."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import Any

from examples.bad_rows import REFUSED, has_readable_id
from examples.documents import Documents
from examples.logs import Entry
from examples.plants import BROKEN
from examples.similarity import ALIKE_RANGE, NEAR_RANGE, WORDS_IN_A_ROW

Rows = list[dict[str, Any]]

NOTICE = """# Truth

What the generator knows about the data beside this folder: gold answers, planted duplicates,
personal data, rows that must be refused. It is for measuring only. Nothing trains on it, no prompt is
built from it, no threshold is fitted to it, and a pipeline that opens a file of this folder other than
to measure is wrong. examples/README.md describes each file, field by field.
"""


@dataclass(frozen=True)
class Waves:
    """Both waves of the log with the number of each line, counted from 1."""

    entries: dict[int, list[Entry]]

    def numbered(self) -> list[tuple[str, int, Entry]]:
        return [
            (f"logs/wave-{wave}.jsonl", number, entry)
            for wave, entries in self.entries.items()
            for number, entry in enumerate(entries, start=1)
        ]


def digest(prompt: str) -> str:
    return hashlib.sha256(prompt.encode("utf-8")).hexdigest()


def gold(waves: Waves) -> Rows:
    """One row for each readable request that has a right answer; a replayed request keeps its first row."""
    rows = []
    for _, _, entry in waves.numbered():
        task = entry.draft.task
        if task is None or entry.draft.kind == "replay":
            continue
        rows.append(
            {
                "request_id": entry.request_id,
                "wave": entry.wave,
                "workload": task.workload,
                "prompt_sha256": digest(entry.prompt),
                "answer": task.gold,
                "metric": task.metric,
                "must_say": task.must_say,
                "source": task.source,
                "fact": f"{task.subject} / {task.fact}",
                "kind": entry.draft.kind,
            }
        )
    return rows


def repeated_requests(waves: Waves) -> dict[str, list[list[str]]]:
    """Pairs of request ids: the original, and what repeats it or nearly repeats it."""
    originals = {entry.prompt: entry.request_id for _, _, entry in waves.numbered() if entry.draft.kind == "fresh"}
    found: dict[str, list[list[str]]] = {"repeat": [], "near": []}
    for _, _, entry in waves.numbered():
        if entry.draft.origin is not None:
            found[entry.draft.kind].append([originals[entry.draft.origin], entry.request_id])
    return found


def replayed_ids(waves: Waves) -> list[str]:
    return [entry.request_id for _, _, entry in waves.numbered() if entry.draft.kind == "replay"]


def duplicates(documents: Documents, waves: Waves) -> dict[str, Any]:
    copies = documents.copies
    return {
        "words_in_a_row": WORDS_IN_A_ROW,
        "near_range": NEAR_RANGE,
        "alike_range": ALIKE_RANGE,
        "documents": {
            "exact": copies.exact,
            "other_format": documents.other_format,
            "near": copies.near,
            "alike_but_different": copies.alike,
        },
        "requests": {**repeated_requests(waves), "replayed": replayed_ids(waves)},
    }


def rejected(waves: Waves) -> Rows:
    """Documents and log lines that must be refused, with the stage that refuses them and the reason."""
    rows: Rows = [
        {"file": f"documents/{path}", "line": None, "request_id": None, "stage": "reading", "reason": reason}
        for path, reason in BROKEN.items()
    ]
    for file, number, entry in waves.numbered():
        what = entry.draft.damage or entry.draft.kind
        if what in REFUSED:
            stage, reason = REFUSED[what]
            known = entry.request_id if has_readable_id(entry) else None
            rows.append({"file": file, "line": number, "request_id": known, "stage": stage, "reason": reason})
    return rows


def personal_data(documents: Documents, waves: Waves, people: list[dict[str, str]]) -> Rows:
    """Every place where data of these people (kind: value) or a leaked key stands: for redaction to find."""
    values = [(kind, value) for person in [*people, documents.secrets] for kind, value in person.items()]
    places = [(f"documents/{key}", "text", text) for key, text in documents.texts().items()]
    for _, _, entry in waves.numbered():
        if entry.draft.kind != "replay":
            places.append((entry.request_id, "prompt", entry.prompt))
            places.append((entry.request_id, "response", entry.answer))
    return [
        {"where": where, "field": field, "kind": kind, "value": value}
        for where, field, text in places
        for kind, value in values
        if value in text
    ]


def canary_places(canary: dict[str, str], waves: Waves) -> dict[str, Any]:
    ids = [entry.request_id for _, _, entry in waves.numbered() if entry.draft.kind == "canary"]
    return {**canary, "request_ids": ids}


def counts(seed: int, documents: Documents, waves: Waves, ratings: int, preferences: int) -> dict[str, Any]:
    kinds = {
        f"wave-{wave}": dict(sorted(Counter(entry.draft.kind for entry in entries).items()))
        for wave, entries in waves.entries.items()
    }
    suffixes = Counter(file.path.rsplit(".", 1)[-1] for file in documents.files)
    return {
        "seed": seed,
        "files": len(documents.files),
        "files_by_format": dict(sorted(suffixes.items())),
        "documents": len(documents.texts()),
        "documents_by_language": dict(sorted(Counter(documents.languages().values()).items())),
        "log_lines": {f"wave-{wave}": len(entries) for wave, entries in waves.entries.items()},
        "log_lines_by_kind": kinds,
        "gold_by_workload": dict(sorted(Counter(row["workload"] for row in gold(waves)).items())),
        "ratings": ratings,
        "preferences": preferences,
    }
