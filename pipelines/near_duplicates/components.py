"""What hangs together by pairs: each id with the smallest one that it reaches.

Where the pairs fit into memory the driver finds them, in a second for a million. Else Spark does, by large and small
stars (Kiveris and others, Connected components in MapReduce, 2014), in few rounds even for a long chain. Both depend on
the pairs alone, and not on their order or number of partitions; a task that is tried again gives the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.near_duplicates.asked import Rows

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

MOST_ON_DRIVER = 2_000_000
"""Pairs of ids: at 64 bytes a pair, a few hundred megabytes while the driver works on them."""
COMPONENT = "entity_id string, component string"


def components(pairs: Rows, most_on_driver: int = MOST_ON_DRIVER) -> Rows:
    """From pairs (entity_id, other_id) to entity_id and component, for every id that stands in one."""
    import pyarrow

    if isinstance(pairs, pyarrow.Table):
        return on_driver(pairs)
    held = pairs.select("entity_id", "other_id").distinct().localCheckpoint()
    if held.count() > most_on_driver:
        return by_stars(held)
    return pairs.sparkSession.createDataFrame(on_driver(held.toArrow()), COMPONENT)


def on_driver(pairs: pyarrow.Table) -> pyarrow.Table:
    """By a graph in memory."""
    import numpy
    import pyarrow
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    both = pyarrow.chunked_array([*pairs["entity_id"].chunks, *pairs["other_id"].chunks], pyarrow.string())
    encoded = both.combine_chunks().dictionary_encode()
    codes, ids = numpy.asarray(encoded.indices), encoded.dictionary
    ends = codes[: len(pairs)], codes[len(pairs) :]
    graph = coo_array((numpy.ones(len(pairs), dtype=numpy.int8), ends), shape=(len(ids), len(ids)))
    labels = connected_components(graph, directed=False)[1] if len(ids) else codes
    by_id = numpy.argsort(numpy.array(ids.to_pylist(), dtype=str), kind="stable")
    _, firsts = numpy.unique(labels[by_id], return_index=True)
    smallest = by_id[firsts]
    return pyarrow.table({"entity_id": ids, "component": ids.take(pyarrow.array(smallest[labels]))})


def by_stars(pairs: DataFrame) -> DataFrame:
    """By Spark, until a round changes nothing."""
    from pyspark.sql import functions as F

    edges = _downward(pairs.where("entity_id <> other_id")).localCheckpoint()
    while True:
        rounded = _small_star(_large_star(edges)).localCheckpoint()
        if rounded.exceptAll(edges).isEmpty() and edges.exceptAll(rounded).isEmpty():
            roots = edges.select(F.col("other_id").alias("entity_id"), F.col("other_id").alias("component"))
            return edges.select("entity_id", F.col("other_id").alias("component")).union(roots).distinct()
        edges = rounded


def _downward(pairs: DataFrame) -> DataFrame:
    """Each pair once, from the greater id to the smaller."""
    from pyspark.sql import functions as F

    return pairs.select(
        F.greatest("entity_id", "other_id").alias("entity_id"), F.least("entity_id", "other_id").alias("other_id")
    ).distinct()


def _large_star(edges: DataFrame) -> DataFrame:
    """Every greater neighbour of an id to the smallest that the id knows, itself among them."""
    from pyspark.sql import functions as F

    both_ways = edges.union(edges.select("other_id", "entity_id"))
    smallest = both_ways.groupBy("entity_id").agg(F.least(F.min("other_id"), F.col("entity_id")).alias("root"))
    greater = both_ways.where("other_id > entity_id").join(smallest, on="entity_id", how="inner")
    return greater.select(F.col("other_id").alias("entity_id"), F.col("root").alias("other_id")).distinct()


def _small_star(edges: DataFrame) -> DataFrame:
    """Every smaller neighbour of an id, and the id itself, to the smallest of them."""
    from pyspark.sql import functions as F

    smallest = edges.groupBy("entity_id").agg(F.min("other_id").alias("root"))
    moved = edges.join(smallest, on="entity_id", how="inner").select(F.col("other_id").alias("entity_id"), "root")
    found = moved.union(smallest).where("entity_id <> root").distinct()
    return found.select("entity_id", F.col("root").alias("other_id"))
