"""Settings hold names of secrets: a value in their place is refused and not shown."""

import pytest
from pydantic import BaseModel, ValidationError

from conf import PrivacySettings, SecretName, load_settings
from conf.secret_names import looks_like_secret_value
from tests.conf.sample import told


@pytest.mark.parametrize("name", ["lakewheel/subject_key", "AcmeProduction/SubjectKey2", "a.b/c-d", "team-7/k1"])
def test_a_name_is_scope_and_key(name: str) -> None:
    overrides = [f"privacy.subject_key={name}"]
    assert load_settings("demo", overrides).settings.privacy.subject_key == name


PASTED = [
    "sk-abcdefgh12345678",
    "ghp_abcdefghijklmnopqrst",
    "dapi0123456789abcdef",
    "AKIAIOSFODNN7EXAMPLE",
    "eyJhbGciOiJIUzI1NiJ9.e30.x",
    "550e8400-e29b-41d4-a716-446655440000",
    "3f9a1c7e5b2d8046af13c95e7d60b284",
    "scope/c7e5b2d8046af13c95e7d60b2843f9a1",
    "scope/ghp_abcdefghijklmnopqrst",
    "correct horse battery staple",
    "hunter2",
    "[hunter2]",
    "'12345'",
    "12345",
    "../../etc/passwd",
    "a/b/c",
]


@pytest.mark.parametrize("pasted", PASTED)
def test_a_value_in_place_of_a_name_is_refused_and_not_shown(pasted: str) -> None:
    (line,) = told("demo", f"privacy.subject_key={pasted}")
    assert line.startswith("--set: privacy.subject_key: expected the name of a secret as scope/key")
    assert "LAKEWHEEL_SUBJECT_KEY" in line
    assert pasted.strip("[]'") not in line


@pytest.mark.parametrize(
    "text",
    [
        "io.delta.sql.DeltaSparkSessionExtension",
        "lakewheel2026experiments7b",
        "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "https://adb-1234567890123456.7.azuredatabricks.net",
        "sqlite:////home/ada/.lakewheel/mlflow/mlflow.db",
        "abfss://lake@account2026.dfs.core.windows.net/tables",
        "/Shared/lakewheel-prod",
        "-XX:+UseG1GC",
    ],
)
def test_ordinary_values_do_not_look_like_secrets(text: str) -> None:
    assert not looks_like_secret_value(text)


@pytest.mark.parametrize(
    ("override", "path", "value"),
    [
        ("spark.extra.fs.s3a.secret.key=hunter2", "spark.extra.fs.s3a.secret.key", "hunter2"),
        (
            "spark.extra.fs.azure.account.key.a.net=hunter2",
            "spark.extra.fs.azure.account.key.a.net",
            "hunter2",
        ),
        ("spark.extra.spark.x=AKIAIOSFODNN7EXAMPLE", "spark.extra.spark.x", "AKIAIOSF"),
        ("tracking.uri='postgresql://ada:hunter2@db/mlflow'", "tracking.uri", "hunter2"),
        ("tracking.token=hunter2", "tracking.token", "hunter2"),
        ("spark.cores=ghp_abcdefghijklmnopqrst", "spark.cores", "ghp_"),
    ],
)
def test_a_secret_in_another_setting_is_refused_and_not_shown(override: str, path: str, value: str) -> None:
    (line,) = told("demo", override)
    assert line.startswith(f"--set: {path}: ")
    assert value not in line


def test_databricks_own_reference_to_a_secret_is_a_name() -> None:
    override = "spark.extra.spark.hadoop.fs.s3a.secret.key='{{secrets/scope/key}}'"
    assert load_settings("dev", [override]).settings.spark.extra


def test_a_section_made_without_files_does_not_show_a_wrong_value_either() -> None:
    with pytest.raises(ValidationError) as raised:
        PrivacySettings(subject_key="hunter2")
    assert "hunter2" not in str(raised.value)


def test_a_field_of_that_type_stays_a_plain_text_for_its_readers() -> None:
    class Holder(BaseModel):
        name: SecretName

    assert type(Holder(name="a/b").name) is str
