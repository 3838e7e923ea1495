"""A file appears whole or not at all."""

import json
from pathlib import Path

import pytest

from lakehouse.settled import settle_json, settled


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
