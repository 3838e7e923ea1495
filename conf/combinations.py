"""Values that are each right and cannot stand together, and what to do about each pair."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conf.generation import EngineSettings, GenerateSettings
from conf.ground import LakehouseSettings, RaySettings, SparkSettings, UpkeepSettings
from conf.judges import JudgeSettings
from conf.near_duplicates import NearDuplicateSettings
from conf.release_conflicts import release_conflicts
from conf.rule_names import shared_names
from conf.secret_names import looks_like_secret_value
from conf.steps import PromptsSettings
from conf.tune_conflicts import tune_conflicts

if TYPE_CHECKING:
    from conf.settings import Settings


TELLING_NAME = re.compile(r"(secret|password|token|access\.?key|account\.?key)(?![a-z])", re.IGNORECASE)


@dataclass(frozen=True)
class Conflict:
    """Settings (as dotted paths, the one to look at first in front) that cannot stand together."""

    paths: tuple[str, ...]
    problem: str
    remedy: str


def conflicts(settings: Settings) -> list[Conflict]:
    return [
        *_storage(settings.lakehouse, settings.spark),
        *_unity_catalog(settings.lakehouse, settings.spark),
        *_locks(settings.lakehouse),
        *_vacuum(settings.lakehouse, settings.upkeep),
        *_ray(settings.ray, settings.spark),
        *_near_duplicates(settings.selection.near_duplicates, "selection.near_duplicates"),
        *_near_duplicates(settings.duplicates.near, "duplicates.near"),
        *_prompts(settings.prompts, settings.spark),
        *_engine(settings.engine),
        *_judges(settings.judges, settings.engine),
        *_generate(settings.generate),
        *(Conflict(*found) for found in tune_conflicts(settings.tune)),
        *(Conflict(*found) for found in release_conflicts(settings.release, settings.evaluate)),
        *(Conflict(*found) for found in shared_names(settings.rules)),
        *_spark_secrets(settings.spark),
        *_addresses_with_passwords(settings),
    ]


def _storage(lakehouse: LakehouseSettings, spark: SparkSettings) -> Iterator[Conflict]:
    if lakehouse.storage == "local" and spark.session == "databricks":
        yield Conflict(
            ("lakehouse.storage", "spark.session"),
            "storage 'local' keeps tables on one machine, and a Databricks session runs on many.",
            "Set lakehouse.storage: catalog, or spark.session: local.",
        )
    if lakehouse.storage == "catalog" and spark.session == "local" and spark.unity_catalog is None:
        yield Conflict(
            ("lakehouse.storage", "spark.session", "spark.unity_catalog"),
            "storage 'catalog' needs a catalog, and a local session has none of its own.",
            "Set lakehouse.storage: local, or name a server in spark.unity_catalog.",
        )
    if lakehouse.storage == "local" and lakehouse.catalog != "spark_catalog":
        yield Conflict(
            ("lakehouse.catalog", "lakehouse.storage"),
            f"storage 'local' knows only the catalog spark_catalog, got {lakehouse.catalog!r}.",
            "Set lakehouse.catalog: spark_catalog, or lakehouse.storage: catalog.",
        )


def _unity_catalog(lakehouse: LakehouseSettings, spark: SparkSettings) -> Iterator[Conflict]:
    if spark.unity_catalog is None:
        return
    if lakehouse.storage == "local":
        yield Conflict(
            ("spark.unity_catalog", "lakehouse.storage"),
            "storage 'local' keeps tables in folders, so no table would ever reach the Unity Catalog server.",
            "Set lakehouse.storage: catalog, or spark.unity_catalog: null.",
        )
    if spark.session != "local":
        yield Conflict(
            ("spark.unity_catalog", "spark.session"),
            f"a {spark.session!r} session brings its own catalog and cannot be given another.",
            "Set spark.unity_catalog: null, or spark.session: local.",
        )


def _locks(lakehouse: LakehouseSettings) -> Iterator[Conflict]:
    if lakehouse.lock_poll_seconds > lakehouse.lock_timeout_seconds:
        yield Conflict(
            ("lakehouse.lock_poll_seconds", "lakehouse.lock_timeout_seconds"),
            "a waiting commit would give up before it looks a second time.",
            f"Set lakehouse.lock_poll_seconds to at most {lakehouse.lock_timeout_seconds:g}.",
        )


def _vacuum(lakehouse: LakehouseSettings, upkeep: UpkeepSettings) -> Iterator[Conflict]:
    if upkeep.vacuum_floor_hours < lakehouse.deleted_file_retention_hours:
        yield Conflict(
            ("upkeep.vacuum_floor_hours", "lakehouse.deleted_file_retention_hours"),
            f"a vacuum down to {upkeep.vacuum_floor_hours} hours would take files that the tables promise to "
            f"keep for {lakehouse.deleted_file_retention_hours}.",
            f"Set upkeep.vacuum_floor_hours to at least {lakehouse.deleted_file_retention_hours}.",
        )


def _ray(ray: RaySettings, spark: SparkSettings) -> Iterator[Conflict]:
    if ray.cluster == "address" and ray.address is None:
        yield Conflict(
            ("ray.address", "ray.cluster"),
            "cluster 'address' joins a running cluster, and no address is given.",
            "Set ray.address, such as ray://head:10001, or ray.cluster: embedded.",
        )
    if ray.cluster != "address" and ray.address is not None:
        yield Conflict(
            ("ray.address", "ray.cluster"),
            f"cluster {ray.cluster!r} starts its own Ray, so the address would never be used.",
            "Set ray.cluster: address, or ray.address: null.",
        )
    if ray.cluster == "on_spark" and spark.session == "local":
        yield Conflict(
            ("ray.cluster", "spark.session"),
            "cluster 'on_spark' needs Spark workers, and a local session has none.",
            "Set ray.cluster: embedded, or spark.session: databricks.",
        )


def _engine(engine: EngineSettings) -> Iterator[Conflict]:
    if engine.kind == "url" and engine.url is None:
        yield Conflict(
            ("engine.url", "engine.kind"),
            "engine 'url' asks a server, and none is named.",
            "Fill in engine.url, or set engine.kind: transformers.",
        )
    if engine.kind == "vllm" and engine.device == "cpu":
        yield Conflict(
            ("engine.device", "engine.kind"),
            "vLLM chooses its device when it is installed, so 'cpu' here would change nothing.",
            "Set engine.device: auto.",
        )


def _judges(judges: Mapping[str, JudgeSettings], usual: EngineSettings) -> Iterator[Conflict]:
    for name, judge in judges.items():
        engine, where = judge.engine or usual, f"judges.{name}"
        if judge.engine and judge.engine.kind == "url" and judge.engine.url is None:
            yield Conflict(
                (f"{where}.engine.url", f"{where}.engine.kind"),
                "engine 'url' asks a server, and none is named.",
                f"Fill in {where}.engine.url, or set {where}.engine: null.",
            )
        if engine.kind == "url" and judge.reading == "likelihood":
            yield Conflict(
                (f"{where}.reading", f"{where}.engine"),
                "a server behind a URL tells no likelihood of given text, so this judge would always abstain.",
                f"Set {where}.reading: auto, or give it an engine in this process.",
            )


def _generate(generate: GenerateSettings) -> Iterator[Conflict]:
    unknown = [name for name in generate.use if name not in generate.strategies]
    if unknown:
        yield Conflict(
            ("generate.use", "generate.strategies"),
            f"{', '.join(unknown)} is used and not among the strategies: {', '.join(generate.strategies)}.",
            "Correct the name, or describe the strategy under generate.strategies.",
        )
    if generate.most_samples < generate.first_samples:
        yield Conflict(
            ("generate.most_samples", "generate.first_samples"),
            f"at most {generate.most_samples} samples would be drawn, and {generate.first_samples} are drawn first.",
            f"Set generate.most_samples to at least {generate.first_samples}.",
        )


def _prompts(prompts: PromptsSettings, spark: SparkSettings) -> Iterator[Conflict]:
    columns = prompts.columns
    if prompts.discovery == "auto_loader" and spark.session == "local":
        yield Conflict(
            ("prompts.discovery", "spark.session"),
            "Auto Loader is a part of Databricks, and a local session does not have it.",
            "Set prompts.discovery: ledger, or spark.session: databricks.",
        )
    if (columns.prompt is None) == (columns.messages is None):
        yield Conflict(
            ("prompts.columns.prompt", "prompts.columns.messages"),
            "a row's conversation is in one column: the user's text (prompt) or all messages (messages), got "
            + ("neither." if columns.prompt is None else "both."),
            "Set one of them to the column's name, and the other to null.",
        )


def _near_duplicates(search: NearDuplicateSettings, section: str) -> Iterator[Conflict]:
    if search.permutations % search.bands:
        yield Conflict(
            (f"{section}.bands", f"{section}.permutations"),
            f"a signature of {search.permutations} values cannot be cut into {search.bands} equal bands.",
            f"Set {section}.permutations to a multiple of {search.bands}.",
        )


def _spark_secrets(spark: SparkSettings) -> Iterator[Conflict]:
    """Databricks' own {{secrets/scope/key}} is a name and passes."""
    for name, value in spark.extra.items():
        is_reference = value.startswith("{{secrets/") and value.endswith("}}")
        if not is_reference and (TELLING_NAME.search(name) or looks_like_secret_value(value)):
            yield Conflict(
                (f"spark.extra.{name}",),
                "the value looks like a secret (not shown); settings hold only names of secrets.",
                "Give it to Spark by its environment variable or spark-defaults.conf; on Databricks write "
                "{{secrets/scope/key}}.",
            )


def _addresses_with_passwords(settings: Settings) -> Iterator[Conflict]:
    spark, tracking, ray = settings.spark, settings.tracking, settings.ray
    engines = {f"judges.{name}.engine": one.engine for name, one in settings.judges.items()}
    engines |= {"engine": settings.engine}
    addresses = {
        "tracking.uri": tracking.uri,
        "tracking.registry_uri": tracking.registry_uri,
        "ray.address": ray.address,
        **{f"{path}.url.address": one.url.address for path, one in engines.items() if one and one.url},
        "spark.unity_catalog.uri": spark.unity_catalog.uri if spark.unity_catalog else None,
    }
    for path, address in addresses.items():
        if address and looks_like_secret_value(address):
            yield Conflict(
                (path,),
                "the address holds a password or a token (not shown); settings hold only names of secrets.",
                "Take it out, and give it by the environment (MLflow reads MLFLOW_TRACKING_USERNAME, "
                "MLFLOW_TRACKING_PASSWORD and MLFLOW_TRACKING_TOKEN).",
            )
