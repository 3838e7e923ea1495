"""What dependencies would report home or unpickle unasked, switched off unless the environment says otherwise."""

from __future__ import annotations

import os

SWITCHES = {
    "DO_NOT_TRACK": "true",
    "RAY_USAGE_STATS_ENABLED": "0",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
}


def silence_dependencies() -> None:
    """Set before anything imports them; what a person has set stays."""
    for name, value in SWITCHES.items():
        os.environ.setdefault(name, value)
