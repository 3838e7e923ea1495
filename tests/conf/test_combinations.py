"""Values that are right one by one and cannot stand together."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from conf import Settings, load_settings
from tests.conf.sample import told

CATALOG = ("lakehouse.storage=catalog", "lakehouse.catalog=unity")
SERVER = ("spark.unity_catalog={uri: 'http://localhost:8080', token_secret: null}",)

URL = (
    "{address: 'http://localhost/v1', model: m, key_secret: null, most_in_flight: 1, answer_timeout_seconds: 1, "
    "patience_seconds: 1, price_per_million_prompt_tokens: 0, price_per_million_answer_tokens: 0, most_money: null}"
)


def judge(reading: str, url: str) -> str:
    """One that runs behind a URL."""
    engine = f"{{kind: url, device: auto, precision: auto, rows: 1, tokens: 9, url: {url}, vllm_python: null}}"
    return (
        f"judges.j={{rubric: r, kind: absolute, workloads: null, model: null, shots: 0, temperature: 0, max_tokens: 9, "
        f"reading: {reading}, engine: {engine}}}"
    )


@pytest.mark.parametrize(
    ("conf", "overrides", "path", "remedy"),
    [
        ("demo", ("release.confidence=0.99",), "release.confidence", "Set both alike."),
        ("demo", ("spark.session=databricks",), "spark.session", "Set lakehouse.storage: catalog"),
        ("demo", ("lakehouse.storage=catalog",), "lakehouse.storage", "name a server in spark.unity_catalog"),
        ("demo", ("lakehouse.catalog=ours",), "lakehouse.catalog", "Set lakehouse.catalog: spark_catalog"),
        (
            "demo",
            SERVER,
            "spark.unity_catalog",
            "Set lakehouse.storage: catalog, or spark.unity_catalog: null",
        ),
        ("dev", SERVER, "spark.unity_catalog", "Set spark.unity_catalog: null, or spark.session: local"),
        ("demo", ("lakehouse.lock_poll_seconds=700",), "lakehouse.lock_poll_seconds", "to at most 600"),
        ("demo", ("upkeep.vacuum_floor_hours=1",), "upkeep.vacuum_floor_hours", "to at least 168"),
        ("demo", ("ray.cluster=address",), "ray.cluster", "Set ray.address, such as ray://head:10001"),
        (
            "demo",
            ("ray.address='ray://head:1'",),
            "ray.address",
            "Set ray.cluster: address, or ray.address: null",
        ),
        ("demo", ("ray.cluster=on_spark",), "ray.cluster", "Set ray.cluster: embedded"),
        ("demo", ("prompts.discovery=auto_loader",), "prompts.discovery", "Set prompts.discovery: ledger"),
        ("demo", ("prompts.columns.messages=talk",), "prompts.columns.messages", "the other to null"),
        ("demo", ("prompts.columns.prompt=null",), "prompts.columns.prompt", "the other to null"),
        ("demo", (judge("likelihood", url=URL),), "judges.j.reading", "Set judges.j.reading: auto"),
        ("demo", (judge("auto", url="null"),), "judges.j.engine.url", "or set judges.j.engine: null"),
        ("demo", ("selection.near_duplicates.bands=20",), "selection.near_duplicates.bands", "to a multiple of 20"),
        (
            "demo",
            ("tune.method=dpo", "tune.examples.replay=r.jsonl"),
            "tune.examples.replay",
            "or tune.method: best_of_n",
        ),
    ],
)
def test_an_impossible_combination_is_refused_with_a_way_out(
    conf: str, overrides: tuple[str, ...], path: str, remedy: str
) -> None:
    (line,) = told(conf, *overrides)
    assert remedy in line
    assert f": {path}: " in line


@pytest.mark.parametrize(
    ("conf", "overrides"),
    [
        ("demo", (*CATALOG, *SERVER)),
        ("demo", ("spark.session=existing",)),
        ("demo", ("ray.cluster=address", "ray.address='ray://head:10001'")),
        ("dev", ("spark.session=existing",)),
        ("dev", ("prompts.discovery=auto_loader",)),
        ("demo", ("prompts.columns.messages=talk", "prompts.columns.prompt=null")),
        ("demo", ("tune.method=sft", "tune.examples.replay=r.jsonl")),
    ],
)
def test_the_combinations_that_work_are_let_through(conf: str, overrides: tuple[str, ...]) -> None:
    assert load_settings(conf, overrides).overrides == overrides


def test_a_combination_is_told_beside_mistakes_elsewhere_and_not_where_a_part_of_it_is_wrong() -> None:
    elsewhere = told("demo", "spark.session=databricks", "documents.max_characters=many")
    assert [line.split(": ")[1] for line in elsewhere] == ["documents.max_characters", "spark.session"]
    part = told("demo", "spark.session=databricks", "lakehouse.storage=cloud")
    assert [line.split(": ")[1] for line in part] == ["lakehouse.storage"]


def test_a_combination_is_told_where_its_last_part_was_written(tmp_path: Path) -> None:
    ours = tmp_path / "ours.yml"
    ours.write_text("extends: dev\nlakehouse:\n  storage: local\n")
    by_file, by_set = told(ours), told("dev", "lakehouse.storage=local")
    assert [line.split(": storage")[0] for line in by_file] == [f"{ours}:3: lakehouse.storage"] * 2
    assert [line.split(": storage")[0] for line in by_set] == ["--set: lakehouse.storage"] * 2
    assert "Here spark.session is at dev.yml:" in by_file[0]
    assert "Here lakehouse.catalog is at dev.yml:" in by_file[1]


def test_settings_made_without_files_are_held_to_the_same() -> None:
    values = load_settings("demo").settings.model_dump()
    values["spark"]["session"] = "databricks"
    with pytest.raises(ValidationError, match=r"Set lakehouse\.storage: catalog, or spark\.session: local\."):
        Settings.model_validate(values)
