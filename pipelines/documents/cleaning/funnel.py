"""The funnel: how many documents and words were found, where they left and for what reason, and what stayed.

Words are those between white space, as cleaning counts them; they stand for tokens until somebody names a tokenizer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lakehouse.asking import Asker
from lakehouse.identity import identity
from pipelines.documents.take import STEP as TAKE

STAGES = ("found", "refused", "not_cleaned", "dropped", "lines", "duplicate", "low_quality", "stayed")
ALL = "all"
NOBODY = "unknown"
"""The source of refusals by a run that took nothing in, so that no document tells which collection it was about."""


@dataclass(frozen=True)
class Stage:
    """What was found, left at one stage for one reason, or stayed."""

    source: str
    stage: str
    reason: str
    position: int
    documents: int
    words: int | None = None
    tokens: int | None = None


@dataclass(frozen=True)
class Funnel:
    """All stages of all sources, each source from what was found to what stayed."""

    stages: tuple[Stage, ...]

    @property
    def funnel_id(self) -> str:
        parts = [str(part) for one in self.stages for part in asdict(one).values()]
        return identity(*parts)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Rows of the table funnels, but for the run."""
        return [{"funnel_id": self.funnel_id, **asdict(one)} for one in self.stages]

    @property
    def totals(self) -> tuple[Stage, ...]:
        """The same over all sources."""
        alike: dict[tuple[str, str], list[Stage]] = defaultdict(list)
        for one in self.stages:
            alike[(one.stage, one.reason)].append(one)
        return _in_order([_summed(ALL, *place, some) for place, some in alike.items()])

    @property
    def metrics(self) -> dict[str, float]:
        """Figures for MLflow."""
        documents: Counter[str] = Counter()
        words: Counter[str] = Counter()
        for one in self.stages:
            documents[one.stage] += one.documents
            words[one.stage] += one.words or 0
        return {f"documents_{stage}": float(documents[stage]) for stage in STAGES} | {
            f"words_{stage}": float(words[stage]) for stage in ("found", "dropped", "lines", "duplicate", "stayed")
        }


def counting_query(
    documents: str, duplicates: str | None, least_quality: float | None = None, with_tokens: bool = False
) -> str:
    """How many documents of each source share one fate, by the names of tables; Spark and DuckDB read it alike."""
    low = "false" if least_quality is None else f"quality IS NOT NULL AND NOT quality >= {least_quality!r}"
    tokens = "sum(tokens) AS tokens, sum(tokens_left) AS tokens_left" if with_tokens else "NULL AS tokens"
    joined, copy = documents, "false"
    if duplicates:
        joined = f"{documents} LEFT JOIN (SELECT document_id, survivor_id FROM {duplicates}) USING (document_id)"
        copy = "survivor_id IS NOT NULL"
    return (
        f"SELECT source, dropped_by, {copy} AS is_duplicate, cleaned_with IS NOT NULL AS is_cleaned, "
        f"{low} AS is_low, count(*) AS documents, sum(measures['words']) AS words, "
        f"sum(measures['words_left']) AS words_left, {tokens} FROM {joined} "
        f"GROUP BY source, dropped_by, {copy}, cleaned_with IS NOT NULL, {low}"
    )


def funnel_of(
    asker: Asker, least_quality: float | None = None, counts: Sequence[Mapping[str, Any]] | None = None
) -> Funnel:
    """The funnel as the tables stand; `counts` are rows of the counting query where tokens were counted too."""
    if counts is None:
        counts = _counts(asker, least_quality)
    stages = [stage for row in counts for stage in _fates(row)]
    return Funnel(with_totals([*stages, *_refusals(asker)]))


def _counts(asker: Asker, least_quality: float | None) -> Sequence[Mapping[str, Any]]:
    if not asker.exists("documents"):
        return []
    some = asker.rows(f"SELECT * FROM {asker.called('documents')} LIMIT 1")
    if some and "measures" not in some[0]:  # a table from before there was cleaning
        query = f"SELECT source, count(*) AS documents FROM {asker.called('documents')} GROUP BY source"
        return [row | {"is_cleaned": False} for row in asker.rows(query)]
    return asker.rows(counting_query(asker.called("documents"), duplicates_called(asker), least_quality))


