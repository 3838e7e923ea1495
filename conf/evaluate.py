"""The section of evaluation: which prompts models are measured on, by whom, and what has to be shown."""

from typing import Annotated

from pydantic import Field

from conf.generation import Money, Temperature
from conf.rules import Check
from conf.section import AtLeastOne, Identifier, NotNegative, Section, Text

Inside = Annotated[float, Field(gt=0, lt=1)]


class RegressionSettings(Section):
    """One prompt that is asked again and again: how often its answer keeps the form that is declared."""

    name: Identifier
    """What the figure is called, after `regression:`."""
    prompt: Text
    """The prompt, as a user would send it."""
    times: AtLeastOne
    """How many answers are drawn to it."""
    temperature: Temperature
    """How far those answers stray from the likeliest words; the application's own temperature."""
    checks: Annotated[tuple[Check, ...], Field(min_length=1)]
    """The checks that an answer has to pass, all of them, as under `rules`."""
    golds: tuple[Text, ...] = ()
    """Right answers, for checks that compare with one."""


class EvaluateSettings(Section):
    """How a model is measured and compared with others on the held-out prompts."""

    suite: Identifier
    """The name under which the rows of evaluations are found."""
    most_prompts: AtLeastOne | None
    """How many held-out prompts are asked at most, or null for all; which ones never changes."""
    max_tokens: AtLeastOne
    """The longest answer in tokens."""
    temperature: Temperature
    """How far answers stray from the likeliest words; 0 is greedy, so that every model gives one answer."""
    prompts_per_batch: AtLeastOne
    """How many prompts are asked at once, and kept before the next."""
    timed_prompts: NotNegative
    """How many prompts are asked one at a time, to measure how long a person waits."""
    scorers: tuple[Text, ...] | None
    """Who scores, such as reward, rule:json, judge:kind, or null for everyone that there is."""
    general: bool
    """Whether the general questions that Lakewheel brings are asked, which show what a model has forgotten."""
    regressions: tuple[RegressionSettings, ...]
    """Prompts that are asked many times each, with the form that their answers must keep."""
    battery_prompts: NotNegative
    """How many prompts stand in the battery, with every model's answer side by side."""
    price_per_million_prompt_tokens: Money | None
    """What a million tokens that are read cost where the model is served, or null if nobody knows."""
    price_per_million_answer_tokens: Money | None
    """What a million tokens that are written cost there, or null if nobody knows."""
    confidence: Annotated[float, Field(gt=0.5, lt=1)]
    """The share of intervals that hold the true figure."""
    resamples: Annotated[int, Field(ge=100)]
    """How often prompts are drawn anew for an interval."""
    least_prompts: AtLeastOne
    """How many prompts a figure needs at least to be given without a warning."""
    least_effect: Annotated[float, Field(gt=0)]
    """The smallest difference that matters: a share, or for rewards, seconds and tokens in standard deviations."""
    power: Inside
    """How often a difference of that size should be found where it is there."""
    spread: Annotated[float, Field(gt=0)]
    """How far differences vary over prompts, as is assumed before a first run; 0.5 is the most of a win rate."""
