"""The log holds what the README lists: workloads, users, repeats, drift, and rows that must be refused."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from examples.bad_rows import LONG_CHARACTERS, POISON
from examples.generate import Example

WORKLOADS = {"handbook", "counter", "route", "form", "blurb"}


def log_lines(folder: Path, wave: int) -> list[str]:
    return (folder / f"logs/wave-{wave}.jsonl").read_text(encoding="utf-8").split("\n")[:-1]


def readable(folder: Path, wave: int) -> list[dict[str, Any]]:
    """Records that are objects whose messages are a list of objects."""
    records = []
    for line in log_lines(folder, wave):
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            continue
        if isinstance(record, dict) and all(isinstance(part, dict) for part in record["request"]["messages"]):
            records.append(record)
    return records


def test_there_are_400_lines_in_two_waves(folder: Path) -> None:
    assert [len(log_lines(folder, wave)) for wave in (1, 2)] == [320, 80]


def test_a_record_has_the_fields_of_the_readme(folder: Path) -> None:
    records = readable(folder, 1) + readable(folder, 2)
    assert len(records) == 400 - 8 + 1  # eight damaged; the one with `created` as text still has its messages
    for record in records:
        assert record.keys() - {"metadata", "client"} == {"id", "created", "user", "request", "response"}
        body, answer = record["request"], record["response"]
        assert body.keys() - {"top_p"} == {"model", "messages", "temperature", "max_tokens"}
        assert answer["choices"][0]["message"]["content"]
        used = answer["usage"]
        assert used["total_tokens"] == used["prompt_tokens"] + used["completion_tokens"]


def test_most_rows_name_their_workload_and_some_have_a_thumb(folder: Path) -> None:
    known = [record.get("metadata", {}) for record in readable(folder, 1)]
    named = [row["workload"] for row in known if "workload" in row]
    assert set(named) == WORKLOADS
    assert 0.75 < len(named) / len(known) < 0.95
    thumbs = Counter(row["feedback"] for row in known if "feedback" in row)
    assert thumbs["up"] > 20 and thumbs["down"] > 20


def test_one_user_is_loud(folder: Path) -> None:
    users = Counter(record["user"] for record in readable(folder, 1))
    (loudest, most), (_, second) = users.most_common(2)
    assert loudest == "tamsin.okoro" and most > 4 * second
    assert len(users) > 20


def test_the_second_wave_is_later_and_its_schema_has_drifted(folder: Path) -> None:
    first, second = ([row for row in readable(folder, wave) if isinstance(row["created"], int)] for wave in (1, 2))
    replayed = {row["id"] for row in first} & {row["id"] for row in second}
    assert len(replayed) == 3
    assert max(row["created"] for row in first) < min(row["created"] for row in second if row["id"] not in replayed)
    assert not any("client" in row or "top_p" in row["request"] for row in first)
    assert sum("client" in row for row in second) > 15
    assert sum("top_p" in row["request"] for row in second) > 15


def test_repeats_repeat_and_near_repeats_nearly_do(example: Example, truth: Any) -> None:
    prompts = {entry.request_id: entry.prompt for entries in example.waves.entries.values() for entry in entries}
    listed = truth("duplicates.json")["requests"]
    assert [len(listed[kind]) for kind in ("repeat", "near", "replayed")] == [20, 16, 3]
    assert all(prompts[one] == prompts[other] for one, other in listed["repeat"])
    for one, other in listed["near"]:
        shared = Counter(prompts[one].lower().split()) & Counter(prompts[other].lower().split())
        assert prompts[one] != prompts[other]
        assert shared.total() >= 0.9 * len(prompts[one].split())


def test_fresh_prompts_are_all_different(example: Example) -> None:
    entries = [entry for wave in example.waves.entries.values() for entry in wave]
    fresh = [entry.prompt for entry in entries if entry.draft.kind == "fresh"]
    assert len(fresh) == len(set(fresh)) == 336


def test_every_row_that_must_be_refused_is_as_bad_as_its_reason_says(folder: Path, truth: Any) -> None:
    rejected = [row for row in truth("rejected.json") if row["line"] is not None]
    assert Counter(row["stage"] for row in rejected) == {"reading": 8, "selection": 6, "generation": 1}
    for row in rejected:
        line = (folder / row["file"]).read_text(encoding="utf-8").split("\n")[row["line"] - 1]
        assert is_bad(line, row["reason"]), row
        if row["request_id"]:
            assert json.loads(line)["id"] == row["request_id"]


def is_bad(line: str, reason: str) -> bool:
    """Whether the line shows the fault that the reason names, found without the generator's help."""
    try:
        record = json.loads(line)
    except json.JSONDecodeError:
        return "JSON" in reason
    if not isinstance(record, dict):
        return "array" in reason
    messages = record["request"]["messages"]
    if not isinstance(messages, list) or not all(isinstance(part, dict) for part in messages):
        return reason.startswith("messages")
    if not isinstance(record["created"], int):
        return reason.startswith("created")
    prompt = (messages[-1]["content"] or "").strip() if messages else ""
    return {"": "no prompt" in reason, POISON: "actor" in reason}.get(
        POISON if POISON in prompt else prompt, len(prompt) >= LONG_CHARACTERS - 1 and "60,000" in reason
    )
