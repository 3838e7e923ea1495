"""A file appears whole or not at all."""

import json
from pathlib import Path

import pytest

from lakehouse.settled import settle_json, settled, settled_folder


def test_what_breaks_off_leaves_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "new" / "said.json"
    settle_json(file, {"round": 1})
    with pytest.raises(OSError, match="full"), settled(file) as unfinished:
        unfinished.write_text('{"round":')
        raise OSError("the disk is full")
    assert json.loads(file.read_text()) == {"round": 1}
    settle_json(file, {"round": 2})
    assert json.loads(file.read_text()) == {"round": 2}
    assert [one.name for one in file.parent.iterdir()] == ["said.json"]


def test_a_folder_is_there_whole_or_not_at_all_and_the_first_one_stays(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    with pytest.raises(KeyError), settled_folder(folder) as unfinished:
        unfinished.mkdir()
        raise KeyError
    assert list(tmp_path.iterdir()) == []
    for said in ("first", "second"):
        with settled_folder(folder) as unfinished:
            unfinished.mkdir()
            (unfinished / "weights").write_text(said)
    assert (folder / "weights").read_text() == "first"
    assert list(tmp_path.iterdir()) == [folder]
