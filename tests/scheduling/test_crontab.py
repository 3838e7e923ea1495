"""The crontab: jobs that there are, at the times of the bundle, with everything that the script reads."""

from __future__ import annotations

import re
from pathlib import Path

from conf import load_settings
from tests.resources.bundle import deployed
from tests.scheduling.conftest import SCHEDULING

LINES = [
    line
    for line in (SCHEDULING / "cron" / "lakewheel.crontab").read_text().splitlines()
    if line and not line.startswith("#")
]
SETTINGS = dict(line.split("=", 1) for line in LINES if re.match(r"[A-Z_]+=", line))
CALLS = [line.split(None, 6) for line in LINES if not re.match(r"[A-Z_]+=", line)]


def bundle_times() -> dict[str, str]:
    """When the bundle runs each job, as cron writes it: without seconds, and `*` for a day that is left open."""
    found = {}
    for name, job in deployed("prod")["resources"]["jobs"].items():
        second, *rest = job["schedule"]["quartz_cron_expression"].split()
        assert second == "0"
        found[name] = " ".join(rest).replace("?", "*")
    return found


def test_every_job_is_called_at_the_time_of_the_bundle() -> None:
    assert {call[6].split()[-1]: " ".join(call[:5]) for call in CALLS} == bundle_times()
    assert [call[6].split()[0] for call in CALLS] == ["lakewheel-steps"] * 4
    assert {call[5] for call in CALLS} == {"lakewheel"}  # cron.d wants a user, who is not root


def test_everything_that_the_script_needs_is_said() -> None:
    needed = re.findall(r"\$\{(LAKEWHEEL_\w+):\?", (SCHEDULING / "lakewheel-steps").read_text())
    assert {"LAKEWHEEL_CONF", "LAKEWHEEL_HOME", "LAKEWHEEL_LOGS", "LAKEWHEEL_DOCUMENTS"} == {*needed}
    assert {*needed} <= SETTINGS.keys()
    assert all(Path(SETTINGS[name]).is_absolute() for name in needed)
    assert int(SETTINGS["LAKEWHEEL_WAIT_SECONDS"]) > 3600
    assert all(Path(folder).is_absolute() for folder in SETTINGS["PATH"].split(":"))


def test_the_settings_of_a_server_are_settings() -> None:
    settings = load_settings(str(SCHEDULING / "cron" / "settings.yml")).settings
    assert settings.environment == "server"
    assert (settings.lakehouse.storage, settings.spark.session, settings.ray.cluster) == ("local", "local", "embedded")
    assert "embedded" not in (settings.model.base, settings.reward.base)
