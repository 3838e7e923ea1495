"""What hangs together, by the driver and by Spark, is what following every pair finds."""

from __future__ import annotations

from random import Random

from pyspark.sql import DataFrame, SparkSession

from pipelines.near_duplicates.components import by_stars, components, on_driver


def found(frame: DataFrame) -> list[tuple[str, str]]:
    return sorted((row[0], row[1]) for row in frame.collect())


def followed(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Each id with the smallest that it reaches, by joining sets."""
    family = {name: {name} for pair in pairs for name in pair}
    for one, other in pairs:
        joined = family[one] | family[other]
        family |= dict.fromkeys(joined, joined)
    return sorted((name, min(members)) for name, members in family.items())


def test_a_chain_a_star_and_a_cloud(spark: SparkSession) -> None:
    """A long chain in random order, all around one hub, and pairs at random; both ways, and in both directions."""
    rng = Random(2)
    chain = [(f"c{at:03}", f"c{at + 1:03}") for at in range(60)]
    star = [("s99", f"s{at:02}") for at in range(20)]
    cloud = [(f"r{rng.randrange(80):02}", f"r{rng.randrange(80):02}") for _ in range(50)]
    pairs = [*chain, *star, *cloud, ("c003", "c002"), ("x", "x")]
    rng.shuffle(pairs)
    frame = spark.createDataFrame(pairs, "entity_id string, other_id string")
    expected = followed(pairs)
    assert 4 < len({root for _, root in expected}) < 40
    assert found(components(frame)) == expected
    assert sorted(map(tuple, map(dict.values, on_driver(frame.toArrow()).to_pylist()))) == expected
    stars = [pair for pair in expected if pair[0] != "x"]
    assert found(by_stars(frame)) == stars


def test_no_pairs_are_no_components(spark: SparkSession) -> None:
    none = spark.createDataFrame([], "entity_id string, other_id string")
    assert found(components(none)) == found(components(none, most_on_driver=0)) == []
