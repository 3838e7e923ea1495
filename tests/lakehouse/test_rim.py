"""The rim writes one row a run, its costs and rejections, and lets no row appear or vanish."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pyarrow
import pyarrow.compute
import pytest
from pyspark.sql import Row

from lakehouse import rim
from lakehouse.asking import Asker, quickest_asker, spark_asker
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.read import read
from lakehouse.rejections import Rejection
from lakehouse.rim import Cost, RowsOutOfBalance, step_run
from lakehouse.write import append_missing
from tests.lakehouse.rows import ratings, scores, stored


def runs(lakehouse: Lakehouse) -> list[Row]:
    return read(lakehouse, "runs").frame.orderBy("started_at").collect()


def test_a_balanced_run_is_recorded_with_versions_counts_and_costs(
    lakehouse: Lakehouse, provenance: Provenance
) -> None:
    with step_run(lakehouse, "prepare", provenance) as run:
        run.take(1)
        run.append("ratings", ratings(lakehouse, "a").drop("run_id"))
    with step_run(lakehouse, "example", provenance, round=3) as run:
        rated = run.read("ratings")
        run.take(rated.count() + 2)
        run.append("scores", scores(lakehouse, "c1", "c2").drop("run_id"))
        run.reject([Rejection("c3", "empty", "There is no answer.")])
        run.costs.append(Cost(workload="facts", answer_tokens=7))
    _, row = runs(lakehouse)
    assert (row.step, row.round, row.status, row.failure) == ("example", 3, "done", None)
    assert (row.rows_in, row.rows_out, row.rows_new, row.rows_rejected) == (3, 2, 2, 1)
    assert row.inputs == {"ratings": 1}
    assert row.outputs == {"scores": 1, "rejections": 1}
    assert row.settings_fingerprint == provenance.settings_fingerprint
    cost = read(lakehouse, "costs").frame.first()
    assert cost is not None
    assert (cost.run_id, cost.step, cost.workload, cost.answer_tokens) == (row.run_id, "example", "facts", 7)
    assert stored(lakehouse, "scores", "run_id") == [row.run_id] * 2


def test_a_row_that_vanished_fails_the_run_and_says_how_many(lakehouse: Lakehouse, provenance: Provenance) -> None:
    told = pytest.raises(RowsOutOfBalance, match="took up 3 rows, but delivered 2 and refused 0: 1 are unaccounted")
    with told, step_run(lakehouse, "example", provenance) as run:
        run.take(3)
        run.append("ratings", ratings(lakehouse, "a", "b").drop("run_id"))
    assert [(row.status, row.failure) for row in runs(lakehouse)] == [("failed", "RowsOutOfBalance")]


def test_an_error_goes_on_and_only_its_class_is_recorded(lakehouse: Lakehouse, provenance: Provenance) -> None:
    with pytest.raises(KeyError, match="anna@example.org"), step_run(lakehouse, "example", provenance):
        raise KeyError("anna@example.org")
    (row,) = runs(lakehouse)
    assert (row.status, row.failure) == ("failed", "KeyError")
    assert "anna" not in str(row)


def test_the_same_refusal_in_a_rerun_is_the_same_row(lakehouse: Lakehouse, provenance: Provenance) -> None:
    for _ in range(2):
        with step_run(lakehouse, "example", provenance) as run:
            run.take(1)
            run.reject([Rejection("line 7", "not_json", "Expected JSON.")])
    assert stored(lakehouse, "rejections", "reason") == ["not_json"]
    assert [row.rows_rejected for row in runs(lakehouse)] == [1, 1]


@pytest.mark.parametrize("asker", [quickest_asker, spark_asker])
def test_a_run_asks_of_tables_as_it_read_them(
    lakehouse: Lakehouse, provenance: Provenance, monkeypatch: pytest.MonkeyPatch, asker: Callable[[Lakehouse], Asker]
) -> None:
    """With rows at hand, or a batch at a time and no more than is wanted."""
    monkeypatch.setattr(rim, "quickest_asker", asker)
    append_missing(lakehouse, "ratings", ratings(lakehouse, "a", "b", "c"))
    given = pyarrow.table({"id": ["b", "c", "later"]})
    query = "SELECT rating_id, rating FROM {ratings} AS rating"

    def doubled(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            yield pyarrow.RecordBatch.from_pydict({"twice": pyarrow.compute.multiply(batch["rating"], 2.0)})

    with step_run(lakehouse, "example", provenance) as run:
        run.read("ratings")
        append_missing(lakehouse, "ratings", ratings(lakehouse, "later"))
        found = run.ask(f"{query} SEMI JOIN {{given}} AS given ON given.id = rating.rating_id", given=given)
        assert sorted(found["rating_id"].to_pylist()) == ["b", "c"]
        assert run.scan(query, doubled, {"twice": "double"}, 5)["twice"].to_pylist() == [10.0] * 3
        assert run.scan(query, doubled, {"twice": "double"}, 2).num_rows == 2
        assert run.scan(f"{query} WHERE rating < 0", doubled, {"twice": "double"}, 5).column_names == ["twice"]
