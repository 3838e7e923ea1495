"""Signatures of texts as rows of the table signatures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from conf.near_duplicates import NearDuplicateSettings
from pipelines.arrow_columns import with_computed
from pipelines.near_duplicates.minhash import bands_of, scheme_of, signatures_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def signed(texts: DataFrame, settings: NearDuplicateSettings) -> DataFrame:
    """From entity_id and text to entity_id, scheme, signature and bands."""
    from pyspark.sql import functions as F

    sketches = with_computed(
        texts.select("entity_id", "text"),
        "sketch",
        "struct<signature:array<int>,bands:array<bigint>>",
        partial(_sketches, settings=settings),
        reads=["text"],
    )
    return sketches.select("entity_id", F.lit(scheme_of(settings)).alias("scheme"), "sketch.signature", "sketch.bands")


def _sketches(texts: Sequence[str], settings: NearDuplicateSettings) -> list[dict[str, Any]]:
    signatures = signatures_of(texts, settings)
    bands = bands_of(signatures, settings)
    return [
        {"signature": signature, "bands": band}
        for signature, band in zip(signatures.tolist(), bands.tolist(), strict=True)
    ]
