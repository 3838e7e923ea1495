"""From the tables as they are now to the examples of one tuning, by the method that the settings name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from conf.tune import ExampleSettings, Method, TuneSettings
from lakehouse.ensure import ensure
from lakehouse.rim import StepRun
from pipelines.documents.kept import KEPT_BY, staying_documents
from pipelines.documents.mixture.drawn import Mixing
from pipelines.documents.mixture.recipe import Recipe
from pipelines.feedback.thumbs import thumbs_balance
from pipelines.tune.examples.answers import scored_answers, scores_of
from pipelines.tune.examples.encoded import example_rows
from pipelines.tune.examples.groups import answer_groups
from pipelines.tune.examples.labelled import labelled_answers
from pipelines.tune.examples.packed import mixture_of, packed_examples
from pipelines.tune.examples.ranked import answer_pairs, best_answers
from pipelines.tune.examples.replay import replay_rows
from pipelines.tune.examples.rows import with_prompts
from pipelines.tune.examples.singles import single_answers
from pipelines.tune.examples.weights import with_replay_weights

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

READ_BY: Mapping[Method, tuple[str, ...]] = {
    "sft": ("prompts", "ratings"),
    "best_of_n": ("prompts", "candidates", "scores"),
    "dpo": ("prompts", "candidates", "scores"),
    "kto": ("prompts", "candidates", "scores", "requests"),
    "grpo": ("prompts", "candidates", "scores"),
    "pretrain": KEPT_BY,
}
"""The tables that each method reads."""
NO_EXAMPLE = ("workload", "is_replay", "left_out")
"""What is told of examples and stands in no column of their table."""


def tune_examples(
    run: StepRun,
    settings: TuneSettings,
    recipe: Recipe,
    base: Path,
    base_digest: str,
    round: int,
    policies: Sequence[str] | None,
) -> DataFrame:
    """Everything that might teach in a round, each with its example or, in `left_out`, why it is none.

    Hold it, count it with `tallies_of`, and take the examples with `taught`. `policies` are those whose candidates
    count, or None for all; candidates of every round so far do. Documents are mixed by the recipe.
    """
    names = READ_BY[settings.method]
    ensure(run.lakehouse, *names)
    tables = {name: run.read(name) for name in names}
    if settings.method == "pretrain":
        staying = staying_documents(*tables.values())
        return document_examples(staying, settings, recipe.mixing(run.lakehouse), base, base_digest, round)
    return examples_among(tables, settings, base, base_digest, round, policies)


def document_examples(
    staying: DataFrame, settings: TuneSettings, mixing: Mixing, base: Path, base_digest: str, round: int
) -> DataFrame:
    """The same of documents that stay, which nobody scores."""
    return packed_examples(mixture_of(staying, settings, mixing, str(base)), settings, base_digest, round)


def examples_among(
    tables: Mapping[str, DataFrame],
    settings: TuneSettings,
    base: Path,
    base_digest: str,
    round: int,
    policies: Sequence[str] | None,
) -> DataFrame:
    """The same of prompts, from frames."""
    prompts, replay = tables["prompts"], settings.examples.replay
    rows = with_prompts(_chosen(tables, settings, base_digest, round, policies), prompts, round)
    if replay is not None:
        rows = rows.unionByName(replay_rows(Path(replay).expanduser(), prompts))
    return example_rows(rows, settings, base, base_digest, round)


def taught(found: DataFrame, settings: ExampleSettings) -> DataFrame:
    """The examples among what was found, as rows of the table but for their set; hold what was found before."""
    kept = found.where("left_out IS NULL")
    weighed = kept if settings.replay is None else with_replay_weights(kept, settings.replay_share)
    return weighed.drop(*NO_EXAMPLE)


def _chosen(
    tables: Mapping[str, DataFrame],
    settings: TuneSettings,
    base_digest: str,
    round: int,
    policies: Sequence[str] | None,
) -> DataFrame:
    """The rows of the method."""
    method, least_gap = settings.method, settings.examples.least_gap
    if method == "sft":
        return labelled_answers(tables["ratings"])
    scores = scores_of(tables["scores"], settings.examples.scorer)
    answers = scored_answers(tables["candidates"], scores, round, policies, base_digest)
    if method == "best_of_n":
        return best_answers(answers, least_gap)
    if method == "dpo":
        return answer_pairs(answers, least_gap)
    if method == "grpo":
        return answer_groups(answers, least_gap)
    return single_answers(answers, thumbs_balance(tables["prompts"], tables["requests"]), least_gap)
