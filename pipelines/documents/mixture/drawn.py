"""Documents as a mixture: counted by the model's own tokenizer, drawn by their texts' hashes, in an order by hashes.

A document that stands in half an epoch stands in every larger part too, and neither order nor partitions matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING

from conf import MixtureSettings
from lakehouse.identity import identity_column
from pipelines.arrow_columns import with_computed
from pipelines.documents.kept import kept_documents
from pipelines.documents.mixture.portions import Portion, portions_of
from pipelines.prompts.holdout import HEXADECIMAL_DIGITS, split_column
from pipelines.tune.encoding import text_reader_of

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

HELD_OUT = "holdout"


@dataclass(frozen=True)
class Mixing:
    """What a mixture is made by: its settings, and from which quality on a document is kept."""

    settings: MixtureSettings
    least_quality: float | None


@dataclass(frozen=True)
class Splitting:
    """Which documents are held out, decided by their identity before anything is drawn or packed."""

    salt: str
    share: float


@dataclass(frozen=True)
class Mixed:
    """The documents of a mixture, once for each time that they are read, and what was wanted of each collection.

    The rows: document_id, source, split, tokens, turn (which time it is), place (a hash to shuffle by).
    """

    rows: DataFrame
    portions: Sequence[Portion]


def mixed_sources(staying: DataFrame, mixing: Mixing) -> DataFrame:
    """The kept documents of the collections that the mixture wants."""
    from pyspark.sql import functions as F

    kept, settings = kept_documents(staying, mixing.least_quality), mixing.settings
    return kept.where(F.col("source").isin(*settings.sources)) if settings.only_named else kept


def mixed(staying: DataFrame, mixing: Mixing, splitting: Splitting, base: str) -> Mixed:
    """The mixture of documents that stay, for a base model's tokenizer. Held-out documents stand in it at most once."""
    from pyspark.sql import functions as F

    split = split_column("document_id", splitting.salt, splitting.share).alias("split")
    chosen = mixed_sources(staying, mixing).select("document_id", "text_digest", "source", split, "text")
    # read once: they are counted first and packed then
    read = with_computed(chosen, "tokens", "array<int>", partial(_tokens, base), ["text"]).drop("text")
    kept = read.localCheckpoint()
    counted = kept.where(F.col("split") != HELD_OUT).groupBy("source").agg(F.sum(F.size("tokens")).alias("tokens"))
    portions = portions_of({row["source"]: row["tokens"] for row in counted.collect()}, mixing.settings)
    return Mixed(drawn(kept, portions, mixing.settings.seed), portions)


def drawn(documents: DataFrame, portions: Sequence[Portion], seed: int) -> DataFrame:
    """Each document as often as its portion says, with a place that shuffles it anew each time."""
    from pyspark.sql import functions as F

    told = [(one["source"], one["epochs"]) for one in map(asdict, portions)]
    epochs = documents.sparkSession.createDataFrame(told, "source string, epochs double")
    joined = documents.join(F.broadcast(epochs), on="source", how="inner")
    often = F.when(F.col("split") == HELD_OUT, F.least("epochs", F.lit(1.0))).otherwise(F.col("epochs"))
    whole = F.floor(often)
    chance = _between_zero_and_one(identity_column(F.lit(str(seed)), F.lit("part"), "text_digest"))
    times = (whole + F.when(chance < often - whole, 1).otherwise(0)).cast("int")
    turned = joined.withColumn("times", times).where("times > 0")
    repeated = turned.withColumn("turn", F.explode(F.sequence(F.lit(1), F.col("times"))))
    place = identity_column(F.lit(str(seed)), "turn", "text_digest", "document_id")
    return repeated.withColumn("place", place).select("document_id", "source", "split", "tokens", "turn", "place")


def _between_zero_and_one(digits: Column) -> Column:
    from pyspark.sql import functions as F

    whole = F.conv(F.substring(digits, 1, HEXADECIMAL_DIGITS), 16, 10).cast("double")
    return whole / F.lit(float(16**HEXADECIMAL_DIGITS))


def _tokens(base: str, texts: Sequence[str]) -> list[list[int]]:
    return text_reader_of(base).all_tokens(texts) if texts else []
