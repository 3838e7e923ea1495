"""The different answers to each prompt, with what the scorer says of them: what methods choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.score.combine import COMBINED

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


class ScorerUnclear(LookupError):
    """Nothing was scored by the scorer that ranks answers, or by two versions of it that cannot be compared."""


def scores_of(scores: DataFrame, scorer: str) -> DataFrame:
    """candidate_id, value and passed by a scorer as it is now: one row for each candidate that it scored.

    Combined scores are always those of now. Any other scorer may have changed: then its version of the latest round
    counts. What is no number is null.
    """
    from pyspark.sql import functions as F

    own = scores.where(F.col("scorer") == scorer)
    if scorer != COMBINED:
        own = own.where(F.col("scorer_digest") == _digest_of_now(scores, scorer))
    is_finite = F.abs("value") < float("inf")
    return own.select(
        "candidate_id",
        F.when(is_finite, F.col("value")).alias("value"),
        F.coalesce("passed", F.lit(True)).alias("passed"),
    )


def _digest_of_now(scores: DataFrame, scorer: str) -> str:
    from pyspark.sql import functions as F

    found = scores.groupBy("scorer", "scorer_digest").agg(F.max("round").alias("round")).collect()
    own = [(row["round"], row["scorer_digest"]) for row in found if row["scorer"] == scorer]
    latest = sorted(digest for round, digest in own if round == max(own)[0])
    if not latest:
        names = ", ".join(sorted({row["scorer"] for row in found})) or "none"
        raise ScorerUnclear(
            f"expected scores by {scorer}, and there are scores by: {names}. Correct tune.examples.scorer, or score "
            "first (`lakewheel score`)."
        )
    if len(latest) > 1:
        raise ScorerUnclear(
            f"{scorer} scored round {max(own)[0]} in {len(latest)} versions ({', '.join(latest)}), whose values cannot "
            f"be compared. Set tune.examples.scorer: {COMBINED}, which follows the version of now."
        )
    return str(latest[0])


def scored_answers(
    candidates: DataFrame, scores: DataFrame, round: int, policies: Sequence[str] | None, base_digest: str
) -> DataFrame:
    """One row for each different answer to a prompt, as its first candidate has it that was scored.

    `value` is null, and `left_out` says why, where nothing can be made of it. `base_log_probability` is known only
    where the base itself drew the answer: with that of another model as reference, nothing learned would be right.
    """
    from pyspark.sql import functions as F

    drawn = candidates.where(F.col("round") <= round)
    if policies is not None:
        drawn = drawn.where(F.col("policy_id").isin(list(policies)))
    scored = drawn.join(scores, on="candidate_id", how="left")
    told = F.struct(
        "candidate_id", "answer", "finish_reason", "round", "log_probability", "model_digest", "value", "passed"
    )
    each = scored.groupBy("prompt_id", F.trim("answer").alias("text")).agg(
        F.min_by(told, F.struct(F.col("value").isNull(), "candidate_id")).alias("first"),
        F.array_sort(F.collect_set("candidate_id")).alias("candidate_ids"),
    )
    is_blank = F.col("text") == ""
    by_base = F.col("first.model_digest") == base_digest
    return each.select(
        "prompt_id",
        "candidate_ids",
        "first.candidate_id",
        "first.answer",
        F.col("first.round").alias("drawn_in"),
        (F.col("first.finish_reason") == "stop").alias("ended"),
        "first.log_probability",
        F.when(by_base, F.col("first.log_probability")).alias("base_log_probability"),
        F.when(~is_blank, F.col("first.value")).alias("value"),
        F.coalesce("first.passed", F.lit(True)).alias("passed"),
        F.when(is_blank, "empty").when(F.col("first.value").isNull(), "unscored").alias("left_out"),
    )
