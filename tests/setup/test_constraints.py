"""The constraints: one exact version for everything that setup.py names, on each Python and platform we promise."""

from __future__ import annotations

import re
from importlib.metadata import requires
from itertools import product
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROMISED = [*product(("3.10", "3.11", "3.12"), (("linux", "Linux", "x86_64"), ("darwin", "Darwin", "arm64")))]
TRIED_TOGETHER = {
    "pyspark": "4.1.4",
    "delta-spark": "4.4.0",
    "ray": "2.60.0",
    "torch": "2.15.0",
    "transformers": "5.23.0",
    "peft": "0.21.2",
    "deepspeed": "0.19.8",
    "mlflow": "3.17.2",
}


def pins_for(python: str, platform: tuple[str, str, str]) -> dict[str, str]:
    """What the file says there; a second version of one package would show as a refusal."""
    system, name, machine = platform
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": system,
        "platform_system": name,
        "platform_machine": machine,
        "os_name": "posix",
        "extra": "",
    }
    pins: dict[str, str] = {}
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        if not line.startswith("#"):
            pin = Requirement(line)
            if pin.marker is None or pin.marker.evaluate(environment):
                assert re.fullmatch(r"==[\w.]+", str(pin.specifier)), line
                assert canonicalize_name(pin.name) not in pins, line
                pins[canonicalize_name(pin.name)] = str(pin.specifier).removeprefix("==")
    return pins


@pytest.mark.parametrize(("python", "platform"), PROMISED)
def test_every_requirement_has_one_version_that_fits_it(python: str, platform: tuple[str, str, str]) -> None:
    pins = pins_for(python, platform)
    wanted = [Requirement(text) for text in requires("lakewheel") or []]
    assert len(wanted) > 20
    unfit = [str(one) for one in wanted if not one.specifier.contains(pins.get(canonicalize_name(one.name), "0"))]
    assert unfit == []


@pytest.mark.parametrize(("python", "platform"), [one for one in PROMISED if one[0] != "3.10"])
def test_the_versions_are_those_that_were_tried_together(python: str, platform: tuple[str, str, str]) -> None:
    pins = pins_for(python, platform)
    assert {name: pins[name] for name in TRIED_TOGETHER} == TRIED_TOGETHER
    assert pins["pandas"].startswith("2.")
