"""The suite: what is asked of every model, in which version, and that none of it was learned from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from json import dumps
from typing import TYPE_CHECKING, Any

from conf import EvaluateSettings, RegressionSettings, fingerprint
from lakehouse.identity import identity
from lakehouse.rim import StepRun
from pipelines.engines.protocol import Message, Sampling
from pipelines.evaluate.general import general_questions
from pipelines.feedback.golds import golds_of
from pipelines.generate.asking import messages_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

HOLDOUT, GENERAL, REGRESSION = "holdout", "general", "regression:"
NOT_IN_VERSION = {"suite", "prompts_per_batch", "battery_prompts"}
"""Settings that change no figure."""


class NothingToEvaluate(LookupError):
    """No prompt is held out."""


class Contaminated(ValueError):
    """A model learned from a prompt that it is to be measured on."""


@dataclass(frozen=True)
class Item:
    """One prompt that is asked of every model, so many times."""

    part: str
    """holdout, general, or regression: with the test's name."""
    prompt_id: str
    workload: str
    messages: tuple[Message, ...]
    golds: tuple[str, ...]
    sampling: Sampling
    samples: int = 1

    @property
    def digest(self) -> str:
        """All that an answer depends on but for the model."""
        return identity(self.part, self.prompt_id, dumps(asdict(self.sampling), sort_keys=True))


@dataclass(frozen=True)
class Suite:
    """Everything that is asked."""

    items: tuple[Item, ...]

    def part(self, name: str) -> list[Item]:
        """The items of one part."""
        return [one for one in self.items if one.part == name]

    @property
    def workloads(self) -> dict[str, str]:
        """The workload of each held-out prompt."""
        return {one.prompt_id: one.workload for one in self.part(HOLDOUT)}

    def digest(self, settings: EvaluateSettings, scorers: Sequence[str]) -> str:
        """The version: prompts with their gold answers, settings that change figures, and what scores."""
        said = fingerprint(settings.model_dump(mode="json", exclude=NOT_IN_VERSION))
        asked = [identity(one.digest, *one.golds) for one in self.items]
        return identity("suite", said, identity(*asked), identity(*sorted(scorers)))


def suite_of(run: StepRun, settings: EvaluateSettings) -> Suite:
    """The held-out prompts, the general questions and the regression tests."""
    held_out = _held_out(run, settings)
    if not held_out:
        raise NothingToEvaluate(
            "expected prompts that are held out for measuring, and there are none. Take more logs in (`lakewheel "
            "prompts take`), or raise selection.holdout_share before the first selection."
        )
    greedy = Sampling(settings.temperature, 1.0, settings.max_tokens)
    general = [_general(one.prompt_id, one.question, one.accepted, greedy) for one in general_questions()]
    tests = [_regression(one, settings.max_tokens) for one in settings.regressions]
    return Suite((*held_out, *(general if settings.general else ()), *tests))


def check_not_learned(run: StepRun, suite: Suite, policies: Sequence[dict[str, Any]]) -> None:
    """Refuse to measure a model on a prompt that it, or a model that it was tuned from, was given as an example."""
    from pyspark.sql import functions as F

    sets = {name: row["name"] for row in policies for name in _sets_behind(run, row)}
    if not sets or not run.lakehouse.exists("examples"):
        return
    evaluated = [(one.prompt_id,) for one in suite.part(HOLDOUT)]
    asked = run.lakehouse.spark.createDataFrame(evaluated, "prompt_id string")
    given = run.read("examples").where(F.col("example_set_id").isin(list(sets)))
    learned = given.join(F.broadcast(asked), on="prompt_id", how="left_semi").select("prompt_id", "example_set_id")
    first = learned.orderBy("prompt_id").first()
    if first is not None:
        prompts = learned.select("prompt_id").distinct().count()
        raise Contaminated(
            f"expected {sets[first['example_set_id']]} to have learned from none of the prompts that it is measured "
            f"on, and it learned from {prompts} of them, such as {first['prompt_id']}. Tune it again without the "
            "held-out prompts; its figures here would be worth nothing."
        )


def _sets_behind(run: StepRun, row: dict[str, Any]) -> list[str]:
    """The sets of examples of a model and of all that it was tuned from."""
    if not run.lakehouse.exists("policies"):
        return []
    columns = ("policy_id", "parent_policy_id", "example_set_id")
    known = {one["policy_id"]: one for one in run.read("policies").select(*columns).collect()}
    found, at = [], row["policy_id"]
    while at in known:
        one = known.pop(at)
        found += [one["example_set_id"]] if one["example_set_id"] else []
        at = one["parent_policy_id"]
    return found


def _held_out(run: StepRun, settings: EvaluateSettings) -> list[Item]:
    """Near copies stay out: they would count twice. Ids are digests, so the first are as good as any."""
    prompts = run.read("prompts").where("split = 'holdout' AND near_duplicate_of IS NULL")
    chosen = prompts.orderBy("prompt_id").limit(settings.most_prompts) if settings.most_prompts else prompts
    told = _with_golds(run, chosen.select("prompt_id", "workload", "messages"))
    sampling = Sampling(settings.temperature, 1.0, settings.max_tokens)
    return [
        Item(HOLDOUT, row["prompt_id"], row["workload"], messages_of(row), tuple(row["golds"] or ()), sampling)
        for row in told.orderBy("prompt_id").collect()
    ]


def _with_golds(run: StepRun, prompts: DataFrame) -> DataFrame:
    from pyspark.sql import functions as F

    if not run.lakehouse.exists("ratings"):
        return prompts.withColumn("golds", F.lit(None).cast("array<string>"))
    return prompts.join(golds_of(run.read("prompts"), run.read("ratings")), on="prompt_id", how="left")


def _general(prompt_id: str, question: str, accepted: tuple[str, ...], sampling: Sampling) -> Item:
    return Item(GENERAL, prompt_id, GENERAL, ({"role": "user", "content": question},), accepted, sampling)


def _regression(test: RegressionSettings, max_tokens: int) -> Item:
    part = REGRESSION + test.name
    messages: tuple[Message, ...] = ({"role": "user", "content": test.prompt},)
    sampling = Sampling(test.temperature, 1.0, max_tokens)
    return Item(part, identity("regression", test.prompt), part, messages, test.golds, sampling, test.times)
