"""The step that derives preferences from what is there: ratings, thumbs, and gold answers with candidates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from conf import PairsSettings
from lakehouse.ensure import ensure
from lakehouse.frames import held
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rim import StepRun, step_run
from pipelines.reward.pairs.gold import gold_pairs
from pipelines.reward.pairs.rated import rated_pairs
from pipelines.reward.pairs.rows import TABLE
from pipelines.reward.pairs.thumbs import thumbs_pairs

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

STEP = "preferences.derive"


@dataclass(frozen=True)
class Derived:
    """What a derivation came to: the pairs that were not there before, by where they came from."""

    new: int
    rating: int = 0
    thumbs: int = 0
    gold: int = 0


def derive_preferences(
    lakehouse: Lakehouse, settings: PairsSettings, provenance: Provenance, round: int | None = None
) -> Derived:
    """Every pair that ratings, thumbs and gold answers say and that is not there yet; prompts held out give none."""
    ensure(lakehouse, "prompts", "ratings", "requests", "candidates", TABLE)
    with step_run(lakehouse, STEP, provenance, round) as run:
        pairs = reduce(lambda one, other: one.unionByName(other), _origins(run, settings))
        fresh = pairs.join(run.read(TABLE).select("preference_id"), on="preference_id", how="left_anti")
        with held(fresh) as rows:
            counts = {row["origin"]: row["count"] for row in rows.groupBy("origin").count().collect()}
            run.take(sum(counts.values()))
            if not counts:
                run.is_idle = True
                return Derived(0)
            written = run.append(TABLE, rows)
    return Derived(written.new, **counts)


def _origins(run: StepRun, settings: PairsSettings) -> list[DataFrame]:
    prompts, ratings, requests = run.read("prompts"), run.read("ratings"), run.read("requests")
    return [
        rated_pairs(prompts, ratings, settings),
        thumbs_pairs(prompts, requests, settings),
        gold_pairs(prompts, ratings, run.read("candidates"), settings),
    ]
