"""The values of secrets: had from where they are kept, made once, shown nowhere."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conf import SecretError, load_settings, resolve_secret

NAME = "lakewheel/subject_key"


@pytest.fixture(autouse=True)
def nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("LAKEWHEEL_SUBJECT_KEY", "DATABRICKS_RUNTIME_VERSION"):
        monkeypatch.delenv(variable, raising=False)


def put_key(home: Path, text: str, mode: int = 0o600) -> Path:
    file = home / "secrets" / NAME
    file.parent.mkdir(parents=True)
    file.write_text(text)
    file.chmod(mode)
    return file


def no_such_secret(scope: str, key: str) -> str:
    raise RuntimeError(f"Secret does not exist with scope: {scope} and key: {key}\nat a.b.C")


def test_the_environment_comes_first_then_databricks_then_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_key(tmp_path, "from the file\n")
    assert resolve_secret(NAME, tmp_path).get_secret_value() == "from the file"

    def read_scope(scope: str, key: str) -> str:
        return f"from {scope}, {key}"

    assert resolve_secret(NAME, tmp_path, read_scope=read_scope).get_secret_value() == "from lakewheel, subject_key"
    monkeypatch.setenv("LAKEWHEEL_SUBJECT_KEY", "from the environment")
    assert resolve_secret(NAME, tmp_path, read_scope=read_scope).get_secret_value() == "from the environment"


def test_a_secret_found_nowhere_names_every_place(tmp_path: Path) -> None:
    with pytest.raises(SecretError) as raised:
        resolve_secret(NAME, tmp_path, read_scope=no_such_secret)
    assert str(raised.value) == (
        "The secret lakewheel/subject_key was not found. Looked at:\n"
        "  the environment variable LAKEWHEEL_SUBJECT_KEY: not set\n"
        "  the Databricks secret lakewheel/subject_key: "
        "Secret does not exist with scope: lakewheel and key: subject_key\n"
        f"  the file {tmp_path}/secrets/lakewheel/subject_key: not there\n"
        "Give it with: databricks secrets put-secret lakewheel subject_key"
    )
    assert not (tmp_path / "secrets").exists()


def test_a_key_is_made_once_where_asked_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    made = resolve_secret(NAME, tmp_path, create=True).get_secret_value()
    assert len(bytes.fromhex(made)) == 32
    assert resolve_secret(NAME, tmp_path, create=True).get_secret_value() == made
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    assert modes == {"secrets": 0o700, "lakewheel": 0o700, "subject_key": 0o600}


def test_of_many_that_make_the_key_at_once_all_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda _: resolve_secret(NAME, tmp_path, create=True).get_secret_value(), range(64)))
    assert len(made) == 64
    assert len(set(made)) == 1


def test_no_key_is_made_where_databricks_keeps_secrets(tmp_path: Path) -> None:
    """A cluster's disk is gone tomorrow, and with another key every person would become another."""
    with pytest.raises(SecretError, match="databricks secrets put-secret lakewheel subject_key"):
        resolve_secret(NAME, tmp_path, create=True, read_scope=no_such_secret)
    assert not (tmp_path / "secrets").exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620])
def test_a_key_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    file = put_key(tmp_path, "hunter2", mode)
    with pytest.raises(SecretError) as raised:
        resolve_secret(NAME, tmp_path)
    assert f"expected mode 0600, got {mode:04o}" in str(raised.value)
    assert f"chmod 600 '{file}'" in str(raised.value)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_secret_is_refused_wherever_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    put_key(tmp_path, text)
    with pytest.raises(SecretError, match="holds no text"):
        resolve_secret(NAME, tmp_path, create=True)
    monkeypatch.setenv("LAKEWHEEL_SUBJECT_KEY", text)
    with pytest.raises(SecretError, match="LAKEWHEEL_SUBJECT_KEY is empty"):
        resolve_secret(NAME, tmp_path)


def test_a_folder_in_place_of_the_key_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "secrets" / NAME).mkdir(parents=True)
    with pytest.raises(SecretError, match="cannot be read: Is a directory"):
        resolve_secret(NAME, tmp_path)


def test_a_name_that_is_a_value_is_not_looked_up_and_not_shown(tmp_path: Path) -> None:
    with pytest.raises(SecretError) as raised:
        resolve_secret("sk-abcdefgh12345678", tmp_path)
    assert "sk-" not in str(raised.value)


def test_a_secret_is_in_no_dump_no_fingerprint_and_no_print(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = load_settings("demo")
    monkeypatch.setenv("LAKEWHEEL_SUBJECT_KEY", "hunter2")
    secret, after = resolve_secret(NAME, tmp_path), load_settings("demo")
    assert "hunter2" not in f"{secret!r} {secret} {after!r} {after.settings.model_dump_json()}"
    assert after.fingerprint == before.fingerprint
