"""The door `reward`: train the model that scores answers, and report whether it can be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from jobs.options import EVERYWHERE, Asked, asked_of
from jobs.showing import course_line, growing_line, show_json, show_line, show_rows, working

if TYPE_CHECKING:
    from lakehouse.place import Lakehouse
    from pipelines.reward.report import Reported
    from pipelines.reward.train import Trained

reward = typer.Typer(help="Reward models: train them, and see whether to trust them.", no_args_is_help=True)
Round = Annotated[int | None, typer.Option(min=1, help="The round; the latest of the prompts if not said.")]


def reward_trained(asked: Asked, lakehouse: Lakehouse, round: int | None = None) -> Trained:
    """A reward model from all pairs so far, with a line that grows while it learns."""
    from lakehouse.asking import spark_asker
    from lakehouse.provenance import provenance_of
    from pipelines.prompts.rounds import latest_round
    from pipelines.reward.pairs.training import pairs_in
    from pipelines.reward.train import train_reward
    from pipelines.training.launch import ray_if_wanted

    settings = asked.resolved.settings
    wants_ray = ray_if_wanted(settings.reward.training, settings.ray)
    with wants_ray, growing_line("reward: reading pairs") as grow:
        return train_reward(
            lakehouse,
            settings.reward,
            settings.tracking,
            lambda run: pairs_in(run, settings.pairs),
            provenance_of(asked.resolved),
            round or latest_round(spark_asker(lakehouse)),
            watch=lambda member, step, steps, figures: grow(
                f"reward: member {member + 1} of {settings.reward.members}, {course_line(step, steps, figures, SHOWN)}"
            ),
        )


SHOWN = ("loss", "accuracy", "holdout_loss", "holdout_accuracy")


@reward.command("train", epilog=EVERYWHERE)
def train_door(context: typer.Context, round: Round = None) -> None:
    """Train a reward model from the pairs that people, thumbs, ratings and gold answers gave.

    Examples:

        lakewheel reward train
        lakewheel reward train --set reward.members=3
    """
    asked = asked_of(context)
    found = reward_trained(asked, asked.open_lakehouse(), round)
    if asked.as_json:
        return show_json(vars(found))
    return show_line(said_of(found))


@reward.command("report", epilog=EVERYWHERE)
def report_door(
    context: typer.Context,
    round: Round = None,
    policy: Annotated[str | None, typer.Option(metavar="ID", help="The reward model; the newest if not said.")] = None,
) -> None:
    """Say whether a reward model can be trusted, and what choosing by it gains.

    Example:

        lakewheel reward report
    """
    asked = asked_of(context)
    found = reward_reported(asked, asked.open_lakehouse(), round, policy)
    verdict = found.report.verdict
    if asked.as_json:
        figures = [{**vars(one)} for one in found.report.figures]
        return show_json({"policy_id": found.policy_id, "tune": verdict.tune, **vars(verdict), "figures": figures})
    return show_report(found)


def reward_reported(
    asked: Asked, lakehouse: Lakehouse, round: int | None = None, policy_id: str | None = None
) -> Reported:
    """The trust report on a reward model, as rows and in MLflow."""
    from lakehouse.asking import spark_asker
    from lakehouse.provenance import provenance_of
    from pipelines.prompts.rounds import latest_round
    from pipelines.reward.calibration.makers import judge_makers
    from pipelines.reward.pairs.training import pairs_in
    from pipelines.reward.policy import reward_maker
    from pipelines.reward.report import report_reward

    settings = asked.resolved.settings
    judges = judge_makers(lakehouse, settings)
    certified = {judge.name: judge.calibrated is not None and judge.calibrated.certified for judge in judges}
    with working("measuring the reward model"):
        return report_reward(
            lakehouse,
            reward_maker(lakehouse, settings.reward, policy_id),
            settings.trust,
            settings.tracking,
            lambda run: pairs_in(run, settings.pairs),
            certified,
            provenance_of(asked.resolved),
            round or latest_round(spark_asker(lakehouse)),
        )


def show_report(found: Reported) -> None:
    """The page, part by part."""
    from pipelines.reward.trust.words import sections_of

    for section in sections_of(found.report):
        show_line(section.title, style="bold")
        for sentence in section.sentences:
            show_line(sentence)
        if section.rows:
            show_rows(list(section.names), [list(row) for row in section.rows])
    show_line(f"with pictures: `lakewheel ui`, run {found.tracking_run_id}, artifacts, trust", style="dim")


def said_of(found: Trained) -> str:
    """What came of it, in one line."""
    if not found.is_new:
        return f"reward: nothing new: {found.policy_id} was trained on these {found.pairs} pairs"
    right = f"{found.accuracy:.3f} of {found.held_out} held-out pairs right" if found.accuracy else "none held out"
    return f"reward: {found.policy_id} from {found.pairs} pairs in {found.seconds:.0f} s, {right}"
