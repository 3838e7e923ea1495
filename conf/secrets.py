"""The values of secrets: where a named one is looked for, and where a key of our own is made."""

import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex

from pydantic import SecretStr

from conf.secret_names import is_secret_name, variable_of

ScopeReader = Callable[[str, str], str]


class SecretError(ValueError):
    """A secret could not be had; the message names the places and never the value."""


def resolve_secret(
    name: str, home_folder: Path, *, create: bool = False, read_scope: ScopeReader | None = None
) -> SecretStr:
    """The value of a named secret: from the environment, a Databricks scope, or a key file under the home.

    `create=True` makes a random one where none is found and no Databricks is there: for keys only we use.
    """
    if not is_secret_name(name):
        raise SecretError("Expected the name of a secret as scope/key, got something else (not shown).")
    read_scope = read_scope or databricks_scopes()
    file = home_folder / "secrets" / name
    looked_at = [f"the environment variable {variable_of(name)}: not set"]
    value = _from_environment(variable_of(name))
    if value is None and read_scope:
        value, reason = _from_scope(name, read_scope)
        looked_at.append(f"the Databricks secret {name}: {reason}")
    if value is None:
        value = _from_file(file)
        looked_at.append(f"the file {file}: not there")
    if value is None and create and not read_scope:
        value = _create_file(file)
    if value is None:
        raise SecretError(_not_found(name, looked_at, on_databricks=read_scope is not None))
    return SecretStr(value)


def databricks_scopes() -> ScopeReader | None:
    """The reader of Databricks secret scopes, or None where this is not a Databricks machine."""
    if "DATABRICKS_RUNTIME_VERSION" not in os.environ:
        return None
    from databricks.sdk.runtime import dbutils

    def read_scope(scope: str, key: str) -> str:
        return str(dbutils.secrets.get(scope=scope, key=key))

    return read_scope


def _from_environment(variable: str) -> str | None:
    value = os.environ.get(variable)
    if value is not None and not value.strip():
        raise SecretError(f"The environment variable {variable} is empty. Give it the secret, or unset it.")
    return value


def _from_scope(name: str, read_scope: ScopeReader) -> tuple[str | None, str]:
    scope, key = name.split("/")
    try:
        value = read_scope(scope, key)
    # Databricks raises another class on each kind of cluster for "no such secret", and none is public.
    except Exception as error:
        return None, (str(error).splitlines() or [type(error).__name__])[0][:200]
    return (value, "found") if value.strip() else (None, "empty")


def _from_file(file: Path) -> str | None:
    try:
        with open(file, "rb") as stream:
            mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
            value = stream.read().decode("utf-8", errors="replace").strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SecretError(f"The key file {file} cannot be read: {error.strerror}. Mend it.") from error
    if mode & 0o077:
        raise SecretError(
            f"The key file {file} can be read by others: expected mode 0600, got {mode:04o}. "
            f"Run chmod 600 '{file}', and if somebody may have seen it, put a new secret into it first."
        )
    if not value or "\ufffd" in value:
        raise SecretError(f"The key file {file} holds no text. Write the secret into it, or delete the file.")
    return value


def _create_file(file: Path) -> str:
    """Written under another name and linked: who sees the file sees all of it; of two creators one wins."""
    try:
        for folder in (file.parent.parent, file.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=file.parent, prefix=".draft-")
        try:
            with os.fdopen(descriptor, "w") as stream:
                stream.write(token_hex(32) + "\n")
                stream.flush()
                os.fsync(stream.fileno())
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)
    except OSError as error:
        raise SecretError(f"The key file {file} cannot be made: {error.strerror}. Write it by hand.") from error
    value = _from_file(file)
    assert value is not None, f"{file} was there a moment ago"
    return value


def _not_found(name: str, looked_at: list[str], *, on_databricks: bool) -> str:
    local = f"export {variable_of(name)}=..., or write the value into the file and chmod 600 it"
    remedy = f"databricks secrets put-secret {name.replace('/', ' ')}" if on_databricks else local
    return "\n  ".join([f"The secret {name} was not found. Looked at:", *looked_at]) + f"\nGive it with: {remedy}"
