"""The kinds of value that checks take, each looked at while settings are loaded and not while answers are scored."""

from typing import Annotated, Any

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from conf.frozen import FrozenMap


def _compiles(pattern: str) -> str:
    import regex

    try:
        regex.compile(pattern)
    except (regex.error, OverflowError, RecursionError) as error:
        raise PydanticCustomError("regular_expression", "a regular expression ({why})", {"why": str(error)}) from None
    return pattern


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return FrozenMap({key: _frozen(child) for key, child in value.items()})
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _is_schema(schema: dict[str, Any]) -> Any:
    """A schema of another place would be fetched, and a wrong one would pass or fail every answer."""
    from jsonschema.exceptions import SchemaError
    from jsonschema.validators import Draft202012Validator, validator_for

    try:
        validator_for(schema, default=Draft202012Validator).check_schema(schema)
    except SchemaError as error:
        why = f"at {error.json_path}: {error.message}"
        raise PydanticCustomError("json_schema", "a JSON Schema ({why})", {"why": why}) from None
    elsewhere = [target for target in _references(schema) if not target.startswith("#")]
    if elsewhere:
        raise PydanticCustomError(
            "json_schema", "a JSON Schema that stands alone ({target} is elsewhere)", {"target": elsewhere[0]}
        )
    return _frozen(schema)


def _references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [target for child in node for target in _references(child)]
    if not isinstance(node, dict):
        return []
    here = [node[name] for name in ("$ref", "$dynamicRef") if isinstance(node.get(name), str)]
    return here + [target for child in node.values() for target in _references(child)]


def _is_allowed(allowed: bool) -> bool:
    if not allowed:
        raise PydanticCustomError("allow_code", "true, as code of answers is run on this machine, or no such check")
    return allowed


RegularExpression = Annotated[str, AfterValidator(_compiles)]
JsonSchema = Annotated[dict[str, Any], AfterValidator(_is_schema)]
Allowed = Annotated[bool, AfterValidator(_is_allowed)]
