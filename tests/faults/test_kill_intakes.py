"""kill -9 around the ledger of intakes: rows that are in without their line are read again, and nothing is added."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from conf import Resolved
from lakehouse.home import Home
from lakehouse.place import Lakehouse, Place
from tests.faults.test_kill import run_until_killed
from tests.faults.workers import take_logs
from tests.lakehouse.rows import stored

pytestmark = [pytest.mark.slow, pytest.mark.faults]
LINE = json.dumps({"id": "a", "messages": [{"role": "user", "content": "How much?"}]})


def content(lakehouse: Lakehouse) -> dict[str, list[object]]:
    columns = {"requests": "request_id", "rejections": "rejection_id", "intakes": "content_digest"}
    return {table: stored(lakehouse, table, column) for table, column in columns.items()}


@pytest.mark.parametrize("point", ["intakes.before_record", "intakes.after_record"])
def test_a_killed_intake_ends_as_an_undisturbed_one(
    point: str, spark: SparkSession, resolved: Resolved, tmp_path: Path
) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "1.jsonl").write_text(f"{LINE}\nbroken\n{LINE}\n")
    killed, calm = (
        Lakehouse(spark, Place(Home(tmp_path / name), resolved.settings.lakehouse)) for name in ("killed", "calm")
    )
    assert run_until_killed(killed.place.home.folder, point, "take_logs", str(logs)) == -signal.SIGKILL
    assert killed.exists("intakes") is (point == "intakes.after_record")
    for lakehouse in (killed, calm):
        take_logs(lakehouse, str(logs))
    assert content(killed) == content(calm)
    assert {table: len(rows) for table, rows in content(calm).items()} == {
        "requests": 1,
        "rejections": 2,
        "intakes": 1,
    }
