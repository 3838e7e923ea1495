"""MLflow traces become requests: the first span's question and answer, the person's thumb, and nobody's name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conf import Resolved
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.subjects import pseudonym
from pipelines.prompts.take import Experiment, take_requests
from pipelines.prompts.traces import NoSuchExperiment
from pipelines.redaction import Redactor
from pipelines.taking import Taken
from tests.lakehouse.rows import stored
from tests.pipelines.prompts.gate import KEY
from tests.pipelines.prompts.tracing import log_traces

pytestmark = [pytest.mark.slow]
ASKED = {"messages": [{"role": "user", "content": "I am anna@web.de"}], "model": "small"}
ANSWERED = {"choices": [{"message": {"role": "assistant", "content": "Hello anna@web.de"}}]}
TRACES: list[dict[str, Any]] = [
    {"inputs": ASKED, "outputs": ANSWERED, "user": "anna", "tags": {"shop": "Hull"}, "thumb": True},
    {"inputs": {"question": "How?"}, "outputs": {"answer": "So."}, "thumb": "down"},
    {"inputs": {"question": "Why?"}, "outputs": "So.", "judge": True},
    {"inputs": {"rows": 3, "columns": 2}, "outputs": None},
    {"inputs": {"question": "When?"}, "outputs": None, "fails": True},
]


def test_traces_are_taken_once_with_what_people_said_of_them(
    lakehouse: Lakehouse, resolved: Resolved, provenance: Provenance, tmp_path: Path
) -> None:
    store, redactor = f"sqlite:///{tmp_path / 'traces.db'}", Redactor(resolved.settings.redaction)
    log_traces(store, "prototype", tmp_path, TRACES)

    def take(name: str) -> Taken:
        experiment, settings = Experiment(store, name), resolved.settings.prompts
        return take_requests(lakehouse, [], settings, redactor, KEY, provenance, experiment=experiment)

    assert take("prototype") == Taken(files=1, pieces=5, rows=3, new=3, rejected=2)
    assert take("prototype") == Taken(files=1, pieces=5, rows=3, new=0, rejected=2)
    assert stored(lakehouse, "rejections", "reason") == ["no_messages", "trace_error"]
    rows = lakehouse.spark.table(lakehouse.identifier("requests")).orderBy("source_line").collect()
    first, second, third = (row.asDict(recursive=True) for row in rows)
    assert first["messages"] == [{"role": "user", "content": "I am [EMAIL_1]"}]
    assert (first["response"], first["model"], first["feedback"]) == ("Hello [EMAIL_1]", "small", "up")
    assert (first["subject_id"], first["extra"]["shop"]) == (pseudonym(KEY, "anna"), "Hull")
    assert (second["response"], second["feedback"], second["subject_id"]) == ("So.", "down", None)
    assert (third["feedback"], third["extra"]["feedback.judged"]) == (None, "true")
    with pytest.raises(NoSuchExperiment, match="expected an experiment `other`"):
        take("other")
