"""The steps of a turn of the wheel, each by the function of its own door, with what it says in a line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from jobs import evaluate, generate, preferences, release, reward, score, select, tune

if TYPE_CHECKING:
    from jobs.options import Asked
    from lakehouse.place import Lakehouse

Name = Literal["select", "generate", "reward", "score", "report", "tune", "evaluate", "release"]


@dataclass
class Turn:
    """One turn while it lasts: what the steps are given, and what they found."""

    asked: Asked
    lakehouse: Lakehouse
    round: int
    found: dict[str, Any] = field(default_factory=dict)
    heeds_overoptimisation: bool = True
    stop: str | None = None
    """Set by a step that ends the turn, with the reason."""


@dataclass(frozen=True)
class Step:
    """What a step does, and whether it works with Ray."""

    act: Callable[[Turn], str]
    needs_ray: bool = False


def _select(turn: Turn) -> str:
    found = turn.found["select"] = select.prompts_selected(turn.asked, turn.lakehouse, turn.round)
    return select.said_of_selection(found)


def _reward(turn: Turn) -> str:
    """Pairs of what is there, and a reward model from all pairs; without enough of them, agreement alone decides."""
    from pipelines.reward.train import TooFewPairs

    preferences.preferences_derived(turn.asked, turn.lakehouse, turn.round)
    try:
        found = turn.found["reward"] = reward.reward_trained(turn.asked, turn.lakehouse, turn.round)
    except TooFewPairs as few:
        return f"reward: none is trained: {few}"
    return reward.said_of(found)


def _generate(turn: Turn) -> str:
    wanted = turn.asked.resolved.settings.tao
    policy_id = _champion(turn) if wanted.draw_from == "champion" else None
    found = turn.found["generate"] = generate.candidates_generated(
        turn.asked, turn.lakehouse, turn.round, policy_id, wanted.most_prompts
    )
    _end_if_stopped(turn, found.stopped)
    return generate.said_of(found)


def _score(turn: Turn) -> str:
    found = turn.found["score"] = score.candidates_scored(turn.asked, turn.lakehouse, turn.round)
    _end_if_stopped(turn, found.stopped)
    return score.said_of(found)


def _report(turn: Turn) -> str:
    """The trust report; where it says not to tune, the turn ends if the settings want that."""
    from pipelines.reward.policy import has_reward_model

    if not has_reward_model(turn.lakehouse):
        return "report: there is no reward model to report about"
    found = turn.found["report"] = reward.reward_reported(turn.asked, turn.lakehouse, turn.round)
    verdict = found.report.verdict
    if verdict.tune:
        return "report: the reward model can be trusted, and there is something to gain"
    if turn.asked.resolved.settings.tao.heed_report:
        turn.stop = "the turn ends here, for tao.heed_report is true"
    return f"report: do not trust the reward model alone; `lakewheel reward report` has {len(verdict.reasons)} reasons"


def _tune(turn: Turn) -> str:
    """A tuned model, or the end of the turn where no answer stands out."""
    from pipelines.tune.step import TooFewExamples

    wanted = turn.asked.resolved.settings.tao
    policy_id = _champion(turn) if wanted.tune_from == "champion" else None
    try:
        found = turn.found["tune"] = tune.model_tuned(turn.asked, turn.lakehouse, turn.round, policy_id)
    except TooFewExamples as few:
        turn.stop = "the turn ends here, for there is too little to learn from"
        return f"tune: nothing is tuned: {few}"
    _end_if_stopped(turn, found.stopped)
    return tune.said_of(found)


def _end_if_stopped(turn: Turn, stopped: str | None) -> None:
    """A step whose budget is spent has left something out, so what comes after it would build on half of it."""
    if stopped:
        turn.stop = "the turn ends here, for a budget is spent; raise it, and the same command goes on"


def _evaluate(turn: Turn) -> str:
    """The model of this turn, or the newest, against the base and the champion."""
    from pipelines.evaluate.words import headline

    tuned = turn.found.get("tune")
    policy_id = tuned.policy_id if tuned else None
    found = turn.found["evaluate"] = evaluate.model_evaluated(turn.asked, turn.lakehouse, policy_id, round=turn.round)
    _end_if_overoptimised(turn)
    return f"evaluate: {headline(found.report, found.report.rivals[0])}"


def _end_if_overoptimised(turn: Turn) -> None:
    """A model that only the reward model likes is not decided about, and the next turn waits for a person's word."""
    from lakehouse.asking import spark_asker
    from pipelines.evaluate.overoptimised import last_model

    if not turn.heeds_overoptimisation:
        return
    _, why = last_model(spark_asker(turn.lakehouse), turn.asked.resolved.settings.evaluate.suite)
    if why:
        turn.stop = f"the turn ends here: {why}; `lakewheel tao --anyway` goes on all the same"


def _release(turn: Turn) -> str:
    tuned = turn.found.get("tune")
    policy_id = tuned.policy_id if tuned else None
    found = turn.found["release"] = release.release_decided(turn.asked, turn.lakehouse, turn.round, policy_id)
    return ": ".join(filter(None, (release.said_of(found), " ".join(found.objections))))


def _champion(turn: Turn) -> str | None:
    from lakehouse.asking import spark_asker
    from pipelines.release.verdicts import champion_of

    return champion_of(spark_asker(turn.lakehouse))


STEPS: dict[str, Step] = {
    "select": Step(_select),
    "generate": Step(_generate, needs_ray=True),
    "reward": Step(_reward),
    "score": Step(_score, needs_ray=True),
    "report": Step(_report),
    "tune": Step(_tune),
    "evaluate": Step(_evaluate),
    "release": Step(_release),
}
