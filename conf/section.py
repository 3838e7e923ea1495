"""What every section of the settings is, and the kinds of value that its fields take."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_-]*$")]
Memory = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*[mg]$")]
Text = Annotated[str, StringConstraints(min_length=1)]
AtLeastOne = Annotated[int, Field(ge=1)]
NotNegative = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(gt=0)]


class Section(BaseModel):
    """A closed group of settings: no unknown name, no silent conversion, no change after loading, no default.

    The string under a field is its meaning: `lakewheel settings` and the docs show it.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )
