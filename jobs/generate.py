"""The door `generate`: candidate answers to the prompts, or a look at what each strategy would bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from jobs.options import Asked, asked_of
from jobs.showing import growing_line, show_json, show_line, show_rows, working
from jobs.unchanged import asker_of, is_unchanged

if TYPE_CHECKING:
    from lakehouse.place import Lakehouse
    from pipelines.generate.step import Generated, Means

MONEY_IS_SPENT = "the money of the engine is spent"
MostPrompts = Annotated[int | None, typer.Option(min=1, help="Draw for so many prompts only.")]


def generate(
    context: typer.Context,
    round: Annotated[int | None, typer.Option(min=1, help="The round; the latest of the prompts if not said.")] = None,
    policy: Annotated[str | None, typer.Option(metavar="ID", help="Who answers; the base model if not said.")] = None,
    prompts: MostPrompts = None,
    probe: Annotated[
        bool, typer.Option("--probe", help="Draw a few answers by every strategy and compare; nothing is kept.")
    ] = False,
) -> None:
    """Draw candidate answers to the prompts, as many as are wanted and not there yet.

    Examples:

        lakewheel generate --probe --prompts 12
        lakewheel generate --set generate.use='[concise, examples]'
    """
    asked = asked_of(context)
    if probe:
        return show_probe(asked, prompts or 12)
    found = _nothing_new(asked, round, policy, prompts)
    found = found or candidates_generated(asked, asked.open_lakehouse(), round, policy, prompts)
    if asked.as_json:
        return show_json(vars(found))
    return show_line(said_of(found))


def _nothing_new(asked: Asked, round: int | None, policy_id: str | None, most_prompts: int | None) -> Generated | None:
    """That there is nothing to do, where local tables say so without Spark."""
    from pipelines.generate.plan import STEP
    from pipelines.generate.policy import base_policy
    from pipelines.generate.step import NOTHING, READS, asked_for
    from pipelines.prompts.rounds import latest_round

    if not asked.place.is_local:
        return None
    settings = asked.resolved.settings
    with working("looking for the model"):
        policy_id = policy_id or base_policy(settings.model, settings.engine, asked.home).policy_id
    wanted = round or latest_round(asker_of(asked, None))
    told = asked_for(policy_id, most_prompts)
    return NOTHING if is_unchanged(asked, None, STEP, READS, wanted, told) else None


def candidates_generated(
    asked: Asked,
    lakehouse: Lakehouse,
    round: int | None = None,
    policy_id: str | None = None,
    prompts: int | None = None,
) -> Generated:
    """Candidates for a policy, with a line that grows while they are drawn."""
    from lakehouse.asking import spark_asker
    from lakehouse.provenance import provenance_of
    from pipelines.generate.step import generate as generate_candidates
    from pipelines.prompts.rounds import latest_round

    settings = asked.resolved.settings
    with working("looking for the model"):
        means = _means(asked, lakehouse, policy_id)
    with growing_line("generate: planning") as grow:
        return generate_candidates(
            lakehouse,
            settings.generate,
            means,
            provenance_of(asked.resolved),
            round or latest_round(spark_asker(lakehouse)),
            prompts,
            watch=lambda progress: grow(f"generate: {progress.line}"),
        )


def _means(asked: Asked, lakehouse: Lakehouse, policy_id: str | None) -> Means:
    from pipelines.engines.make import engine_maker
    from pipelines.generate.policy import policy_to_use
    from pipelines.generate.step import Means

    settings = asked.resolved.settings
    policy = policy_to_use(lakehouse, settings.model, settings.engine, policy_id)
    python = settings.engine.vllm_python if settings.engine.kind == "vllm" else None
    maker = engine_maker(settings.engine, policy.weights, asked.home)
    return Means(policy, maker, settings.ray, settings.tracking, python, asked.budget("generate"))


def show_probe(asked: Asked, most_prompts: int) -> None:
    """Every strategy of the settings on the same few prompts, side by side."""
    from pipelines.generate.material import probe_material
    from pipelines.generate.probe import probe

    lakehouse = asked.open_lakehouse()
    with working("looking for the model"):
        means = _means(asked, lakehouse, None)
    material = probe_material(lakehouse, asked.resolved.settings.generate, most_prompts)
    with working("loading the model"):
        engine = means.make_engine()
    with growing_line("probe: reading") as grow:
        found = probe(engine, asked.resolved.settings.generate, material, lambda name: grow(f"probe: {name}"))
    if asked.as_json:
        return show_json([vars(one) for one in found])
    show_rows(PROBED, [[getattr(one, name) for name in PROBED] for one in found], right=PROBED[1:])
    return show_line(EXPLAINED, style="dim")


PROBED = ["strategy", "answers", "finished", "tokens", "agreement", "liked", "best", "headroom", "seconds"]
EXPLAINED = """\
finished: share that came to an end by itself. agreement: how alike a prompt's answers are. liked: mean overlap (token
F1) with answers that people gave a thumb up; best: the same if the best of a prompt's answers is taken; headroom: the
difference, which a good reward model could find. Where nobody liked anything these stay empty: read some answers."""


def said_of(found: Generated) -> str:
    """What came of it, in one line."""
    if not (found.planned or found.taken_over):
        return "candidates: nothing new: every wanted answer is there"
    over = f", {found.taken_over} taken over from a run that ended early" if found.taken_over else ""
    left = f"; {found.left} left for another run: {found.stopped or MONEY_IS_SPENT}" if found.left else ""
    return (
        f"candidates: {found.planned} wanted for {found.prompts} prompts{over}, {found.new} new, {found.rejected} "
        f"refused; {found.answer_tokens} tokens in {found.seconds:.0f} s{left}"
    )
