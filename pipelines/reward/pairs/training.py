"""Preferences as training pairs: one for each pair of answers however many said so, and split by their prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conf import PairsSettings
from lakehouse.ensure import ensure
from lakehouse.rim import StepRun
from pipelines.feedback.golds import with_prompt_ids
from pipelines.prompts.holdout import split_column

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

COLUMNS = (
    "preference_id",
    "preference_ids",
    "prompt_id",
    "workload",
    "prompt",
    "messages",
    "chosen",
    "rejected",
    "tie",
    "margin",
    "weight",
    "split",
)


def pairs_in(run: StepRun, settings: PairsSettings) -> DataFrame:
    """The training pairs of the tables as they are now."""
    ensure(run.lakehouse, "preferences", "prompts")
    return training_pairs(run.read("preferences"), run.read("prompts"), settings)


def training_pairs(preferences: DataFrame, prompts: DataFrame, settings: PairsSettings) -> DataFrame:
    """Pairs to train a reward model on, and to measure it (split holdout); prompts that are held out give none.

    All pairs of a prompt, and of prompts that are nearly the same, are on one side. `messages` is the prompt's
    conversation where it is one of ours, else its text as one message of a user. `weight` is how far those who compared
    the two agree, from just above 0 to 1; pairs on which they are evenly divided are left out. `margin` is between 0
    and 1, and null where nobody said by how much.
    """
    from pyspark.sql import functions as F

    ours = prompts.select("prompt_id", "messages", "near_duplicate_of", F.col("split").alias("use"))
    clear = resolved_pairs(preferences, settings).where("tie OR weight > 0").join(ours, on="prompt_id", how="left")
    as_message = F.array(F.struct(F.lit("user").alias("role"), F.col("prompt").alias("content")))
    return (
        clear.where("use IS NULL OR use = 'train'")
        .withColumn("messages", F.coalesce("messages", as_message))
        .withColumn("family", F.coalesce("near_duplicate_of", "prompt_id"))
        .withColumn("split", split_column("family", settings.holdout_salt, settings.holdout_share))
        .select(*COLUMNS)
    )


def resolved_pairs(preferences: DataFrame, settings: PairsSettings) -> DataFrame:
    """One row for each pair of answers to a prompt, as most of those who compared them say.

    Each preference is a vote: for one answer, for the other, or half for each (a tie). Where the votes are even the
    weight is 0, and unless all of them were ties nothing can be learnt from the pair.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    pair = ["prompt_id", "first", "second"]
    votes = _votes(preferences, settings).withColumn("lean", F.avg("vote").over(Window.partitionBy(*pair)))
    agrees = F.signum("vote") == F.signum("lean")
    counted = votes.groupBy(*pair).agg(
        F.first("lean").alias("lean"),
        (F.max(F.abs("vote")) == 0).alias("tie"),
        F.avg(F.when(agrees, F.col("margin"))).alias("margin"),
        F.coalesce(F.min(F.when(agrees, F.col("preference_id"))), F.min("preference_id")).alias("preference_id"),
        F.array_sort(F.collect_set("preference_id")).alias("preference_ids"),
        *(F.min_by(name, "preference_id").alias(name) for name in ("workload", "prompt")),
    )
    first_is_better = F.col("lean") >= 0
    return counted.select(
        "preference_id",
        "preference_ids",
        "prompt_id",
        "workload",
        "prompt",
        F.when(first_is_better, F.col("first")).otherwise(F.col("second")).alias("chosen"),
        F.when(first_is_better, F.col("second")).otherwise(F.col("first")).alias("rejected"),
        "tie",
        F.when(F.col("tie"), F.lit(0.0)).otherwise(F.col("margin")).alias("margin"),
        F.when(F.col("tie"), F.lit(1.0)).otherwise(F.abs("lean")).alias("weight"),
    )


def _votes(preferences: DataFrame, settings: PairsSettings) -> DataFrame:
    from pyspark.sql import functions as F

    told = with_prompt_ids(preferences.where(F.col("origin").isin(*settings.origins)))
    for_first = F.when(F.col("tie"), 0).when(F.col("chosen") < F.col("rejected"), 1).otherwise(-1)
    return told.select(
        "preference_id",
        "prompt_id",
        "workload",
        "prompt",
        F.least("chosen", "rejected").alias("first"),
        F.greatest("chosen", "rejected").alias("second"),
        for_first.alias("vote"),
        _comparable_margin(settings).alias("margin"),
    )


def _comparable_margin(settings: PairsSettings) -> Column:
    """Between 0 and 1, whatever the units of the pair's origin; null where nobody knows how it compares."""
    from pyspark.sql import functions as F

    comparable = F.lit(None).cast("double")
    for origin, full in settings.full_margins:
        share = F.when(F.col("margin") > full, 1.0).otherwise(F.col("margin") / full)
        comparable = F.when(F.col("origin") == origin, share).otherwise(comparable)
    return comparable
