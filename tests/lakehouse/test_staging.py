"""Staged parts are loaded only as their manifest lists them; whatever a kill leaves behind is swept by the next run."""

from pathlib import Path

import pytest

from lakehouse.frames import RowsDoNotFit
from lakehouse.place import Lakehouse
from lakehouse.staging import MANIFEST, StagingError, discard_staged, list_parts, load_staged, stage_part, sweep
from lakehouse.write import append_missing
from tests.lakehouse.rows import RATING, stored


def stage(folder: Path, *names: str) -> None:
    parts = [stage_part(folder, "ratings", name, [RATING | {"rating_id": name}]) for name in names]
    list_parts(folder, "ratings", parts)


def test_listed_parts_are_loaded_with_the_tables_types(lakehouse: Lakehouse, tmp_path: Path) -> None:
    stage(tmp_path / "batch", "a", "b")
    stage(tmp_path / "batch", "c")
    append_missing(lakehouse, "ratings", load_staged(lakehouse, tmp_path / "batch", "ratings"))
    assert stored(lakehouse, "ratings", "rating_id") == ["a", "b", "c"]


def test_all_differences_from_the_manifest_are_told_and_nothing_is_loaded(lakehouse: Lakehouse, tmp_path: Path) -> None:
    folder = tmp_path / "batch"
    stage(folder, "changed", "missing", "fine")
    (folder / "changed.parquet").write_bytes(b"something else")
    (folder / "missing.parquet").unlink()
    stage_part(folder, "ratings", "unlisted", [RATING])
    with pytest.raises(StagingError) as told:
        load_staged(lakehouse, folder, "ratings")
    message = str(told.value)
    assert "unlisted.parquet is not listed" in message
    assert "missing.parquet is listed and not there" in message
    assert "changed.parquet differs: expected sha256" in message
    assert "fine.parquet" not in message
    assert "Run the step that stages it again" in message


def test_a_folder_without_a_manifest_is_refused(lakehouse: Lakehouse, tmp_path: Path) -> None:
    stage_part(tmp_path / "batch", "ratings", "part", [RATING])
    with pytest.raises(StagingError, match="there is no manifest.json"):
        load_staged(lakehouse, tmp_path / "batch", "ratings")


def test_a_manifest_of_another_table_is_refused(lakehouse: Lakehouse, tmp_path: Path) -> None:
    stage(tmp_path / "batch", "a")
    with pytest.raises(StagingError, match="lists rows of `ratings`, expected `scores`"):
        load_staged(lakehouse, tmp_path / "batch", "scores")


def test_a_sweep_removes_what_was_never_listed_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "batch"
    stage(folder, "kept")
    stage_part(folder, "ratings", "unlisted", [RATING])
    (folder / ".half.unfinished").write_bytes(b"half")
    assert sweep(folder, "ratings") == 2
    assert sorted(file.name for file in folder.iterdir()) == ["kept.parquet", MANIFEST]


def test_a_part_staged_again_under_its_name_replaces_itself(lakehouse: Lakehouse, tmp_path: Path) -> None:
    folder = tmp_path / "batch"
    stage(folder, "a")
    list_parts(folder, "ratings", [stage_part(folder, "ratings", "a", [RATING | {"rating_id": "better"}])])
    assert [row.rating_id for row in load_staged(lakehouse, folder, "ratings").collect()] == ["better"]


def test_a_discarded_folder_is_gone(tmp_path: Path) -> None:
    stage(tmp_path / "batch", "a")
    discard_staged(tmp_path / "batch")
    assert not (tmp_path / "batch").exists()


def test_a_row_that_does_not_fit_the_declared_types_is_never_staged(tmp_path: Path) -> None:
    with pytest.raises(RowsDoNotFit, match="rows for `ratings` do not have its declared types: .*'five'"):
        stage_part(tmp_path / "batch", "ratings", "a", [RATING | {"rating": "five"}])
    assert list((tmp_path / "batch").iterdir()) == []
