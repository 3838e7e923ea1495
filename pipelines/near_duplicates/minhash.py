"""MinHash: a short signature whose agreement is the Jaccard index, and its bands, which near texts share.

A plain signature hashes every run of words once for each value. Here a run falls into one place of the signature in
each of a few rounds, and the smallest that came to a place in its earliest round is the value there; places that
stay empty, in short texts, are then filled one by one. Two texts agree in a place as often as in a plain signature,
for a tenth of the work (Dahlgaard, Knudsen and Thorup, Fast similarity sketching, 2017).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from conf.near_duplicates import NearDuplicateSettings
from pipelines.near_duplicates.letters import column_of
from pipelines.near_duplicates.shingles import Runs, parts_of, runs_of
from pipelines.near_duplicates.words import hashed_words, ranges
from pipelines.splitmix import Numbers as Hashes
from pipelines.splitmix import mixed

HIGH_HALF = 32
LOW_HALF = (1 << HIGH_HALF) - 1
EMPTY = LOW_HALF
ROUNDS = 4
FILLED_AT_ONCE = 4096


def scheme_of(settings: NearDuplicateSettings) -> str:
    """What signatures must have in common to be compared, as one word."""
    return (
        f"minhash2-{settings.shingle_words}words-{settings.permutations}permutations-"
        f"{settings.bands}bands-seed{settings.seed}"
    )


def signatures_of(texts: Any, settings: NearDuplicateSettings) -> Any:
    """One row a text, one column a permutation, as 32-bit integers."""
    import numpy

    parts = parts_of(column_of(texts))
    signed = [_signed(runs_of(hashed_words(part), settings.shingle_words), settings) for part in parts]
    none = numpy.zeros((0, settings.permutations), dtype=numpy.uint32)
    return numpy.concatenate([none, *signed]).view(numpy.int32)


def bands_of(signatures: Any, settings: NearDuplicateSettings) -> Any:
    """One row a text, one column a band, as 64-bit integers that differ between bands even for equal values."""
    import numpy

    rows = settings.permutations // settings.bands
    values = signatures.view(numpy.uint32).astype(numpy.uint64).reshape(len(signatures), settings.bands, rows)
    hashes = numpy.broadcast_to(numpy.arange(settings.bands, dtype=numpy.uint64), values.shape[:2])
    for row in range(rows):
        hashes = mixed(hashes + values[:, :, row])
    return hashes.view(numpy.int64)


def _signed(runs: Runs, settings: NearDuplicateSettings) -> Any:
    import numpy

    places, keys, texts = settings.permutations, _keys(settings), len(runs.starts) - 1
    signature = numpy.full(texts * places, EMPTY, dtype=numpy.uint32)
    begins = numpy.repeat(numpy.arange(texts) * places, numpy.diff(runs.starts))
    open_runs = numpy.arange(len(runs.hashes))
    for key in keys[:ROUNDS]:
        _fall(signature, mixed(runs.hashes[open_runs] ^ key), begins[open_runs], places)
        is_open = (signature.reshape(texts, places) == EMPTY).any(axis=1)
        open_runs = numpy.flatnonzero(numpy.repeat(is_open, numpy.diff(runs.starts)))
    _fill(signature, runs, keys[ROUNDS:])
    return signature.reshape(texts, places)


def _fall(signature: Any, hashes: Hashes, begins: Any, places: int) -> None:
    """Each run into one place of its text's signature, by half of its hash; the other half is the value.

    What an earlier round has filled stays.
    """
    import numpy

    at = begins + ((hashes >> numpy.uint64(HIGH_HALF)) * numpy.uint64(places) >> numpy.uint64(HIGH_HALF)).astype(int)
    values = numpy.minimum(hashes & numpy.uint64(LOW_HALF), numpy.uint64(EMPTY - 1)).astype(numpy.uint32)
    is_open = signature[at] == EMPTY
    numpy.minimum.at(signature, at[is_open], values[is_open])


def _fill(signature: Any, runs: Runs, keys: Hashes) -> None:
    """The places that are still empty, each with the smallest hash of all runs of its text under a key of its own."""
    import numpy

    empty = numpy.flatnonzero(signature == EMPTY)
    for some in numpy.array_split(empty, 1 + len(empty) // FILLED_AT_ONCE):
        text, place = numpy.divmod(some, len(keys))
        counts = numpy.diff(runs.starts)[text]
        if len(some):
            hashes = mixed(runs.hashes[ranges(runs.starts[text], counts)] ^ numpy.repeat(keys[place], counts))
            starts = numpy.cumsum(counts) - counts
            signature[some] = numpy.minimum.reduceat(hashes >> numpy.uint64(HIGH_HALF), starts)


@lru_cache(maxsize=8)
def _keys(settings: NearDuplicateSettings) -> Hashes:
    """One for each round, and one for each place."""
    import numpy

    first = numpy.uint64(settings.seed) << numpy.uint64(HIGH_HALF)
    return mixed(mixed(first + numpy.arange(ROUNDS + settings.permutations, dtype=numpy.uint64)))
