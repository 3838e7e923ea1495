"""The door `evaluate`: a model against its rivals on the held-out prompts, with an interval on every number."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs.options import Asked, asked_of
from jobs.score import scorers_of
from jobs.showing import growing_line, show_json, show_line, show_rows, working

if TYPE_CHECKING:
    from lakehouse.place import Lakehouse
    from pipelines.evaluate.step import Evaluated


def evaluate(
    context: typer.Context,
    policy: Annotated[
        str | None, typer.Option(metavar="ID", help="The model to measure; the newest tuned one if not said.")
    ] = None,
    against: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="A model to compare it with, beside the base; may be repeated."),
    ] = None,
    round: Annotated[int | None, typer.Option(min=1, help="The round; the latest of the prompts if not said.")] = None,
    lm_eval: Annotated[
        list[str] | None,
        typer.Option("--lm-eval", metavar="TASK", help="A public benchmark by lm-eval instead; may be repeated."),
    ] = None,
    lm_eval_tasks: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, metavar="FOLDER", help="Where lm-eval finds tasks of your own."),
    ] = None,
) -> None:
    """Measure a model on the prompts that were held out, and compare it with the base and others.

    Examples:

        lakewheel evaluate
        lakewheel evaluate --against ID --set evaluate.most_prompts=200
        lakewheel evaluate --policy ID --lm-eval arc_easy
    """
    asked = asked_of(context)
    if lm_eval:
        return show_benchmarks(asked, asked.open_lakehouse(), policy, lm_eval, lm_eval_tasks, round)
    found = model_evaluated(asked, asked.open_lakehouse(), policy, tuple(against or ()), round)
    return show_json(as_json(found)) if asked.as_json else show_evaluation(found)


def model_evaluated(
    asked: Asked,
    lakehouse: Lakehouse,
    policy_id: str | None = None,
    rivals: tuple[str, ...] = (),
    round: int | None = None,
) -> Evaluated:
    """The evaluation of a model, with a line that grows while it answers and is scored."""
    from lakehouse.asking import spark_asker
    from lakehouse.provenance import provenance_of
    from pipelines.evaluate.entrants import entrants_of, prices_of
    from pipelines.evaluate.pairwise import arbiters_of
    from pipelines.evaluate.step import Bench
    from pipelines.evaluate.step import evaluate as evaluate_model
    from pipelines.prompts.rounds import latest_round

    settings = asked.resolved.settings
    with working("looking for the models"):
        entrants = entrants_of(lakehouse, settings, policy_id, rivals)
        bench = Bench(
            settings.evaluate,
            scorers_of(asked, lakehouse),
            arbiters_of(settings, asked.home),
            prices_of(settings.evaluate, settings.engine),
            settings.score.answers_per_batch,
            settings.tracking,
        )
    with growing_line("evaluate: reading the suite") as grow:
        return evaluate_model(
            lakehouse,
            entrants,
            bench,
            provenance_of(asked.resolved),
            round or latest_round(spark_asker(lakehouse)),
            tell=lambda line: grow(f"evaluate: {line}"),
        )


def show_benchmarks(
    asked: Asked,
    lakehouse: Lakehouse,
    policy_id: str | None,
    tasks: list[str],
    own_tasks: Path | None,
    round: int | None,
) -> None:
    """What public benchmarks say of a model, as rows of evaluations."""
    from lakehouse.asking import spark_asker
    from lakehouse.provenance import provenance_of
    from pipelines.evaluate.harness import benchmark, harness
    from pipelines.generate.policy import policy_to_use
    from pipelines.prompts.rounds import latest_round

    harness()
    settings, wanted = asked.resolved.settings, round or latest_round(spark_asker(lakehouse))
    policy = policy_to_use(lakehouse, settings.model, settings.engine, policy_id)
    provenance = provenance_of(asked.resolved)
    with working("asking lm-eval"):
        found = benchmark(lakehouse, policy, tasks, settings.evaluate, provenance, wanted, own_tasks)
    if asked.as_json:
        return show_json(vars(found))
    names = ["metric", "value", "low", "high", "prompts", "note"]
    rows = [[_to_three_places(one[name]) for name in names] for one in found.rows]
    return show_rows(names, rows, right=names[1:5])


def _to_three_places(cell: Any) -> Any:
    return f"{cell:.3f}" if isinstance(cell, float) else cell


def show_evaluation(found: Evaluated) -> None:
    """A table for each rival, and what it comes to in a sentence; the base by itself has none."""
    from pipelines.evaluate.words import headline, table_against, table_alone, table_names

    report = found.report
    show_line(report.planned)
    for rival in report.rivals:
        show_rows(list(table_names(report, rival)), [list(row) for row in table_against(report, rival)])
        show_line(headline(report, rival), style="bold")
    if not report.rivals:
        show_rows(["metric", report.policy.name, "prompts", "note"], [list(row) for row in table_alone(report)])
    return show_line(said_of(found), style="dim")


def as_json(found: Evaluated) -> dict[str, Any]:
    """Every figure, for programs."""
    report = found.report
    return {
        "policy_id": report.policy.policy_id,
        "suite": report.suite,
        "suite_digest": report.suite_digest,
        "can_show": report.planned,
        "is_new": found.is_new,
        "answers": found.answers,
        "left": found.left,
        "levels": {name: [vars(one) for one in figures] for name, figures in report.levels.items()},
        "comparisons": {name: [vars(one) for one in figures] for name, figures in report.comparisons.items()},
    }


def said_of(found: Evaluated) -> str:
    """What came of it, in one line."""
    if not found.is_new:
        return "evaluate: nothing new: every answer is there, scored and compared"
    left = f", {found.left} left for another run, for the money is spent" if found.left else ""
    return (
        f"evaluate: {found.answers} answers drawn{left}; with pictures and the battery: `lakewheel ui`, run "
        f"{found.tracking_run_id}, artifacts, evaluation"
    )
