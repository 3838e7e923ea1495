"""A planted person who asks through every source there is can be read nowhere in the home: tables, staging, logs."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from examples.generate import generate
from jobs.command import app
from tests.jobs.canary import SAID, everything_in
from tests.pipelines.prompts.tracing import log_traces

pytestmark = [pytest.mark.slow]
Json = Any
COLUMNS = {name: name for name in ("user", "response")}


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    generate(tmp_path_factory.mktemp("company"))
    found = next(tmp_path_factory.getbasetemp().rglob("canary.json"))
    return json.loads(found.read_text())


@pytest.fixture(scope="module")
def home(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("canary") / "home"


@pytest.fixture(scope="module")
def asked(home: Path) -> Callable[..., Json]:
    def ask(*arguments: str) -> Json:
        mapped = [part for field in COLUMNS for part in ("--set", f"prompts.columns.{field}={field}")]
        command = ["--json", "--conf", "test", "--home", str(home), *mapped, *arguments]
        result = CliRunner().invoke(app, command, prog_name="lakewheel")
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    return ask


def said_by(canary: dict[str, str]) -> str:
    return " and ".join(f"my {kind} is {canary[kind]}" for kind in SAID if kind != "user")


def test_nobody_is_named_whichever_way_they_asked(
    canary: dict[str, str], home: Path, asked: Callable[..., Json], spark: SparkSession, tmp_path: Path
) -> None:
    row = {"prompt": said_by(canary), "response": said_by(canary), "user": canary["user"], "note": canary["email"]}
    logs = tmp_path / "logs"
    logs.mkdir()
    with (logs / "log.csv").open("w", newline="") as file:
        csv.writer(file).writerows([row.keys(), row.values(), [said_by(canary)]])
    (logs / "headless.csv").write_text(f"{canary['email']},{canary['iban']}\n")
    pyarrow.parquet.write_table(pyarrow.table({name: [value] for name, value in row.items()}), logs / "log.parquet")
    body = {"messages": [{"role": "user", "content": said_by(canary)}]}
    told = {"choices": [{"message": {"role": "assistant", "content": said_by(canary)}}]}
    payload = {"status_code": 200, "request": json.dumps(body), "response": json.dumps(told)}
    payload |= {"databricks_request_id": "d-1", "requester": canary["user"], "note": canary["email"]}
    spark.createDataFrame([payload]).write.format("delta").save(str(logs / "payload"))
    taken = asked("prompts", "take", str(logs))
    # refused: the short row, the file without a head, and the row of Parquet that the CSV file has too
    assert (taken["files"], taken["new"], taken["rejected"]) == (4, 2, 3)

    store = f"sqlite:///{tmp_path / 'traces.db'}"
    trace = {"inputs": body, "outputs": told, "user": canary["user"], "tags": {"note": canary["email"]}, "thumb": True}
    log_traces(store, "prototype", tmp_path, [trace])
    traces = ("--traces", "prototype", "--set", f"tracking.uri={store}")
    assert asked("prompts", "take", "--no-select", *traces)["new"] == 1

    rating = {"workload": "facts", "prompt": said_by(canary), "answer": said_by(canary), "rating": 5}
    rating |= {"reason": said_by(canary), "rater": canary["user"]}
    (tmp_path / "ratings.jsonl").write_text(json.dumps(rating) + "\n" + json.dumps(rating | {"rating": 9}) + "\n")
    assert asked("ratings", "take", str(tmp_path / "ratings.jsonl"))["new"] == 1

    said = everything_in(home)
    assert [kind for kind in SAID if canary[kind] in said] == []
    assert said.count("[EMAIL_1]") > 6
