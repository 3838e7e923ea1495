"""The section of A/B tests: who gets the challenger, what is measured, and when the challenger has lost."""

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from conf.frozen import FrozenMapping
from conf.section import AtLeastOne, Section, Text

Confidence = Annotated[float, Field(ge=0.5, lt=1)]


class MetricSettings(Section):
    """What is measured of each person, and which way is better."""

    direction: Literal["higher", "lower"]
    """Whether higher values are better, or lower ones."""
    least: float
    """The smallest value that an outcome can have."""
    most: float
    """The largest value that an outcome can have; the nearer it is to what comes, the sooner a difference is found."""
    beyond: Literal["refuse", "clip"]
    """Whether an outcome beyond these bounds is refused, for it is a mistake, or counts as the bound (clip)."""
    absent: float | None
    """The value of a person of whom no outcome came in time, such as 0 for a click; null leaves the person out."""

    @model_validator(mode="after")
    def _is_a_range(self) -> "MetricSettings":
        if not self.least < self.most:
            raise PydanticCustomError("no_range", "least to be smaller than most")
        if self.absent is not None and not self.least <= self.absent <= self.most:
            raise PydanticCustomError("no_range", "absent to be null or between least and most")
        return self


class PrimarySettings(MetricSettings):
    """The metric that decides."""

    name: Text
    """What events call it."""


class GuardrailSettings(MetricSettings):
    """A metric that must not get much worse."""

    tolerance: Annotated[float, Field(ge=0)]
    """How much worse its mean may be with the challenger, in its own units."""


class AbSettings(Section):
    """How a challenger is tried on people against the champion; a test keeps the values that it was started with."""

    share: Annotated[float, Field(gt=0, lt=1)]
    """The share of people who get the challenger."""
    confidence: Confidence
    """How sure the primary metric's interval is over all looks together, and that of all guardrails together."""
    ratio_confidence: Confidence
    """How sure it must be that the arms' numbers of people do not fit the share, before the test counts as invalid."""
    window_hours: Annotated[float, Field(gt=0)]
    """How long after a person's first exposure outcomes count; a person counts when that time is over."""
    least_subjects: AtLeastOne
    """How many people each arm needs, before anything is concluded."""
    primary: PrimarySettings
    """The metric that decides."""
    guardrails: FrozenMapping[Text, GuardrailSettings]
    """Metrics that must not get much worse, by the names that events call them."""

    @model_validator(mode="after")
    def _names_differ(self) -> "AbSettings":
        if self.primary.name in self.guardrails:
            raise PydanticCustomError("same_name", "guardrails by other names than the primary metric's")
        return self

    @property
    def metrics(self) -> dict[str, MetricSettings]:
        """Every metric by its name, the one that decides first."""
        return {self.primary.name: self.primary, **self.guardrails}
