"""The section of the release: what a tuned model has to show before it may be served, and under which name."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from conf.section import AtLeastOne, Section, Text

WORD = r"[A-Za-z_][A-Za-z0-9_-]*"
ModelName = Annotated[str, StringConstraints(pattern=rf"^{WORD}(\.{WORD}\.{WORD})?$")]
LIMITS = ("above", "at_least", "at_most")


class ThresholdSettings(Section):
    """One thing that has to be shown: a metric of `evaluations`, where, against whom, and how sure."""

    metric: Text
    """The metric, such as win_rate:reward; one that ends in * means every metric measured that begins so."""
    slice: Text
    """all for the whole, a workload by its name, or each for every workload of the suite by itself."""
    suite: Text | None = None
    """The suite that it was measured on; release.suite where it is left out."""
    against: Literal["champion", "base"] | None = None
    """Whom it was compared with; champion means the base where there is none yet. Left out: with nobody."""
    bound: Literal["low", "value", "high"]
    """The end of the confidence interval that the limit holds for, or the value itself."""
    above: float | None = None
    """The limit where equal is not enough."""
    at_least: float | None = None
    """The limit where it may not be less; take off what you tolerate."""
    at_most: float | None = None
    """The limit where it may not be more."""
    kind: Literal["must", "proof"]
    """must: whoever fails is refused. proof: refused only if the whole interval fails; else nobody can tell."""

    @model_validator(mode="after")
    def _has_one_limit(self) -> "ThresholdSettings":
        given = [name for name in LIMITS if getattr(self, name) is not None]
        if len(given) != 1:
            came = ", ".join(given) or "none"
            raise PydanticCustomError(
                "one_limit", "exactly one of above, at_least and at_most, got {came}", {"came": came}
            )
        return self


class ReleaseSettings(Section):
    """The gate between a tuned model and those who are served by it."""

    model_name: ModelName
    """The name in MLflow's registry of the accepted models: one word, or catalog.schema.model in Unity Catalog."""
    suite: Text
    """The suite whose figures decide."""
    confidence: Annotated[float, Field(gt=0.5, lt=1)]
    """The confidence that verdicts state; the evaluation has to compute its intervals with the same."""
    least_prompts: AtLeastOne
    """How many prompts a compared figure needs at least; with fewer nobody can tell."""
    require_trust: bool
    """Whether a judge must be certified, and a reward model trusted by its report, before its word counts."""
    most_cost_per_thousand: Annotated[float, Field(ge=0)] | None
    """What a thousand answers may cost at most (metric cost_per_thousand), or null for no ceiling."""
    thresholds: tuple[ThresholdSettings, ...]
    """Everything that has to be shown; an empty list is an error, for it would accept anything."""
