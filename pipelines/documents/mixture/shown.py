"""What is in a mixture, counted as it is drawn, and the same as a sealed set of examples with its manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conf import TuneSettings, fingerprint
from lakehouse.ensure import ensure
from lakehouse.frames import completed, held
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.read import read
from lakehouse.rim import step_run
from lakehouse.settled import settle_json
from lakehouse.tables import table_named
from pipelines.documents.kept import KEPT_BY, staying_documents
from pipelines.documents.mixture.drawn import HELD_OUT, Mixed, mixed_sources
from pipelines.documents.mixture.portions import Portion
from pipelines.documents.mixture.recipe import Recipe
from pipelines.training.sealed import seal
from pipelines.training.set_identity import set_id_of
from pipelines.tune.examples.packed import METHOD, mixture_of, packed_examples

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

STEP = "mixture"
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Ingredient:
    """One collection in a mixture."""

    source: str
    documents: int
    """Different documents that are read."""
    tokens: int
    """Tokens that are read, each time that they are."""
    tokens_there: int
    """Tokens that there are to train on."""
    asked: float
    """The part of all tokens that the weights ask for."""
    came: float
    """The part that it has."""
    epochs: float
    """How often it is read."""
    held_out: int
    """Documents that are kept for measuring."""


@dataclass(frozen=True)
class Mixture:
    """What is in a mixture."""

    ingredients: tuple[Ingredient, ...]
    tokens: int
    wanted: int | None
    """Tokens that the settings ask for; there may be fewer."""
    left_out: int
    """Documents that are not kept, or whose collection the mixture leaves out."""
    tokenizer: str
    """Digest of the model whose tokenizer counted."""
    example_set_id: str | None = None
    """The sealed set, where one was made."""


@dataclass(frozen=True)
class Target:
    """The model that is to read the mixture: its folder and its digest."""

    base: Path
    digest: str


def mixture_in(lakehouse: Lakehouse, settings: TuneSettings, recipe: Recipe, target: Target) -> Mixture:
    """What a tuning on documents would read now."""
    ensure(lakehouse, *KEPT_BY)
    documents, duplicates = (read(lakehouse, name).frame for name in KEPT_BY)
    staying, mixing = staying_documents(documents, duplicates), recipe.mixing(lakehouse)
    found = mixture_of(staying, settings, mixing, str(target.base))
    left_out = documents.count() - mixed_sources(staying, mixing).count()
    return _mixture(found, recipe, target, left_out)


def seal_mixture(
    lakehouse: Lakehouse,
    settings: TuneSettings,
    recipe: Recipe,
    target: Target,
    folder: Path,
    provenance: Provenance,
) -> Mixture:
    """The same, packed and sealed into a folder with a manifest of what is in it and how it was made."""
    with step_run(lakehouse, STEP, provenance) as run:
        ensure(lakehouse, *KEPT_BY)
        documents, duplicates = map(run.read, KEPT_BY)
        staying, mixing = staying_documents(documents, duplicates), recipe.mixing(lakehouse)
        found = mixture_of(staying, settings, mixing, str(target.base))
        left_out = documents.count() - mixed_sources(staying, mixing).count()
        with held(packed_examples(found, settings, target.digest, 1).drop("workload", "is_replay", "left_out")) as rows:
            told = _told(settings, recipe, target, run.inputs, mixing.least_quality)
            set_id = set_id_of(rows, METHOD, fingerprint(told))
            run.take(rows.count())
            run.append("examples", _named(rows, set_id))
            # the ids are digests, so their order is as good as shuffled, and the same on every machine
            sealed = seal(folder, set_id, rows.toArrow().sort_by("example_id"))
        made = replace(_mixture(found, recipe, target, left_out), example_set_id=set_id)
        settle_json(folder / MANIFEST, {**told, "mixture": asdict(made), "seal": asdict(sealed)})
        return made


def _named(rows: DataFrame, set_id: str) -> DataFrame:
    from pyspark.sql import functions as F

    return completed(table_named("examples"), rows.withColumn("example_set_id", F.lit(set_id)))


def _told(
    settings: TuneSettings, recipe: Recipe, target: Target, versions: Mapping[str, int], least_quality: float | None
) -> dict[str, Any]:
    return {
        "mixture_settings": recipe.mixture.model_dump(mode="json"),
        "tokens_per_example": settings.pretrain.tokens_per_example,
        "holdout": [settings.examples.holdout_salt, settings.examples.holdout_share],
        "least_quality": least_quality,
        "tokenizer": target.digest,
        "versions": dict(versions),
    }


def _mixture(found: Mixed, recipe: Recipe, target: Target, left_out: int) -> Mixture:
    from pyspark.sql import functions as F

    is_held_out = F.col("split") == HELD_OUT
    rows = found.rows.groupBy("source").agg(
        F.count_distinct(F.when(~is_held_out, F.col("document_id"))).alias("documents"),
        F.count_distinct(F.when(is_held_out, F.col("document_id"))).alias("held_out"),
        F.coalesce(F.sum(F.when(~is_held_out, F.size("tokens"))), F.lit(0)).alias("tokens"),
    )
    counted = {row["source"]: row.asDict() for row in rows.collect()}
    tokens = sum(row["tokens"] for row in counted.values())
    ingredients = tuple(_ingredient(one, counted.get(one.source, {}), tokens) for one in found.portions)
    return Mixture(ingredients, tokens, recipe.mixture.tokens, left_out, target.digest)


def _ingredient(portion: Portion, counted: Mapping[str, int], tokens: int) -> Ingredient:
    """A collection of which a small part of an epoch drew nothing has no row, and is told with nothing."""
    return Ingredient(
        source=portion.source,
        documents=counted.get("documents", 0),
        tokens=counted.get("tokens", 0),
        tokens_there=portion.tokens,
        asked=portion.share,
        came=counted.get("tokens", 0) / tokens if tokens else 0.0,
        epochs=portion.epochs,
        held_out=counted.get("held_out", 0),
    )
