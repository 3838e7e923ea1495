"""The section of the trust report: how it measures a reward model, and below what it says: do not tune."""

from typing import Annotated

from pydantic import Field

from conf.section import AtLeastOne, Section

Share = Annotated[float, Field(ge=0, le=1)]
NotNegativeNumber = Annotated[float, Field(ge=0)]


class TrustSettings(Section):
    """What a reward model has to show before a model is tuned on its word."""

    confidence: Annotated[float, Field(gt=0.5, lt=1)]
    """The share of intervals that hold the true figure."""
    resamples: Annotated[int, Field(ge=100)]
    """How often prompts are drawn anew for an interval."""
    bins: Annotated[int, Field(ge=2)]
    """Bins of the calibration curve, between a coin's toss and certainty."""
    tie_width: NotNegativeNumber
    """How far scores may lie apart and still count as equal."""
    most_candidates: AtLeastOne
    """The largest number of candidates that the best is chosen from in a best-of-N curve."""
    least_prompts: AtLeastOne
    """How many prompts a figure needs at least, before anything is concluded from it."""
    least_accuracy: Share
    """Held-out pair accuracy that its interval has to lie above."""
    least_beyond_length: Annotated[float, Field(ge=-1, le=1)]
    """How much that accuracy has to lie above choosing by length alone; the lower end of the difference's interval."""
    most_tied: Share
    """The share of prompts whose candidates may all score the same."""
    least_headroom: NotNegativeNumber
    """By how much the best candidate's expected reward lies above a mean one's; logits for a reward model of ours."""
    least_oracle_share: Share
    """The share of the oracle's gain that the reward's choice takes at least, where gold answers are known."""
    most_calibration_error: Share
    """The expected calibration error from which the report warns."""
    most_length_correlation: Share
    """The rank correlation with length, either way, from which the report warns."""
    most_drift: NotNegativeNumber
    """The population stability index of scores on new prompts from which the report warns."""
    least_agreement: Annotated[float, Field(ge=-1, le=1)]
    """The mean rank agreement (Kendall's tau-b) with a judge or rule below which the report warns."""
