"""A step's budget in a round: what its runs have used so far, and why nothing more may begin once it is spent."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from conf import BudgetSettings
from lakehouse.rim import StepRun

SECONDS_PER_HOUR = 3600


@dataclass(frozen=True)
class Used:
    """What was used."""

    tokens: int = 0
    device_seconds: float = 0.0
    money: float = 0.0
    """What servers asked for; devices are priced apart."""

    def __add__(self, other: Used) -> Used:
        return Used(self.tokens + other.tokens, self.device_seconds + other.device_seconds, self.money + other.money)


@dataclass(frozen=True)
class Budget:
    """The limits of a step, the price of a device, and what the step used before in the same round."""

    step: str
    limits: BudgetSettings
    device_hour: float
    before: Used = field(default_factory=Used)

    @property
    def is_limited(self) -> bool:
        return any(most is not None for most in self.limits.model_dump().values())

    def price_of(self, used: Used) -> float:
        """Money: what servers asked for, and what the devices cost."""
        return used.money + used.device_seconds * self.device_hour / SECONDS_PER_HOUR

    def spent(self, now: Used) -> str | None:
        """Why nothing more may begin, or None while there is something left; what is no number is no licence."""
        used = self.before + now
        amounts = {
            "most_money": (self.limits.most_money, self.price_of(used), "of money"),
            "most_device_seconds": (self.limits.most_device_seconds, used.device_seconds, "device seconds"),
            "most_tokens": (self.limits.most_tokens, used.tokens, "tokens"),
        }
        for name, (most, amount, unit) in amounts.items():
            if most is not None and not amount < most:
                return (
                    f"budgets.{self.step}.{name} is {most:g}, and {amount:g} {unit} are used in this round: nothing "
                    "more was begun, and what is done is kept. Raise it and run the same again to go on."
                )
        return None

    def left_for_training(self, devices: int) -> tuple[int | None, float | None]:
        """How many tokens, and how many seconds of so many devices at once, may still be used; None for no limit."""
        limits, tokens = self.limits, None
        if limits.most_tokens is not None:
            tokens = max(0, limits.most_tokens - self.before.tokens)
        seconds = (
            [] if limits.most_device_seconds is None else [limits.most_device_seconds - self.before.device_seconds]
        )
        if limits.most_money is not None:
            seconds += self._seconds_for(limits.most_money - self.price_of(self.before))
        return tokens, max(0.0, min(seconds)) / devices if seconds else None

    def _seconds_for(self, money: float) -> list[float]:
        """A device that costs nothing is no limit, unless servers have taken everything already."""
        if not money > 0:
            return [0.0]
        return [money * SECONDS_PER_HOUR / self.device_hour] if self.device_hour else []


def budget_in(run: StepRun, budget: Budget | None) -> Budget | None:
    """The budget with what its step used in this round before, by the ledger; None where nothing is limited."""
    if budget is None or not budget.is_limited:
        return None
    if not (run.lakehouse.exists("costs") and run.lakehouse.exists("runs")):
        return budget
    from pyspark.sql import functions as F

    same_round = run.read("runs").where(F.col("round") == F.lit(run.round)).select("run_id")
    rows = run.read("costs").where(F.col("step") == budget.step).join(same_round, on="run_id", how="left_semi")
    tokens = F.col("prompt_tokens") + F.col("answer_tokens") + F.col("trained_tokens")
    sums = [F.sum(tokens), F.sum("device_seconds"), F.sum("money")]
    found = rows.select(*(F.coalesce(one, F.lit(0)) for one in sums)).first()
    assert found is not None
    return replace(budget, before=Used(int(found[0]), float(found[1]), float(found[2])))
