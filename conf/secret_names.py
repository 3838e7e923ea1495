"""The names of secrets: what one looks like, and how it differs from a value pasted in its place."""

import re
from itertools import pairwise
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

NAME_PATTERN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}/[A-Za-z][A-Za-z0-9_.-]{0,63}")
VALUE_PATTERNS = re.compile(
    r"(?<![A-Za-z0-9])(sk-|gh[a-z]_|github_pat_|glpat-|hf_|xox[a-z]-|AIza|eyJ)[A-Za-z0-9_-]{8}"  # tokens
    r"|(?<![A-Za-z0-9])((dapi|dose)[0-9a-f]{8}|(AKIA|ASIA)[A-Z0-9]{12})"  # Databricks' and Amazon's
    r"|(Bearer|Basic) \S|-----BEGIN"
    r"|://[^/@\s]*:[^/@\s]+@"  # an address with a password
    r"|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"  # a UUID
)
UNBROKEN_RUN = re.compile(r"[A-Za-z0-9+=]{16,}")


def looks_like_secret_value(text: str) -> bool:
    """True for what people paste by mistake: known tokens, random keys, addresses with a password."""
    return bool(VALUE_PATTERNS.search(text)) or any(map(_is_random, UNBROKEN_RUN.findall(text)))


def _is_random(run: str) -> bool:
    """Keys change between letters and digits often; names do so rarely, also the long ones of Java."""
    return sum(before.isdigit() != after.isdigit() for before, after in pairwise(run)) >= 5


def is_secret_name(value: object) -> bool:
    is_named = isinstance(value, str) and NAME_PATTERN.fullmatch(value) is not None
    return is_named and not looks_like_secret_value(str(value))


def _check_name(value: object) -> object:
    """Before the type check, so that no error shows what was given."""
    if not is_secret_name(value):
        raise PydanticCustomError("secret_name", "the name of a secret as scope/key, such as lakewheel/subject_key")
    return value


SecretName = Annotated[str, BeforeValidator(_check_name)]


def variable_of(name: str) -> str:
    """The environment variable that may hold a secret: lakewheel/subject_key is in LAKEWHEEL_SUBJECT_KEY."""
    return re.sub(r"[^A-Za-z0-9]", "_", name).upper()
