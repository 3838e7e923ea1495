"""The door `score`: every answer by every scorer that there is, and one score of many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from jobs.generate import MONEY_IS_SPENT
from jobs.options import Asked, asked_of
from jobs.showing import growing_line, show_json, show_line

if TYPE_CHECKING:
    from lakehouse.place import Lakehouse
    from pipelines.score.protocol import ScorerMaker
    from pipelines.score.step import Scored


def score(
    context: typer.Context,
    round: Annotated[int | None, typer.Option(min=1, help="The round; the latest of the prompts if not said.")] = None,
    reward: Annotated[
        str | None, typer.Option(metavar="ID", help="The reward model to score by; the newest if not said.")
    ] = None,
) -> None:
    """Score the candidates that have no score yet: by rules, by the reward model, by judges.

    Examples:

        lakewheel score
        lakewheel sql "SELECT scorer, count(*), avg(value) FROM scores GROUP BY scorer"
    """
    asked = asked_of(context)
    found = candidates_scored(asked, asked.open_lakehouse(), round, reward)
    if asked.as_json:
        return show_json(vars(found))
    return show_line(said_of(found))


def candidates_scored(
    asked: Asked, lakehouse: Lakehouse, round: int | None = None, reward_policy_id: str | None = None
) -> Scored:
    """Scores of all candidates, with a line that grows while they come."""
    from lakehouse.asking import spark_asker
    from lakehouse.provenance import provenance_of
    from pipelines.prompts.rounds import latest_round
    from pipelines.score.step import Bench
    from pipelines.score.step import score as score_candidates

    settings = asked.resolved.settings
    makers = scorers_of(asked, lakehouse, reward_policy_id)
    with growing_line("score: planning") as grow:
        return score_candidates(
            lakehouse,
            Bench(makers, settings.score, settings.ray, settings.tracking, asked.budget("score")),
            provenance_of(asked.resolved),
            round or latest_round(spark_asker(lakehouse)),
            watch=lambda progress: grow(f"score: {progress.line}"),
        )


def scorers_of(asked: Asked, lakehouse: Lakehouse, reward_policy_id: str | None = None) -> tuple[ScorerMaker, ...]:
    """Every scorer that the settings and the lakehouse know: rules first, for they cost nothing."""
    from pipelines.reward.calibration.makers import judge_makers
    from pipelines.reward.policy import has_reward_model, reward_maker
    from pipelines.score.rules.make import rule_makers

    settings = asked.resolved.settings
    makers: list[ScorerMaker] = [*rule_makers(settings.rules)]
    if reward_policy_id or has_reward_model(lakehouse):
        makers.append(reward_maker(lakehouse, settings.reward, reward_policy_id))
    makers += judge_makers(lakehouse, settings)
    return tuple(makers)


def said_of(found: Scored) -> str:
    """What came of it, in one line."""
    if not (found.planned or found.copied or found.taken_over):
        return f"scores: nothing new: every answer is scored; {found.combined} combined"
    over = f", {found.taken_over} taken over from a run that ended early" if found.taken_over else ""
    lost = f", {found.given_up} given up" if found.given_up else ""
    left = f"; {found.left} left for another run: {found.stopped or MONEY_IS_SPENT}" if found.left else ""
    return (
        f"scores: {found.planned} wanted{over}, {found.new} new, {found.copied} known from the same answer{lost}; "
        f"{found.combined} combined; {found.seconds:.0f} s{left}"
    )
