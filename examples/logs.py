"""The application's request log in two waves: who asked what, when, and what the prototype said."""

import hashlib
import json
from dataclasses import dataclass
from random import Random
from typing import Any

from examples.company import Company
from examples.prototype import feedback, prototype_answer
from examples.tasks import Task

WAVE_STARTS = {
    1: 1_791_158_400,
    2: 1_793_577_600,
}  # Monday 5 October and Monday 2 November 2026, midnight in UTC
WAVE_DAYS = {1: 26, 2: 6}
MODEL = "kettle-prototype-1"
LOUD_SHARE = 0.35
SYSTEM = {"role": "system", "content": "You are the assistant of Kettlewick Field Kitchens."}
GREETING = [
    {"role": "user", "content": "Good morning!"},
    {"role": "assistant", "content": "Good morning! How can I help you today?"},
]

Record = dict[str, Any]


@dataclass(frozen=True)
class Draft:
    """A request before it has an id and a time. `kind`, listed in README.md, says why it is there."""

    kind: str
    messages: list[dict[str, Any]]
    task: Task | None = None
    origin: str | None = None  # the prompt that a repeat or near repeat goes back to
    user: str | None = None
    damage: str | None = None  # how bad_rows.py spoils the finished record


@dataclass(frozen=True)
class Entry:
    """A request with its finished record, which only a damaged row does not hold in its line as it is."""

    wave: int
    draft: Draft
    record: Record

    @property
    def request_id(self) -> str:
        return str(self.record["id"])

    @property
    def prompt(self) -> str:
        messages = self.record["request"]["messages"]
        return str(messages[-1]["content"] or "") if messages else ""

    @property
    def answer(self) -> str:
        return str(self.record["response"]["choices"][0]["message"]["content"])


def user_message(content: str | None) -> list[dict[str, Any]]:
    return [{"role": "user", "content": content}]


def words(text: str) -> int:
    return len(text.split())


def staff_login(name: str) -> str:
    return name.lower().replace(" ", ".")


def choose_user(draft: Draft, company: Company, rng: Random) -> str:
    """One clerk writes a third of everything; half of the web page's rows have users of their own."""
    if draft.user:
        return draft.user
    if draft.task and draft.task.workload == "counter" and rng.random() < 0.5:
        return f"web-{rng.randint(1, 40):04d}"
    if rng.random() < LOUD_SHARE:
        return "tamsin.okoro"
    return staff_login(rng.choice(company.people[:12]).name)


def request_body(draft: Draft, wave: int, rng: Random) -> Record:
    messages = draft.messages
    if draft.task:
        messages = [SYSTEM] * (rng.random() < 0.12) + GREETING * (rng.random() < 0.04) + messages
    body: Record = {"model": MODEL, "messages": messages, "temperature": 0.7, "max_tokens": 256}
    if wave == 2 and rng.random() < 0.4:
        body["top_p"] = 0.95  # a field that the first wave did not have
    return body


def response_body(request_id: str, created: int, body: Record, answer: str) -> Record:
    asked = sum(words(message["content"] or "") for message in body["messages"]) * 4 // 3 + 8
    told = words(answer) * 4 // 3 + 1
    return {
        "id": f"chatcmpl-{request_id[4:]}",
        "object": "chat.completion",
        "created": created + 2,
        "model": MODEL,
        "choices": [{"index": 0, "message": {"role": "assistant", "content": answer}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": asked, "completion_tokens": told, "total_tokens": asked + told},
    }


def metadata(draft: Draft, answer: str, rng: Random) -> Record | None:
    """Most rows name their workload; one in eight does not, and some have no metadata at all."""
    task = draft.task
    if task is None or rng.random() < 0.04:
        return None
    known: Record = {"channel": "web" if task.workload == "counter" else "desk"}
    if rng.random() >= 0.12:
        known["workload"] = task.workload
    thumb = feedback(task, answer, rng)
    return {**known, "feedback": thumb} if thumb else known


def make_entry(draft: Draft, wave: int, created: int, request_id: str, company: Company, rng: Random) -> Entry:
    prototype = company.prototype
    answer = prototype_answer(prototype, draft.task, rng) if draft.task else rng.choice(prototype.evasive)
    body = request_body(draft, wave, rng)
    record: Record = {
        "id": request_id,
        "created": created,
        "user": choose_user(draft, company, rng),
        "request": body,
        "response": response_body(request_id, created, body, answer),
    }
    known = metadata(draft, answer, rng)
    if known is not None:
        record["metadata"] = known
    if wave == 2 and rng.random() < 0.4:
        record["client"] = {"app": "counter-tablet", "version": "2.3.0"}  # nor this
    return Entry(wave, draft, record)


def working_times(wave: int, count: int, rng: Random) -> list[int]:
    """Times between seven and seven, never on a Sunday, in order."""
    days = [day for day in range(WAVE_DAYS[wave]) if day % 7 != 6]
    return sorted(
        WAVE_STARTS[wave] + rng.choice(days) * 86_400 + rng.randint(7 * 3600, 19 * 3600) for _ in range(count)
    )


def make_entries(drafts: list[Draft], wave: int, company: Company, seed: int) -> list[Entry]:
    rng = Random(f"{seed}/wave-{wave}")
    times = working_times(wave, len(drafts), rng)
    ids = [f"req_{hashlib.sha256(f'{seed}/{wave}/{number}'.encode()).hexdigest()[:16]}" for number in range(len(times))]
    return [
        make_entry(draft, wave, created, request_id, company, rng)
        for draft, created, request_id in zip(drafts, times, ids, strict=True)
    ]


def as_line(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False)