def duplicates_called(asker: Asker) -> str | None:
    """The table of duplicates as a query names it; None before anybody looked for any."""
    return asker.called("duplicates") if asker.exists("duplicates") else None


def with_totals(left: Iterable[Stage]) -> tuple[Stage, ...]:
    """The stages of each source with what was found in front: the sum of all that left and stayed."""
    by_place: dict[tuple[str, str, str], list[Stage]] = defaultdict(list)
    for one in left:
        by_place[(one.source, one.stage, one.reason)].append(one)
        by_place[(one.source, "found", ALL)].append(one)
    return _in_order([_summed(*place, some) for place, some in by_place.items()])


def _fates(row: Mapping[str, Any]) -> list[Stage]:
    """Where the documents of one group are, and what their lines lost on the way."""
    source, documents = row["source"], int(row["documents"])
    if not row["is_cleaned"]:
        return [Stage(source, "not_cleaned", ALL, 0, documents)]
    words, left = _whole(row["words"]), _whole(row["words_left"])
    tokens, tokens_left = _whole(row.get("tokens")), _whole(row.get("tokens_left"))
    if row["dropped_by"] is not None:
        return [Stage(source, "dropped", row["dropped_by"], 0, documents, words, tokens)]
    stage = "duplicate" if row["is_duplicate"] else "low_quality" if row["is_low"] else "stayed"
    lost = Stage(source, "lines", ALL, 0, 0, _less(words, left), _less(tokens, tokens_left))
    here = Stage(source, stage, ALL, 0, documents, left, tokens_left)
    return [lost, here] if lost.words else [here]


def _refusals(asker: Asker) -> Iterable[Stage]:
    """By the source that the refusing run took: a run takes one."""
    if not asker.exists("rejections"):
        return
    table, step = asker.called("rejections"), asker.dialect.literal(TAKE)
    query = f"SELECT run_id, reason, count(*) AS documents FROM {table} WHERE step = {step} GROUP BY run_id, reason"
    sources = _sources(asker)
    for row in asker.rows(query):
        yield Stage(sources.get(row["run_id"], NOBODY), "refused", row["reason"], 0, int(row["documents"]))


def _sources(asker: Asker) -> dict[str, str]:
    found: dict[str, str] = {}
    if asker.exists("runs"):
        step = asker.dialect.literal(TAKE)
        for row in asker.rows(f"SELECT run_id, asked FROM {asker.called('runs')} WHERE step = {step}"):
            if "source" in (row["asked"] or {}):
                found[row["run_id"]] = row["asked"]["source"]
    if asker.exists("documents"):
        query = f"SELECT run_id, min(source) AS source FROM {asker.called('documents')} GROUP BY run_id"
        found |= {row["run_id"]: row["source"] for row in asker.rows(query)}
    return found


def _in_order(stages: Iterable[Stage]) -> tuple[Stage, ...]:
    """By source, then down the funnel, the greatest loss of a stage first; each with its place."""
    ordered = sorted(stages, key=lambda one: (one.source, STAGES.index(one.stage), -one.documents, one.reason))
    counted: Counter[str] = Counter()
    placed = []
    for one in ordered:
        placed.append(Stage(**{**asdict(one), "position": counted[one.source]}))
        counted[one.source] += 1
    return tuple(placed)


def _summed(source: str, stage: str, reason: str, some: Sequence[Stage]) -> Stage:
    words = [one.words for one in some if one.words is not None]
    tokens = [one.tokens for one in some if one.tokens is not None]
    documents = sum(one.documents for one in some)
    return Stage(source, stage, reason, 0, documents, sum(words) if words else None, sum(tokens) if tokens else None)


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _less(all: int | None, left: int | None) -> int | None:
    return None if all is None or left is None else all - left
