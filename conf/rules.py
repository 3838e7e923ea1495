"""The section of rules: what a person declares of a good answer, per workload, and what can be checked without a model.

An entry of a list has no layer below it that could hold defaults, so what may be left out means nothing: no limit, no
name, an empty list, or false. Everything else is written.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from conf.frozen import FrozenMapping
from conf.rule_values import Allowed, JsonSchema, RegularExpression
from conf.section import AtLeastOne, Identifier, NotNegative, Seconds, Section, Text

Share = Annotated[float, Field(ge=0, le=1)]
Tolerance = Annotated[float, Field(ge=0)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


class CheckSettings(Section):
    """What every check has."""

    name: Identifier | None = None
    """What scores call the check, after `rule:`; where it is left out, the kind of check."""


class _WithMust(CheckSettings):
    """A check of what must and what must not stand in an answer."""

    ignore_case: bool = False
    """Whether capital and small letters are the same."""

    @model_validator(mode="after")
    def _asks_for_something(self) -> "_WithMust":
        if not (getattr(self, "must", ()) or getattr(self, "must_not", ())):
            raise PydanticCustomError("no_condition", "something under must or must_not")
        return self


class JsonCheck(CheckSettings):
    """The answer is valid JSON, and follows a JSON Schema if one is given."""

    check: Literal["json"]
    """The kind of check."""
    json_schema: JsonSchema | None = None
    """The JSON Schema itself; its references stay inside it."""
    bare: bool = False
    """Whether JSON must be all of the answer; else the first fenced block counts, where there is one."""


class JsonFieldsCheck(CheckSettings):
    """Fields of the answer's JSON equal those of a gold answer."""

    check: Literal["json_fields"]
    """The kind of check."""
    fields_equal: tuple[Text, ...] = ()
    """The fields that are compared, inner ones with dots, such as customer.name; all of the gold's if left out."""
    tolerance: Tolerance
    """How far apart two numbers may be."""


class RegexCheck(_WithMust):
    """Regular expressions are found in the answer, or are not."""

    check: Literal["regex"]
    """The kind of check."""
    must: tuple[RegularExpression, ...] = ()
    """Regular expressions that must all be found."""
    must_not: tuple[RegularExpression, ...] = ()
    """Regular expressions of which none may be found."""


class ContainsCheck(_WithMust):
    """Texts stand in the answer, or do not."""

    check: Literal["contains"]
    """The kind of check."""
    must: tuple[Text, ...] = ()
    """Texts that must all be there."""
    must_not: tuple[Text, ...] = ()
    """Texts of which none may be there."""


class LengthCheck(CheckSettings):
    """The answer is neither too short nor too long."""

    check: Literal["length"]
    """The kind of check."""
    unit: Literal["words", "sentences", "characters"]
    """What is counted."""
    least: NotNegative | None = None
    """The fewest there may be."""
    most: NotNegative | None = None
    """The most there may be."""

    @model_validator(mode="after")
    def _is_a_range(self) -> "LengthCheck":
        if self.least is None and self.most is None:
            raise PydanticCustomError("no_condition", "a limit: least, most, or both")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise PydanticCustomError("no_range", "least to be at most as large as most")
        return self


class LanguageCheck(CheckSettings):
    """The answer is in one of some languages."""

    check: Literal["language"]
    """The kind of check."""
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    """The languages by their ISO 639 codes, such as en."""


class ExactCheck(CheckSettings):
    """The answer is a gold answer, but for white space at its ends and how much of it stands between words."""

    check: Literal["exact"]
    """The kind of check."""
    ignore_case: bool = False
    """Whether capital and small letters are the same."""
    ignore_punctuation: bool = False
    """Whether punctuation is left out of both."""


class TokenF1Check(CheckSettings):
    """The answer has its words in common with a gold answer."""

    check: Literal["token_f1"]
    """The kind of check."""
    least: Share
    """The F1 of the words from which an answer passes."""


class NumberCheck(CheckSettings):
    """A number of the answer is a gold answer's."""

    check: Literal["number"]
    """The kind of check."""
    which: Literal["first", "last", "only"]
    """Which number of the answer counts; `only` wants it to be the only one."""
    decimal: Literal["point", "comma", "either"]
    """What stands before decimals; `either` lets 1.200 be both 1.2 and 1200."""
    tolerance: Tolerance
    """How far apart the numbers may be."""


class SqlCheck(CheckSettings):
    """The answer is one SQL query that reads, which a database answers, as the gold query if that is asked."""

    check: Literal["sql"]
    """The kind of check."""
    engine: Literal["sqlite", "duckdb"]
    """What the database file is of."""
    database: Text
    """The database file, which is only read; every machine that scores must see it at the same place."""
    match_gold: bool
    """Whether the rows must be those of a gold query; else it is enough that the query runs."""
    tolerance: Tolerance
    """How far apart two numbers in the rows may be."""
    timeout_seconds: Seconds
    """How long a query may run."""
    most_rows: AtLeastOne
    """The most rows that a query may return."""


class CitationsCheck(CheckSettings):
    """What the answer quotes, and the markers such as [2] that it points to, stand in the prompt."""

    check: Literal["citations"]
    """The kind of check."""
    least: NotNegative
    """How many citations an answer must have; with 0 an answer without any is neither good nor bad."""


class GroundedCheck(CheckSettings):
    """The answer's longer words and its numbers stand in the prompt."""

    check: Literal["grounded"]
    """The kind of check."""
    least: Share
    """The share of them from which an answer passes."""


class RefusalCheck(CheckSettings):
    """The answer is there and does not begin by refusing."""

    check: Literal["refusal"]
    """The kind of check."""


class CodeCheck(CheckSettings):
    """The answer's Python runs to its end without an error."""

    check: Literal["code"]
    """The kind of check."""
    allow_code: Allowed
    """Must be true: code that a model wrote is run on the machines that score, walled in as docs/rules.md says."""
    walls: Literal["all", "limits"]
    """What must stand: limits (time, memory, processes), or all (no network, no other files), which needs Linux."""
    timeout_seconds: Seconds
    """How long it may run."""
    memory_megabytes: AtLeastOne
    """How much memory it may take."""


Check = Annotated[
    JsonCheck
    | JsonFieldsCheck
    | RegexCheck
    | ContainsCheck
    | LengthCheck
    | LanguageCheck
    | ExactCheck
    | TokenF1Check
    | NumberCheck
    | SqlCheck
    | CitationsCheck
    | GroundedCheck
    | RefusalCheck
    | CodeCheck,
    Field(discriminator="check"),
]
Rules = FrozenMapping[Identifier, tuple[Check, ...]]
