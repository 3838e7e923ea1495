"""The sections of judges: what each goes by and which engine it runs on, and when one is trusted."""

from typing import Annotated, Literal

from pydantic import Field

from conf.generation import EngineSettings, ModelSettings, Temperature
from conf.section import AtLeastOne, NotNegative, Section, Text

Confidence = Annotated[float, Field(ge=0.5, lt=1)]


class JudgeSettings(Section):
    """A language model that judges answers by a rubric."""

    rubric: Text
    """What makes an answer good, in plain words, as one would tell a new colleague."""
    kind: Literal["absolute", "pairwise"]
    """absolute rates one answer from 1 to 5; pairwise says which of two is better, asked in both orders."""
    workloads: tuple[Text, ...] | None
    """The workloads whose answers it judges, or null for all."""
    engine: EngineSettings | None
    """What runs it, or null for the engine of the settings."""
    model: ModelSettings | None
    """The model that judges where its engine runs in this process, or null for the base model of the settings."""
    reading: Literal["auto", "likelihood", "written"]
    """Read from the likelihoods of all verdicts, or from what it writes; auto takes likelihoods but behind a URL."""
    shots: NotNegative
    """How many rated examples it is shown once it is calibrated."""
    temperature: Temperature
    """How far what it writes strays from the likeliest words."""
    max_tokens: AtLeastOne
    """The longest verdict that it may write, in tokens."""


class CalibrationSettings(Section):
    """How a judge's scores are mapped to people's ratings, and when it is certified."""

    metric: Literal["weighted_kappa", "kendall_tau", "accuracy"]
    """The agreement with people that certifies a judge."""
    least: Annotated[float, Field(ge=-1, le=1)]
    """What the lower end of that agreement's interval has to reach."""
    confidence: Confidence
    """How sure the intervals are, such as 0.95."""
    prior_ratings: Annotated[float, Field(ge=0)]
    """How many ratings the prior of the mapping weighs: a gentle straight line; isotonic where ratings are many."""
    most_injection_shift: Annotated[float, Field(ge=0, le=1)]
    """How far instructions inside an answer may move a certified judge on average, as a share of its scale."""
    injected_answers: NotNegative
    """How many rated answers are tried with every known injection; 0 leaves that trial out."""
    most_unrated: NotNegative
    """How many candidates without a rating are looked at to say which rating would tell most."""
