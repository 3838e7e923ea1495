"""How selection refuses: a prompt carries its first reason along, and leaves as a row of the table rejections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.rejections import REFUSAL_COLUMNS

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

NO_REASON = "CAST(NULL AS struct<reason:string,detail:string>)"


def refused_where(prompts: DataFrame, condition: Column, reason: str, detail: Column | str) -> DataFrame:
    """Prompts with a reason where the condition holds; one that has a reason keeps it."""
    from pyspark.sql import functions as F

    sentence = F.lit(detail) if isinstance(detail, str) else detail
    refusal = F.when(condition, F.struct(F.lit(reason).alias("reason"), sentence.alias("detail")))
    earlier = F.col("refused") if "refused" in prompts.columns else F.expr(NO_REASON)
    return prompts.withColumn("refused", F.coalesce(earlier, refusal))


def is_open() -> Column:
    """Whether nothing has refused a prompt so far."""
    from pyspark.sql import functions as F

    return F.col("refused").isNull()


def refusals(prompts: DataFrame) -> DataFrame:
    """The refused ones as rejections, each under the request that asked it first."""
    from pyspark.sql import functions as F

    return (
        prompts.where(~is_open())
        .select("first_request.*", "refused.*")
        .withColumnRenamed("request_id", "entity_id")
        .select(*[F.col(name) for name in REFUSAL_COLUMNS])
    )
