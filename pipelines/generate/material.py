"""What the probe asks: a few prompts of each workload, those first to which somebody liked the logged answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conf import GenerateSettings
from lakehouse.place import Lakehouse
from lakehouse.read import read
from pipelines.generate.asking import messages_of
from pipelines.generate.plan import rated_examples, training_prompts
from pipelines.generate.probe import Material, Probed

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


class NothingToProbe(LookupError):
    """There is no prompt to try a strategy on."""


def probe_material(lakehouse: Lakehouse, settings: GenerateSettings, most_prompts: int) -> Material:
    """So many prompts in all, spread over the workloads, and the rated examples."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    every = read(lakehouse, "prompts").frame
    prompts = training_prompts(every).join(_liked(lakehouse), on="prompt_id", how="left")
    best_first = Window.partitionBy("workload").orderBy(F.col("liked").isNull(), "prompt_id")
    ordered = prompts.withColumn("turn", F.row_number().over(best_first)).orderBy("turn", "workload")
    rows = ordered.limit(most_prompts).collect()
    if not rows:
        raise NothingToProbe(
            "expected prompts to try strategies on, and none is selected for training. Take logs in first: "
            "`lakewheel prompts take PATH`."
        )
    ratings = read(lakehouse, "ratings").frame if lakehouse.exists("ratings") else None
    rated = rated_examples(ratings, every, settings.least_rating) if ratings is not None else []
    return Material(
        tuple(
            Probed(
                row["prompt_id"],
                row["workload"],
                messages_of(row),
                row["liked"],
            )
            for row in rows
        ),
        tuple(rated),
    )


def _liked(lakehouse: Lakehouse) -> DataFrame:
    """The logged answer that a person gave a thumb up, for each prompt that has one."""
    from pyspark.sql import functions as F

    liked = read(lakehouse, "requests").frame.where("feedback = 'up' AND length(trim(response)) > 0")
    asked = read(lakehouse, "prompts").frame.select("prompt_id", F.explode("request_ids").alias("request_id"))
    answers = asked.join(liked.select("request_id", "response"), on="request_id", how="inner")
    return answers.groupBy("prompt_id").agg(F.min("response").alias("liked"))
