"""The program `lakewheel`: its commands, and the options that all of them take."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from jobs import (
    ab,
    chunk,
    clean,
    compare,
    deduplicate,
    demo,
    doctor,
    documents,
    erase,
    evaluate,
    generate,
    init,
    judge,
    lineage,
    mixture,
    preferences,
    promote,
    quality,
    release,
    reward,
    score,
    select,
    settings,
    sql,
    status,
    tables,
    take,
    tao,
    tune,
    ui,
    upkeep,
)
from jobs.failures import failures_said_plainly
from jobs.options import EVERYWHERE, Asked, in_front


class Program(TyperGroup):
    """The one group: it takes common options anywhere, and lets no failure out as a traceback."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, in_front(args))

    def invoke(self, ctx: Any) -> Any:
        asked = _asked(ctx.params)
        with failures_said_plainly(lambda: f"lakewheel {ctx.invoked_subcommand or ''}".strip(), asked):
            return super().invoke(ctx)


def _asked(parameters: dict[str, Any]) -> Asked:
    return Asked(
        parameters["conf"], tuple(parameters["set"] or ()), parameters["home"], parameters["json"], parameters["debug"]
    )


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"lakewheel {version('lakewheel')}")
        raise typer.Exit()


app = typer.Typer(
    cls=Program,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def begin(
    context: typer.Context,
    conf: Annotated[
        str, typer.Option(metavar="NAME", help="An environment, such as demo or prod, or a file of yours.")
    ] = "demo",
    set: Annotated[
        list[str] | None,
        typer.Option(metavar="A.B=C", help="One setting for this call, such as ray.cores=2; may be repeated."),
    ] = None,
    home: Annotated[
        str | None,
        typer.Option(
            metavar="FOLDER", help="The folder of tables, models and logs; else LAKEWHEEL_HOME, or .lakewheel."
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    debug: Annotated[
        bool, typer.Option("--debug", envvar="LAKEWHEEL_DEBUG", help="Show the traceback of a failure.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_tell_version, is_eager=True)
    ] = False,
) -> None:
    """Tune a model on your own lakehouse, from the prompts that it is asked and without labels."""
    context.obj = _asked(context.params)


app.command(epilog=EVERYWHERE)(init.init)
app.command(epilog=EVERYWHERE)(doctor.doctor)
app.command(epilog=EVERYWHERE)(settings.settings)
app.command(epilog=EVERYWHERE)(ui.ui)
app.command(epilog=EVERYWHERE)(sql.sql)
app.command(epilog=EVERYWHERE)(tables.tables)
app.command(epilog=EVERYWHERE)(tables.history)
app.command(epilog=EVERYWHERE)(lineage.lineage)
app.add_typer(documents.documents, name="documents")
documents.documents.command("clean", epilog=EVERYWHERE)(clean.clean)
documents.documents.command("funnel", epilog=EVERYWHERE)(clean.funnel)
documents.documents.command("deduplicate", epilog=EVERYWHERE)(deduplicate.deduplicate)
documents.documents.add_typer(quality.quality, name="quality")
documents.documents.command("chunk", epilog=EVERYWHERE)(chunk.chunk)
app.command(epilog=EVERYWHERE)(mixture.mixture)
app.add_typer(take.prompts, name="prompts")
take.prompts.command("select", epilog=EVERYWHERE)(select.select)
app.command(epilog=EVERYWHERE)(generate.generate)
app.command(epilog=EVERYWHERE)(score.score)
app.add_typer(reward.reward, name="reward")
app.command(epilog=EVERYWHERE)(tune.tune)
app.command(epilog=EVERYWHERE)(evaluate.evaluate)
app.command(epilog=EVERYWHERE)(release.release)
app.command(epilog=EVERYWHERE)(promote.promote)
app.command(epilog=EVERYWHERE)(promote.rollback)
app.add_typer(compare.compare, name="compare")
app.add_typer(take.ratings, name="ratings")
app.add_typer(judge.judge, name="judge")
app.add_typer(preferences.preferences, name="preferences")
app.command(epilog=EVERYWHERE)(tao.tao)
app.command(epilog=EVERYWHERE)(status.status)
app.command(epilog=EVERYWHERE)(status.costs)
app.add_typer(ab.ab, name="ab")
app.command(epilog=EVERYWHERE)(erase.erase)
app.command(epilog=EVERYWHERE)(upkeep.upkeep)
app.command(epilog=EVERYWHERE)(demo.demo)


def main() -> None:
    """The entry point of the console script and of a Databricks task, which takes any SystemExit for a failure."""
    try:
        app(prog_name="lakewheel")
    except SystemExit as ended:
        if ended.code:
            raise


if __name__ == "__main__":
    main()
