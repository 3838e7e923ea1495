"""The sections that every step stands on: tables, Spark, MLflow, Ray, privacy and upkeep."""

from typing import Annotated, Literal

from pydantic import Field

from conf.frozen import FrozenMapping
from conf.secret_names import SecretName
from conf.section import AtLeastOne, Identifier, Memory, NotNegative, Seconds, Section, Text


class LakehouseSettings(Section):
    """Where the tables live and how long their past is kept."""

    catalog: Identifier
    """The catalog that holds the tables; Spark's own is called spark_catalog."""
    schema_name: Identifier
    """The schema inside the catalog that holds the tables."""
    storage: Literal["local", "catalog"]
    """Whether tables are folders under the home (local) or three-level names of the session (catalog)."""
    lock_timeout_seconds: Seconds
    """How long a commit waits for another process on the same machine before it gives up."""
    lock_poll_seconds: Seconds
    """How often a waiting commit looks whether the lock is free."""
    log_retention_days: AtLeastOne
    """How many days of a table's versions can be read and listed."""
    deleted_file_retention_hours: NotNegative
    """How many hours a data file that no version needs any more is kept for running readers."""


class UnityCatalogSettings(Section):
    """The open-source Unity Catalog server that a local session uses as its catalog."""

    uri: Text
    """The address of the Unity Catalog server."""
    token_secret: SecretName | None
    """The name of the secret that holds the server's access token, or null for a server without one."""


class SparkSettings(Section):
    """How a Spark session is had."""

    session: Literal["local", "databricks", "existing"]
    """Whether Spark is started here (local), is the one Databricks has, or is active already (existing)."""
    cores: AtLeastOne | None
    """How many cores a local session uses, or null for all of the machine."""
    task_failures: AtLeastOne
    """How many times a local session tries a task before the job fails."""
    shuffle_partitions: AtLeastOne | None
    """How many parts a shuffle makes, or null to leave it to the session."""
    driver_memory: Memory
    """How much memory a local session may use, such as 3g or 900m."""
    jars_folder: Text | None
    """A folder that holds Delta's JARs, for networks without Maven, or null to let Maven bring them once."""
    unity_catalog: UnityCatalogSettings | None
    """The open-source Unity Catalog server to connect to, or null for none."""
    extra: FrozenMapping[str, str]
    """Any further Spark properties by their own names, which win over ours; options for Java are added to ours."""


class TrackingSettings(Section):
    """Where MLflow keeps runs and models."""

    uri: Text | None
    """MLflow's tracking store, or null for a SQLite file under the home."""
    registry_uri: Text | None
    """MLflow's model registry, or null for the tracking store's own."""
    experiment: Text
    """The MLflow experiment that holds the runs."""


class RaySettings(Section):
    """Which Ray cluster works, and how much of a machine it may take."""

    cluster: Literal["embedded", "address", "on_spark"]
    """Whether Ray is started here (embedded), joined by its address, or started on Spark's (on_spark)."""
    address: Text | None
    """The address of the cluster to join, such as ray://head:10001, or null where none is joined."""
    cores: AtLeastOne | None
    """How many cores an embedded Ray uses, or null for all of the machine."""
    object_store_megabytes: Annotated[int, Field(ge=80)]
    """How much memory an embedded Ray's object store may take."""
    actors: AtLeastOne | None
    """How many actors work at once, or null for as many as the cluster has room for."""
    cores_per_actor: AtLeastOne | None
    """How many cores an actor computes with; null shares out those of the smallest machine among its actors."""
    accelerators_per_actor: Annotated[float, Field(ge=0)]
    """How many accelerators an actor holds; a part, such as 0.5, shares one."""
    start_timeout_seconds: Seconds
    """How long an actor may take to load its model."""
    batch_timeout_seconds: Seconds
    """How long an actor may take over one batch before it is ended and the batch tried again in smaller parts."""


class PrivacySettings(Section):
    """How people in the data are protected."""

    subject_key: SecretName
    """The name of the secret that keys the hash which stands for a person."""


class UpkeepSettings(Section):
    """How tables are kept fast and small."""

    vacuum_floor_hours: NotNegative
    """The shortest past, in hours, that a routine vacuum leaves readable."""
    optimize_target_megabytes: AtLeastOne
    """The file size that compaction aims at."""
