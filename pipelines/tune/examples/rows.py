"""What examples of every method have in common before they are read as tokens, and why one may be left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.prompts.normal import MESSAGES

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

TAUGHT = {
    "prompt_id": "string",
    "told_workload": "string",
    "drawn_in": "int",
    "answer": "string",
    "ended": "boolean",
    "rejected": "string",
    "rejected_ended": "boolean",
    "candidate_ids": "array<string>",
    "rating_ids": "array<string>",
    "request_ids": "array<string>",
    "log_probability": "double",
    "rejected_log_probability": "double",
    "advantage": "double",
    "share": "double",
    "left_out": "string",
}
"""What a method says of a prompt: an example, or why there is none (left_out). `share` is its part of the prompt's say,
`drawn_in` the round of its answers, and `told_workload` what people called it where the prompt is none of ours."""
ASKED = {"family": "string", "workload": "string", "made_in": "int", "messages": MESSAGES, "is_replay": "boolean"}
"""What is known once the prompt is: near copies are one family, and the round that its recency counts from."""

REASONS = {
    "empty": "there is nothing in the answer to learn",
    "too_long": "prompt and answer are longer than tune.examples.most_tokens, or than the model can see",
    "unscored": "no answer has a score by tune.examples.scorer",
    "gated": "no answer passed the gates",
    "single_answer": "there is nothing to compare the only answer with",
    "no_gap": "the answers' scores lie closer together than tune.examples.least_gap",
    "unknown_prompt": "its prompt is not in the table prompts, where evaluation sets are kept out",
    "held_out": "its prompt is held out for measuring",
}
"""Every word in `left_out`, as a sentence for a person."""
LEAST_DIFFERENCE = 1e-9
"""Closer values are equal, but for how they were added up."""


def taught_rows(chosen: DataFrame) -> DataFrame:
    """The columns of a method's rows, null where it says nothing of them."""
    from pyspark.sql import functions as F

    missing = {name: F.lit(None).cast(type) for name, type in TAUGHT.items() if name not in chosen.columns}
    return chosen.withColumns(missing).select(*(F.col(name).cast(type).alias(name) for name, type in TAUGHT.items()))


def lie_apart(difference: Column, least_gap: float) -> Column:
    """Whether one value lies above another by at least so much; equal ones never do."""
    return difference >= max(least_gap - LEAST_DIFFERENCE, LEAST_DIFFERENCE)


def with_prompts(chosen: DataFrame, prompts: DataFrame, round: int) -> DataFrame:
    """Rows of a method with their conversations: this is where everything that must not train goes out.

    Prompts of later rounds and those that are held out leave no trace. An answer to a prompt that the table does not
    know is left out and counted, for nobody has compared such a prompt with the evaluation sets.
    """
    from pyspark.sql import functions as F

    known = prompts.select(
        "prompt_id",
        "messages",
        "workload",
        F.coalesce("near_duplicate_of", "prompt_id").alias("family"),
        F.col("round").alias("prompt_round"),
        F.col("split").alias("use"),
    )
    joined = taught_rows(chosen).join(known, on="prompt_id", how="left")
    is_unknown = F.col("use").isNull()
    may_teach = (F.col("use") == "train") & (F.col("prompt_round") <= round)
    told = joined.where(is_unknown | may_teach).withColumns(
        {
            "left_out": F.when(is_unknown, "unknown_prompt").otherwise(F.col("left_out")),
            "workload": F.coalesce("workload", "told_workload", F.lit("unknown")),
            "made_in": F.coalesce("drawn_in", "prompt_round"),
            "is_replay": F.lit(False),
        }
    )
    return told.select(*TAUGHT, *ASKED)
