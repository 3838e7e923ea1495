"""Tables of a catalog: what was taken is known through the session, and a table made anew is another one there too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import SecretStr
from pyspark.sql import SparkSession

from conf import Resolved
from lakehouse.home import Home
from lakehouse.place import Lakehouse, Place
from lakehouse.provenance import Provenance
from pipelines.files import look_under
from pipelines.prompts.take import reading_of, take_requests
from pipelines.redaction import Redactor
from pipelines.taking import Taken, nothing_new


@pytest.mark.slow
def test_tables_of_a_catalog_are_asked_through_the_session(
    spark: SparkSession, resolved: Resolved, provenance: Provenance, tmp_path: Path
) -> None:
    settings = resolved.settings.lakehouse.model_copy(update={"storage": "catalog", "schema_name": "intakes_there"})
    lakehouse = Lakehouse(spark, Place(Home(tmp_path / "home"), settings))
    spark.sql(f"CREATE SCHEMA {lakehouse.place.schema}")
    redactor, prompts = Redactor(resolved.settings.redaction), resolved.settings.prompts
    log = tmp_path / "log.jsonl"
    log.write_text(json.dumps({"messages": [{"role": "user", "content": "How?"}]}) + "\n")

    def take() -> Taken:
        return take_requests(lakehouse, [log], prompts, redactor, SecretStr("key"), provenance)

    try:
        assert take() == Taken(files=1, pieces=1, rows=1, new=1)
        assert take() == Taken(known=1)
        assert nothing_new(reading_of(prompts, redactor.settings), look_under([log]), lakehouse.place) is None
        spark.sql(f"DROP TABLE {lakehouse.identifier('requests')}")
        lakehouse.fitting.clear()
        assert take() == Taken(files=1, pieces=1, rows=1, new=1)
    finally:
        spark.sql(f"DROP SCHEMA {lakehouse.place.schema} CASCADE")
