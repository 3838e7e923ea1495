"""The section of redaction: what is replaced before anything is stored where it can be read."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from conf.frozen import FrozenMapping
from conf.section import Section

Kind = Literal["secret", "email", "iban", "card", "ip", "phone"]
Region = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
KindName = Annotated[str, StringConstraints(pattern=r"^[a-z]([a-z_]*[a-z])?$")]


def _compiles(pattern: str) -> str:
    try:
        matches_nothing = re.compile(pattern).fullmatch("")
    except (re.error, OverflowError) as error:
        raise PydanticCustomError("regular_expression", "a regular expression ({why})", {"why": str(error)}) from None
    if matches_nothing:
        raise PydanticCustomError("regular_expression", "a regular expression that needs at least one character")
    return pattern


Entry = Annotated[str, StringConstraints(pattern=r"\w")]
RegularExpression = Annotated[str, AfterValidator(_compiles)]


class RedactionSettings(Section):
    """What is replaced by placeholders such as [EMAIL_1] in documents and prompts before they are stored."""

    kinds: tuple[Kind, ...]
    """The built-in kinds to replace; names of people and street addresses are none of them: see lists and patterns."""
    regions: tuple[Region, ...]
    """The regions, such as GB, whose national forms of phone numbers are found; international forms always are."""
    patterns: FrozenMapping[KindName, RegularExpression]
    """Further kinds by name, each a Python regular expression; one that backtracks without bound stalls a job."""
    lists: FrozenMapping[KindName, tuple[Entry, ...]]
    """Further kinds by name, each a list of names or words that are replaced where they stand whole, in any case."""
