"""What the gate looks at: the figures of one model on the newest version of each suite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lakehouse.identity import identity
from lakehouse.rim import StepRun

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

TABLE = "evaluations"
ALL = "all"
ANSWER, HUMAN = "answer", "win_rate:human"
OTHER_PROMPTS = ("forgetting:", "regression:")
"""Metrics with prompts of their own: their slices are no workloads."""
COMPARISONS = ("win_rate:", "difference:")
FIGURES = ("suite", "metric", "slice", "rival_policy_id", "value", "low", "high", "prompts", "note")


@dataclass(frozen=True)
class Measured:
    """One figure of the model: alone, or compared with a rival over the same prompts."""

    suite: str
    metric: str
    slice: str
    rival_policy_id: str | None
    value: float | None
    low: float | None
    high: float | None
    prompts: int | None = None
    note: str | None = None

    @property
    def key(self) -> tuple[str, str, str, str | None]:
        return self.suite, self.metric, self.slice, self.rival_policy_id


@dataclass(frozen=True)
class Evidence:
    """Everything that a verdict rests on."""

    policy_id: str
    champion_policy_id: str | None
    base_policy_id: str
    figures: tuple[Measured, ...]
    distrust: Mapping[str, str] = field(default_factory=dict)
    """Scorers whose word does not count, each with the reason in words."""

    def rival(self, against: str | None) -> str | None:
        """Whom a threshold means: the base stands in for a champion that is not there yet."""
        if against is None:
            return None
        return (self.champion_policy_id or self.base_policy_id) if against == "champion" else self.base_policy_id

    def workloads(self, suite: str) -> list[str]:
        """Every workload that anything was measured on."""
        return sorted({one.slice for one in self.figures if one.suite == suite and one.slice != ALL and _is_own(one)})

    def metrics(self, suite: str, beginning: str, rival: str | None) -> list[str]:
        """Every metric that begins so and was measured against this rival."""
        named = (one for one in self.figures if (one.suite, one.rival_policy_id) == (suite, rival))
        return sorted({one.metric for one in named if one.metric.startswith(beginning)})

    def find(self, suite: str, metric: str, slice: str, rival: str | None) -> Measured | None:
        """One figure; None where it was not measured."""
        wanted = (suite, metric, slice, rival)
        return next(
            (one for one in self.figures if (one.suite, one.metric, one.slice, one.rival_policy_id) == wanted), None
        )

    def contradicts_itself(self, found: Measured) -> bool:
        """Whether there is another figure of the same name; which one is right, nobody can say."""
        return any(one.key == found.key and one != found for one in self.figures)

    @property
    def digest(self) -> str:
        """What a verdict is known by, besides thresholds: who was compared, and every figure."""
        told = [f"{name}: {why}" for name, why in sorted(self.distrust.items())]
        figures = sorted(repr(one) for one in self.figures)
        return identity(self.policy_id, self.champion_policy_id or "", self.base_policy_id, *told, *figures)


def scorer_of(metric: str) -> str:
    """Whose word a metric rests on: what is left without `win_rate:` or `difference:`."""
    for beginning in COMPARISONS:
        metric = metric.removeprefix(beginning)
    return metric


def figures_in(rows: Iterable[Mapping[str, Any]]) -> tuple[Measured, ...]:
    """Rows of the table as figures, in a fixed order."""
    return tuple(sorted({Measured(**{name: row[name] for name in FIGURES}) for row in rows}, key=repr))


def figures_of(run: StepRun, policy_id: str, suites: Sequence[str]) -> tuple[Measured, ...]:
    """The figures of a model, of each suite only its newest version: numbers of two versions do not compare."""
    from pyspark.sql import functions as F

    own = run.read(TABLE).where((F.col("policy_id") == policy_id) & F.col("suite").isin(list(suites)))
    whole = own.where("prompt_id IS NULL")  # what is about one prompt has a version of its own
    kept = whole.join(newest_versions(whole, run.read("runs")), on=["suite", "suite_digest"], how="left_semi")
    return figures_in(row.asDict() for row in kept.select(*FIGURES).collect())


def newest_digest(run: StepRun, policy_id: str, suite: str) -> str:
    """The version of the suite that a model was measured on last; one that was not, has answers without figures."""
    from pyspark.sql import functions as F

    mine = (F.col("policy_id") == policy_id) & (F.col("suite") == suite) & F.col("prompt_id").isNull()
    own = run.read(TABLE).where(mine)
    newest = newest_versions(own, run.read("runs")).first()
    return str(newest["suite_digest"]) if newest else identity(suite, "answers alone")


def newest_versions(rows: DataFrame, runs: DataFrame) -> DataFrame:
    """suite and suite_digest of the version that was measured last, one for each suite."""
    from pyspark.sql import functions as F

    measured = rows.where(F.col("metric") != HUMAN)  # votes come later than the version that they are about
    timed = measured.join(runs.select("run_id", "started_at"), on="run_id", how="left")
    latest = timed.groupBy("suite", "suite_digest").agg(F.max("started_at").alias("measured_at"))
    age = F.struct(F.col("measured_at").isNotNull(), "measured_at", "suite_digest")
    return latest.groupBy("suite").agg(F.max_by("suite_digest", age).alias("suite_digest"))


def _is_own(one: Measured) -> bool:
    return not scorer_of(one.metric).startswith(OTHER_PROMPTS)
