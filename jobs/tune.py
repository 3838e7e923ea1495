"""The door `tune`: a model that learned from what was scored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from jobs.options import Asked, asked_of
from jobs.showing import course_line, growing_line, show_json, show_line, working

if TYPE_CHECKING:
    from lakehouse.place import Lakehouse
    from pipelines.documents.mixture.recipe import Recipe
    from pipelines.generate.policy import Policy
    from pipelines.tune.step import Tuned

SHOWN = ("loss", "accuracy", "margin", "kl", "holdout_loss")


def tune(
    context: typer.Context,
    round: Annotated[int | None, typer.Option(min=1, help="The round; the latest of the prompts if not said.")] = None,
    policy: Annotated[
        str | None, typer.Option(metavar="ID", help="The model to tune further; the base model if not said.")
    ] = None,
) -> None:
    """Tune a model on the answers that were scored, so that it needs no special prompt to answer like the best of them.

    Examples:

        lakewheel tune
        lakewheel tune --set tune.method=dpo --set tune.training.epochs=1
        lakewheel tune --set tune.method=pretrain
    """
    asked = asked_of(context)
    found = model_tuned(asked, asked.open_lakehouse(), round, policy)
    if asked.as_json:
        return show_json(vars(found))
    for sentence in found.left_out:
        show_line(sentence, style="dim")
    return show_line(said_of(found))


def model_tuned(asked: Asked, lakehouse: Lakehouse, round: int | None = None, policy_id: str | None = None) -> Tuned:
    """A tuned policy, with a line that grows while it learns."""
    from lakehouse.asking import spark_asker
    from lakehouse.provenance import provenance_of
    from pipelines.prompts.rounds import latest_round
    from pipelines.training.launch import ray_if_wanted
    from pipelines.tune.step import tune as tune_model

    settings = asked.resolved.settings
    with working("looking for the model"):
        parent = model_to_tune(asked, lakehouse, policy_id)
    wants_ray = ray_if_wanted(settings.tune.training, settings.ray)
    with wants_ray, growing_line("tune: choosing examples") as grow:
        return tune_model(
            lakehouse,
            settings.tune,
            recipe_of(asked),
            settings.tracking,
            parent,
            provenance_of(asked.resolved),
            round or latest_round(spark_asker(lakehouse)),
            watch=lambda step, steps, figures: grow(f"tune: {course_line(step, steps, figures, SHOWN)}"),
            budget=asked.budget("tune"),
        )


def recipe_of(asked: Asked) -> Recipe:
    """What documents are mixed by."""
    from pipelines.documents.mixture.recipe import Recipe

    return Recipe(asked.resolved.settings.mixture, asked.resolved.settings.quality)


def model_to_tune(asked: Asked, lakehouse: Lakehouse, policy_id: str | None) -> Policy:
    """What is tuned: the policy of an id, a new model where the settings describe one, or the base."""
    from pipelines.generate.policy import policy_to_use
    from pipelines.tune.beginning import beginning_policy

    settings = asked.resolved.settings
    if settings.tune.pretrain.begin and policy_id is None:
        return beginning_policy(lakehouse, settings.tune, recipe_of(asked))
    return policy_to_use(lakehouse, settings.model, settings.engine, policy_id)


def said_of(found: Tuned) -> str:
    """What came of it, in one line."""
    if found.stopped:
        return f"tune: {found.stopped}"
    if not found.is_new:
        return f"tune: nothing new: {found.policy_id} was tuned on these {found.examples} examples"
    held_out = found.holdout.get("holdout_loss")
    learned = f", held-out loss {held_out:.3f}" if held_out is not None else ""
    return (
        f"tune: {found.policy_id} by {found.method} from {found.examples} examples, {found.steps} steps and "
        f"{found.tokens} tokens in {found.seconds:.0f} s{learned}"
    )
