"""Who is measured and against whom: the newest tuned model, the base, and whoever else is named."""

from __future__ import annotations

from collections.abc import Sequence

from conf import EngineSettings, EvaluateSettings
from conf.settings import Settings
from lakehouse.asking import spark_asker
from lakehouse.place import Lakehouse
from pipelines.engines.make import engine_maker
from pipelines.evaluate.answers import Entrant
from pipelines.evaluate.measured import Prices
from pipelines.generate.policy import BASE, Policy, base_policy, policy_to_use
from pipelines.policies.names import policy_id_named
from pipelines.policies.newest import TUNED, newest_policy
from pipelines.release.verdicts import champion_of


class NothingTuned(LookupError):
    """There is no model to measure."""


class OneModelBehindAddress(ValueError):
    """An address answers with its one model, whoever is meant."""


def entrants_of(
    lakehouse: Lakehouse, settings: Settings, policy_id: str | None = None, rivals: Sequence[str] = ()
) -> list[Entrant]:
    """The model to measure first, then the base, then those that are named, and else the champion; each once."""
    home = lakehouse.place.home
    base = base_policy(settings.model, settings.engine, home)
    chosen = policy_id_named(lakehouse, policy_id) if policy_id else _newest(lakehouse)
    champion = champion_of(spark_asker(lakehouse))
    others = [policy_id_named(lakehouse, rival) for rival in rivals] or ([champion] if champion else [])
    ids = dict.fromkeys([chosen, base.policy_id, *others])
    policies = [
        base if one == base.policy_id else policy_to_use(lakehouse, settings.model, settings.engine, one) for one in ids
    ]
    _check_address(settings.engine, policies)
    return [Entrant(one, engine_maker(settings.engine, one.weights, home)) for one in policies]


def prices_of(settings: EvaluateSettings, engine: EngineSettings) -> Prices | None:
    """What the settings say of prices, else what the server's own section says, else nothing."""
    read, written = settings.price_per_million_prompt_tokens, settings.price_per_million_answer_tokens
    if read is not None and written is not None:
        return Prices(read, written)
    if engine.kind == "url" and engine.url is not None:
        return Prices(engine.url.price_per_million_prompt_tokens, engine.url.price_per_million_answer_tokens)
    return None


def _newest(lakehouse: Lakehouse) -> str:
    found = newest_policy(lakehouse, TUNED)
    if found is None:
        raise NothingTuned(
            "expected a tuned model to measure, and there is none. `lakewheel tune` makes one, or name any model: "
            "`lakewheel evaluate --policy ID`."
        )
    return str(found["policy_id"])


def _check_address(engine: EngineSettings, policies: Sequence[Policy]) -> None:
    others = [one.name for one in policies if one.row["kind"] != BASE]
    if engine.kind == "url" and others:
        raise OneModelBehindAddress(
            f"expected an engine that can load {', '.join(others)}, and engine.kind is url: the address would answer "
            "for every model. Evaluate with engine.kind: transformers or vllm."
        )
