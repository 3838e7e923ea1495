"""The doors of the release as a person types them: a verdict in words, the next command, and what is served."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from conf import load_settings
from lakehouse.place import Lakehouse
from pipelines.generate.policy import base_policy
from tests.pipelines.release.story import UNTRUSTED, add_models, measured

pytestmark = pytest.mark.slow


def test_a_model_goes_through_the_doors(lakehouse: Lakehouse, typed: Callable[..., Any]) -> None:
    settings, home = load_settings("test").settings, lakehouse.place.home
    base = base_policy(settings.model, settings.engine, home).policy_id
    add_models(lakehouse, "good", "broken")
    measured(lakehouse, "good", base)
    measured(lakehouse, "broken", base, win_rate_orders=(0.1, 0.05, 0.2))
    here = ("--conf", "test", "--home", str(home.folder), "--set", UNTRUSTED)

    def said(*arguments: str, code: int = 0) -> str:
        outcome = typed(*here, *arguments)
        assert outcome.code == code, outcome
        return str(outcome.out if not code else outcome.err)

    refused = said("release", "--policy", "broken")
    assert "release: broken is refused, against the base model (there is no champion)" in refused
    assert "win_rate:reward in workload orders" in refused and "nothing was moved" in refused
    accepted = said("release", "--policy", "good")
    assert "good is accepted" in accepted and "next: `lakewheel promote good` (challenger, version 1" in accepted
    assert "nothing has changed" in said("release", "--policy", "good")
    assert "the gate's last word on policy broken is refuse" in said("promote", "broken", code=1)
    assert "the champion of lakewheel is now good (version 1), and it was the base model" in said("promote")
    told = json.loads(said("promote", "good", "--json"))
    assert (told["policy_id"], told["is_new"]) == ("good", False)
    assert "there is none before it" in said("rollback", code=1)
