"""Loading settings costs a door next to nothing."""

import subprocess
import sys

HEAVY = {"pyspark", "delta", "torch", "ray", "mlflow", "transformers", "pandas", "numpy", "databricks"}


def test_importing_conf_brings_nothing_heavy() -> None:
    command = "import conf, sys; conf.load_settings(); print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True).stdout.split()
    assert "conf.settings" in modules
    assert {name.partition(".")[0] for name in modules} & HEAVY == set()
