"""Nothing reports home: each dependency's own code agrees that our switches switch it off."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.silence import SWITCHES

ROOT = Path(__file__).parents[2]
VERDICTS = {
    "mlflow": "from mlflow.telemetry.utils import is_telemetry_disabled as off; print(off())",
    "ray": "from ray._common.usage.usage_lib import usage_stats_enabled as on; print(not on())",
    "huggingface_hub": "from huggingface_hub.constants import HF_HUB_DISABLE_TELEMETRY as off; print(off)",
    "pickle": "from mlflow.environment_variables import MLFLOW_ALLOW_PICKLE_DESERIALIZATION as on; print(not on.get())",
}


@pytest.mark.parametrize("who", VERDICTS)
def test_importing_a_door_switches_off(who: str) -> None:
    bare = {name: value for name, value in os.environ.items() if name not in SWITCHES and name != "CI"}
    program = f"import jobs; {VERDICTS[who]}"
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=bare, capture_output=True, text=True)
    assert ended.stdout.strip() == "True", ended.stderr


def test_what_a_person_has_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    from jobs.silence import silence_dependencies

    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "1")
    silence_dependencies()
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "1"
