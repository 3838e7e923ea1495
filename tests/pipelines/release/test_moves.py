"""Whatever happens while the champion moves, it has moved or it has not, and the next call says which."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from lakehouse.faults import FaultInjected, _passages
from lakehouse.place import Lakehouse
from pipelines.release.files import FilesChanged
from pipelines.release.moves import AliasMoved, Moved
from pipelines.release.promote import NotAccepted
from tests.pipelines.release.story import (
    accepted,
    champion,
    decisions,
    measured,
    promoted,
    registry_of,
    released,
    rolled_back,
    served,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def broken_at(point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on, the first passage of this point fails as if the program ended there."""
    _passages.clear()
    monkeypatch.setenv("LAKEWHEEL_FAULT", f"{point}:raise")


def test_of_two_promotes_at_once_one_moves_and_the_other_is_told_why_not(lakehouse: Lakehouse) -> None:
    accepted(lakehouse, "a", "b")
    together, came = threading.Barrier(2), dict[str, object]()

    def work(name: str) -> None:
        together.wait()
        try:
            came[name] = promoted(lakehouse, name)
        except NotAccepted as refusal:
            came[name] = refusal

    threads = [threading.Thread(target=work, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [name for name, one in came.items() if isinstance(one, Moved)]
    (refusal,) = [one for one in came.values() if isinstance(one, NotAccepted)]
    assert f"was accepted when the champion was nobody (the base), and it is {winner} now" in str(refusal)
    assert (champion(lakehouse), served(lakehouse)) == (winner, winner)
    assert decisions(lakehouse) == [("accept", "a"), ("accept", "b"), ("promote", winner)]


def test_by_hand_and_with_changed_files_nothing_moves(lakehouse: Lakehouse) -> None:
    accepted(lakehouse, "a", "b")
    registry = registry_of(lakehouse)
    before = decisions(lakehouse)

    weights = lakehouse.place.home.models / "tuned" / "a" / "model.safetensors"
    changed_in_secret(weights)
    with pytest.raises(FilesChanged, match="the files of policy a at .* have changed since it was made and evaluated"):
        promoted(lakehouse, "a")
    weights.write_text("weights of a")

    version = registry.version_of("a")
    assert version is not None
    copy = Path(version.tags["artifact_location"].removeprefix("file://")) / "model.safetensors"
    changed_in_secret(copy)
    with pytest.raises(FilesChanged, match="MLflow's copy of policy a at .* has changed since it was registered"):
        promoted(lakehouse, "a")
    copy.write_text("weights of a")
    assert (decisions(lakehouse), served(lakehouse), registry.noted_move()) == (before, None, None)

    assert promoted(lakehouse, "a").is_new
    other = registry.version_of("b")
    assert other is not None
    registry.point("champion", other)
    with pytest.raises(AliasMoved, match=r"at version 1 \(policy a\), for so say .* it is at version 2 \(policy b\)"):
        rolled_back(lakehouse)
    registry.clear("champion")
    with pytest.raises(AliasMoved, match="it is at no version: somebody moved it by hand. Put it on version 1"):
        promoted(lakehouse, "b")
    registry.point("champion", version)
    assert not promoted(lakehouse, "a").is_new
    assert decisions(lakehouse) == [*before, ("promote", "a")]


def changed_in_secret(file: Path) -> None:
    """Other bytes, of the same size and time."""
    known = file.stat()
    file.write_text(file.read_text().swapcase())
    os.utime(file, ns=(known.st_atime_ns, known.st_mtime_ns))


def test_a_move_that_breaks_off_anywhere_is_finished_or_forgotten(
    lakehouse: Lakehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted(lakehouse, "a", "b")
    registry = registry_of(lakehouse)

    broken_at("release.noted", monkeypatch)
    with pytest.raises(FaultInjected):
        promoted(lakehouse, "a")
    assert (champion(lakehouse), served(lakehouse), registry.noted_move() is None) == (None, None, False)
    forgotten = promoted(lakehouse, "a")
    assert (forgotten.is_new, forgotten.finished) == (True, None)

    measured(lakehouse, "b", "a", "of b")
    assert released(lakehouse, "b").decision == "accept"
    broken_at("release.moved", monkeypatch)
    with pytest.raises(FaultInjected):
        promoted(lakehouse, "b")
    assert (champion(lakehouse), served(lakehouse)) == ("a", "b")
    first = registry.version_of("a")
    assert first is not None
    registry.clear("champion")
    with pytest.raises(AliasMoved, match="from version 1 to version 2 broke off, and the alias is at version None now"):
        promoted(lakehouse, "b")
    second = registry.version_of("b")
    assert second is not None
    registry.point("champion", second)
    finished = promoted(lakehouse, "b")
    assert (finished.is_new, finished.finished) == (False, "b")
    assert (champion(lakehouse), served(lakehouse), registry.noted_move()) == ("b", "b", None)

    broken_at("release.recorded", monkeypatch)
    with pytest.raises(FaultInjected):
        rolled_back(lakehouse)
    again = rolled_back(lakehouse)
    assert (again.policy_id, again.previous_policy_id, again.finished) == ("a", "b", "a")
    assert (champion(lakehouse), served(lakehouse), registry.noted_move()) == ("a", "a", None)
    moves = [one for one in decisions(lakehouse) if one[0] in ("promote", "rollback")]
    assert moves == [("promote", "a"), ("promote", "b"), ("rollback", "a")]
