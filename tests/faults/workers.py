"""Programs that the fault tests start, and kill: `python -m tests.faults.workers NAME HOME [ARGUMENT]`."""

from __future__ import annotations

import sys
from pathlib import Path

from pydantic import SecretStr

from conf import load_settings
from lakehouse.asking import spark_asker
from lakehouse.erase import erase
from lakehouse.erasure import plan_erasure
from lakehouse.home import Home
from lakehouse.place import Lakehouse
from lakehouse.provenance import provenance_of
from lakehouse.rim import Cost, step_run
from lakehouse.session import open_lakehouse
from lakehouse.staging import discard_staged, list_parts, load_staged, stage_part, sweep
from lakehouse.write import append_missing
from pipelines.documents.chunks.step import Bench, chunk_documents
from pipelines.documents.duplicates.step import deduplicate_documents
from pipelines.prompts.select import select_prompts
from pipelines.prompts.take import take_requests
from pipelines.redaction import Redactor
from tests.lakehouse.rows import RATING, ratings
from tests.pipelines.generate.story import generated
from tests.pipelines.release.story import promoted, rolled_back
from tests.pipelines.score.story import scored

RESOLVED = load_settings("test")
PROMPTS = {f"prompt {number}": f"What is the price of tent number {number} for a week?" for number in range(16)}
PARTS = {"first": ["a", "b"], "second": ["c"]}


def staged_step(lakehouse: Lakehouse, _: str = "") -> None:
    """What a step with workers does: stage parts, list them, load them, merge them, and throw the staging away."""
    folder = lakehouse.place.home.staging / "batch"
    with step_run(lakehouse, "example", provenance_of(RESOLVED)) as run:
        sweep(folder, "ratings")
        for name, ids in PARTS.items():
            part = stage_part(folder, "ratings", name, [RATING | {"rating_id": one} for one in ids])
            list_parts(folder, "ratings", [part])
        rows = load_staged(lakehouse, folder, "ratings")
        run.take(rows.count())
        run.append("ratings", rows.drop("run_id"))
        run.costs.append(Cost(answer_tokens=3))
        discard_staged(folder)


def commit_many(lakehouse: Lakehouse, name: str) -> None:
    """A hundred commits of one row each, every other one of a row that the other writer brings too."""
    for number in range(100):
        own = f"{name}-{number}" if number % 2 else f"shared-{number}"
        append_missing(lakehouse, "ratings", ratings(lakehouse, own, reason=name))


def erase_anna(lakehouse: Lakehouse, _: str = "") -> None:
    """Erase Anna from the story, or what an earlier try left of her."""
    erase(lakehouse, plan_erasure(spark_asker(lakehouse), "anna"), provenance_of(RESOLVED), RESOLVED.settings.tracking)


def take_logs(lakehouse: Lakehouse, folder: str) -> None:
    """Take the logs of a folder, or what an earlier try left of them."""
    settings = RESOLVED.settings
    redactor = Redactor(settings.redaction)
    take_requests(lakehouse, [Path(folder)], settings.prompts, redactor, SecretStr("key"), provenance_of(RESOLVED))


def draw(lakehouse: Lakehouse, _: str = "") -> None:
    """Candidates by the echo engine, two prompts a batch."""
    generated(lakehouse, "generate.prompts_per_batch=2", "ray.batch_timeout_seconds=20")


def rate(lakehouse: Lakehouse, _: str = "") -> None:
    """Scores by the scorer that counts words, two answers a batch."""
    scored(lakehouse, "score.answers_per_batch=2", "ray.batch_timeout_seconds=20")


def select_story(lakehouse: Lakehouse, _: str = "") -> None:
    """Select the prompts of the requests there are, without a model."""
    settings = RESOLVED.settings.selection.model_copy(update={"clustering": False})
    select_prompts(lakehouse, settings, provenance_of(RESOLVED), 1)


def deduplicate(lakehouse: Lakehouse, _: str = "") -> None:
    """Decide about the documents there are, or what an earlier try left."""
    deduplicate_documents(lakehouse, RESOLVED.settings.duplicates, provenance_of(RESOLVED))


def chunk(lakehouse: Lakehouse, _: str = "") -> None:
    """Cut and embed the documents there are, a passage a batch."""
    changes = ["chunks.most_tokens=16", "chunks.overlap=0.0", "chunks.chunks_per_batch=1", "ray.actors=1"]
    settings = load_settings("test", changes).settings
    chunk_documents(lakehouse, Bench(settings.chunks, settings.quality, settings.ray), provenance_of(RESOLVED))


def promote(lakehouse: Lakehouse, policy_id: str) -> None:
    """Make a model champion, also one that was rolled back before."""
    promoted(lakehouse, policy_id, again=True)


def roll_back(lakehouse: Lakehouse, _: str = "") -> None:
    """Serve the champion before this one."""
    rolled_back(lakehouse)


WORKERS = {
    "chunk": chunk,
    "deduplicate": deduplicate,
    "promote": promote,
    "roll_back": roll_back,
    "take_logs": take_logs,
    "draw": draw,
    "rate": rate,
    "select_story": select_story,
    "erase_anna": erase_anna,
    "staged_step": staged_step,
    "commit_many": commit_many,
}

if __name__ == "__main__":
    worker, home, *arguments = sys.argv[1:]
    WORKERS[worker](open_lakehouse(RESOLVED.settings, Home(Path(home))), *arguments)
