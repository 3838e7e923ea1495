"""How far an answer agrees with its prompt's other answers, which needs neither a model nor a label.

What many samples come near is likelier right than what stands alone: choosing by it is minimum Bayes risk decoding, and
where answers are single words a majority vote. It knows nothing that the policy does not know, so a reward model stands
beside it. Like the combined score it follows the answers that are there now.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lakehouse.identity import identity
from pipelines.arrow_columns import with_computed
from pipelines.overlap import mean_overlaps

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

AGREEMENT = "agreement"
DIGEST = identity(AGREEMENT, "token_f1")
ALONE = "agreement: it is the only answer to its prompt, so there is none to compare it with."


def agreement_scores(answers: DataFrame) -> DataFrame:
    """One row for each candidate, with the columns that scores have; answers as `answers_to_score` gives them."""
    from pyspark.sql import functions as F

    one = F.struct("candidate_id", "answer")
    drawn = answers.groupBy("prompt_id").agg(F.sort_array(F.collect_list(one)).alias("drawn"))
    compared = with_computed(drawn, "overlaps", "array<double>", _overlaps, reads=["drawn"])
    paired = F.explode(F.arrays_zip("drawn.candidate_id", "overlaps")).alias("one")
    return compared.select("prompt_id", paired).select(
        F.col("one.candidate_id").alias("candidate_id"),
        F.lit(AGREEMENT).alias("scorer"),
        F.lit(DIGEST).alias("scorer_digest"),
        "prompt_id",
        F.col("one.overlaps").alias("value"),
        F.lit(None).cast("double").alias("uncertainty"),
        F.lit(None).cast("boolean").alias("passed"),
        F.when(F.col("one.overlaps").isNull(), F.lit(ALONE)).alias("reason"),
    )


def _overlaps(drawn: Sequence[Sequence[dict[str, str]]]) -> list[list[float | None]]:
    return [mean_overlaps([one["answer"] for one in own]) for own in drawn]
