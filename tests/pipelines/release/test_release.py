"""From figures in the tables to verdicts, versions and aliases in a real MLflow store, and back."""

from __future__ import annotations

import pytest

from lakehouse.place import Lakehouse
from lakehouse.read import current_version, read
from lakehouse.write import append_missing
from pipelines.release.promote import NotAccepted
from pipelines.release.registry import RegistryDown
from pipelines.release.rollback import NothingToRollBack
from tests.lakehouse.rows import frame
from tests.lakehouse.story import row
from tests.pipelines.release.story import (
    add_models,
    add_run,
    champion,
    decisions,
    history,
    measured,
    promoted,
    registry_of,
    released,
    rolled_back,
    served,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
CLOSED = "http://127.0.0.1:9"


def test_a_model_is_accepted_promoted_replaced_and_restored(lakehouse: Lakehouse) -> None:
    add_models(lakehouse, "first", "second")
    with pytest.raises(NothingToRollBack, match="nothing was ever promoted"):
        rolled_back(lakehouse)

    measured(lakehouse, "first", "base")
    accepted = released(lakehouse, "first")
    assert (accepted.decision, accepted.objections, accepted.version) == ("accept", (), "1")
    version = registry_of(lakehouse).at_alias("challenger")
    assert version is not None and version.policy_id == "first"
    said = ("parent_policy_id", "example_set_id", "round", "verdict_id", "run_id")
    assert [version.tags[name] for name in said] == ["base", "set-first", "1", accepted.verdict_id, "x"]
    assert (champion(lakehouse), served(lakehouse)) == (None, None)

    counted = current_version(lakehouse, "verdicts"), read(lakehouse, "runs").frame.count()
    again = released(lakehouse, "first")
    assert (again.is_new, again.verdict_id, again.version) == (False, accepted.verdict_id, "1")
    assert (current_version(lakehouse, "verdicts"), read(lakehouse, "runs").frame.count()) == counted

    moved = promoted(lakehouse, None)
    assert (moved.policy_id, moved.version, moved.previous_policy_id, moved.is_new) == ("first", "1", None, True)
    assert (champion(lakehouse), served(lakehouse)) == ("first", "first")
    assert registry_of(lakehouse).at_alias("challenger") is None
    assert not promoted(lakehouse, "first").is_new
    assert released(lakehouse, "first").remarks[0].startswith("It is the champion already")
    with pytest.raises(NothingToRollBack, match="version 1 .policy first. is the first champion of lakewheel"):
        rolled_back(lakehouse)

    measured(lakehouse, "second", "base")
    unlike = released(lakehouse, "second")
    assert unlike.decision == "refuse" and all("against the champion first" in one for one in unlike.objections)
    measured(lakehouse, "second", "first")
    assert released(lakehouse, "second").decision == "accept"
    assert promoted(lakehouse, "second").previous_policy_id == "first"

    back = rolled_back(lakehouse)
    assert (back.policy_id, back.previous_policy_id, back.version) == ("first", "second", "1")
    assert (champion(lakehouse), served(lakehouse)) == ("first", "first")
    last = history(lakehouse)[-1]
    assert (last.decision, last.decided_by, last.objections) == ("rollback", "anna", ("too many complaints",))
    with pytest.raises(NotAccepted, match="second was rolled back on .* Promote it with --again if that is meant"):
        promoted(lakehouse, "second")
    assert promoted(lakehouse, "second", again=True).is_new
    assert [one for one, _ in decisions(lakehouse)] == [
        "accept", "promote", "refuse", "accept", "promote", "rollback", "promote",
    ]  # fmt: skip


def test_an_equal_model_and_a_broken_one_are_told_apart_and_neither_moves(lakehouse: Lakehouse) -> None:
    add_models(lakehouse, "equal", "broken")
    measured(lakehouse, "equal", "base", win_rate_all=(0.5, 0.45, 0.55))
    measured(lakehouse, "broken", "base", win_rate_orders=(0.1, 0.05, 0.2))
    equal, broken = released(lakehouse, "equal"), released(lakehouse, "broken")
    assert (equal.decision, broken.decision) == ("cannot_tell", "refuse")
    assert "win_rate:reward in workload orders against the champion base is 0.100" in broken.objections[0]
    assert (equal.version, broken.version, registry_of(lakehouse).at_alias("challenger")) == (None, None, None)
    row = read(lakehouse, "verdicts").frame.where("policy_id = 'broken'").first()
    assert row is not None and tuple(row.objections) == broken.objections
    assert row.figures["win_rate:reward in orders against champion high"] == 0.2
    statuses = {one.status for one in read(lakehouse, "runs").frame.where("step = 'release'").collect()}
    assert statuses == {"done"}
    for policy_id, words in {"equal": "is cannot_tell, not accept", "broken": "is refuse, not accept"}.items():
        with pytest.raises(NotAccepted, match=words):
            promoted(lakehouse, policy_id)
    with pytest.raises(NotAccepted, match="the alias challenger of lakewheel, and there is none"):
        promoted(lakehouse, None)


def test_figures_of_an_older_version_of_the_suite_do_not_count(lakehouse: Lakehouse) -> None:
    add_models(lakehouse, "new")
    measured(lakehouse, "new", "base", "a", day=2)
    measured(lakehouse, "new", "base", "b", day=1, win_rate_all=(0.5, 0.45, 0.55))
    assert released(lakehouse, "new").decision == "accept"


def test_a_registry_that_is_down_is_an_error_and_nothing_is_written(
    lakehouse: Lakehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    add_models(lakehouse, "new")
    measured(lakehouse, "new", "base")
    down = f"tracking.registry_uri={CLOSED}"
    with pytest.raises(RegistryDown, match="expected MLflow's registry at http://127.0.0.1:9, and it does not answer"):
        released(lakehouse, "new", down)
    assert decisions(lakehouse) == []
    assert released(lakehouse, "new").decision == "accept"
    with pytest.raises(RegistryDown):
        promoted(lakehouse, "new", down)
    assert (decisions(lakehouse), served(lakehouse)) == ([("accept", "new")], None)


def test_an_untrusted_reward_model_is_an_objection_until_its_report_speaks_for_it(lakehouse: Lakehouse) -> None:
    add_models(lakehouse, "new")
    measured(lakehouse, "new", "base")
    trusting = "release.require_trust=true"
    assert released(lakehouse, "new", trusting).objections == (
        "There is no reward model, so nobody speaks for its scores. `lakewheel reward train`.",
    )
    reward = [row("policies", policy_id="reward-1", kind="reward")]
    append_missing(lakehouse, "policies", frame(lakehouse, "policies", reward))
    assert "reward-1 has no trust report" in released(lakehouse, "new", trusting).objections[0]
    for number, (value, words) in enumerate([(0.0, "It follows length."), (1.0, "Nothing speaks against it.")]):
        report = row("evaluations", evaluation_id=f"trust-{number}", policy_id="reward-1", suite="trust", metric="tune",
                     slice="all", value=value, note=words, run_id=f"report-{number}")  # fmt: skip
        append_missing(lakehouse, "evaluations", frame(lakehouse, "evaluations", [report]))
        add_run(lakehouse, f"report-{number}", day=1 + number)
        if not value:
            told = released(lakehouse, "new", trusting)
            assert told.objections == ("The reward model reward-1 is not trusted: It follows length.",)
    assert released(lakehouse, "new", trusting).decision == "accept"
