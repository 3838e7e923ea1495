"""The sections of money: what a step may use in a round, what an hour of a device costs, and what it is weighed by."""

from typing import Annotated

from pydantic import Field

from conf.generation import Money
from conf.section import NotNegative, Section, Text


class BudgetSettings(Section):
    """What one step may use in one round, all of its runs together; what is under way when it is spent ends first."""

    most_money: Money | None
    """What servers asked for and devices cost by `prices.device_hour`, together; null for no limit."""
    most_device_seconds: Annotated[float, Field(ge=0)] | None
    """Seconds times devices, an actor or a rank being one; null for no limit."""
    most_tokens: NotNegative | None
    """Tokens that are read, written and trained on, together; null for no limit."""


class BudgetsSettings(Section):
    """Hard limits: a step stops between two batches, keeps what is done, and goes on once its budget is raised."""

    generate: BudgetSettings
    score: BudgetSettings
    tune: BudgetSettings


class PricesSettings(Section):
    """What the wheel costs, and what it is held against."""

    device_hour: Money
    """What an hour of one device costs, in the currency of the engines' prices; 0 where only servers ask for money."""
    qualities: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Metrics of evaluations that a cost is held against; of each model the first that was measured."""
