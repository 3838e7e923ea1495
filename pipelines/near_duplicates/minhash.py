"""MinHash: a short signature whose agreement is the Jaccard index, and its bands, which near texts share."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from conf.near_duplicates import NearDuplicateSettings
from pipelines.near_duplicates.shingles import shingles, words_of
from pipelines.splitmix import Numbers as Hashes
from pipelines.splitmix import mixed

HIGH_HALF = 32


def scheme_of(settings: NearDuplicateSettings) -> str:
    """What signatures must have in common to be compared, as one word."""
    return (
        f"minhash-{settings.shingle_words}words-{settings.permutations}permutations-"
        f"{settings.bands}bands-seed{settings.seed}"
    )


def signatures_of(texts: Sequence[str], settings: NearDuplicateSettings) -> Any:
    """One row a text, one column a permutation, as 32-bit integers."""
    import numpy

    sets = [shingles(words_of(text), settings.shingle_words) for text in texts]
    starts = numpy.cumsum([0, *(len(one) for one in sets[:-1])])
    everything = numpy.concatenate(sets)
    columns = [numpy.minimum.reduceat(_permuted(everything, key), starts) for key in _keys(settings)]
    return numpy.stack(columns, axis=1).astype(numpy.uint32).view(numpy.int32)


def bands_of(signatures: Any, settings: NearDuplicateSettings) -> Any:
    """One row a text, one column a band, as 64-bit integers that differ between bands even for equal values."""
    import numpy

    rows = settings.permutations // settings.bands
    values = signatures.view(numpy.uint32).astype(numpy.uint64).reshape(len(signatures), settings.bands, rows)
    hashes = numpy.broadcast_to(numpy.arange(settings.bands, dtype=numpy.uint64), values.shape[:2])
    for row in range(rows):
        hashes = mixed(hashes + values[:, :, row])
    return hashes.view(numpy.int64)


def _permuted(hashes: Hashes, key: Any) -> Hashes:
    """The hashes in another order, of which only the high half is kept: enough to tell them apart."""
    import numpy

    return mixed(hashes ^ key) >> numpy.uint64(HIGH_HALF)


@lru_cache(maxsize=8)
def _keys(settings: NearDuplicateSettings) -> Hashes:
    import numpy

    first = numpy.uint64(settings.seed) << numpy.uint64(HIGH_HALF)
    return mixed(mixed(first + numpy.arange(settings.permutations, dtype=numpy.uint64)))
