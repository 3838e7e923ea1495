"""What a person may change: typed settings, their YAML files, and secrets by name."""

from conf.ab import AbSettings, GuardrailSettings, MetricSettings, PrimarySettings
from conf.budgets import BudgetSettings, BudgetsSettings, PricesSettings
from conf.chunks import ChunkSettings
from conf.evaluate import EvaluateSettings, RegressionSettings
from conf.generation import EngineSettings, GenerateSettings, ModelSettings, StrategySettings, UrlSettings
from conf.glossary import Entry, glossary, render_markdown, settings_page
from conf.ground import (
    LakehouseSettings,
    PrivacySettings,
    RaySettings,
    SparkSettings,
    TrackingSettings,
    UnityCatalogSettings,
    UpkeepSettings,
)
from conf.judges import CalibrationSettings, JudgeSettings
from conf.layers import environments
from conf.load import Resolved, fingerprint, load_settings
from conf.mistakes import Mistake, SettingsError
from conf.mixture import MixtureSettings
from conf.pairs import PairsSettings
from conf.quality import QualitySettings
from conf.release import ReleaseSettings, ThresholdSettings
from conf.reward import RewardSettings
from conf.score import CombinationSettings, ScoreSettings
from conf.secret_names import SecretName
from conf.secrets import SecretError, resolve_secret
from conf.settings import Settings
from conf.steps import DocumentsSettings, PromptColumns, PromptsSettings
from conf.training import TrainingSettings
from conf.trust import TrustSettings
from conf.tune import TuneSettings

__all__ = [
    "AbSettings",
    "BudgetSettings",
    "BudgetsSettings",
    "CalibrationSettings",
    "ChunkSettings",
    "CombinationSettings",
    "DocumentsSettings",
    "EngineSettings",
    "Entry",
    "EvaluateSettings",
    "GenerateSettings",
    "GuardrailSettings",
    "JudgeSettings",
    "LakehouseSettings",
    "MetricSettings",
    "Mistake",
    "MixtureSettings",
    "ModelSettings",
    "PairsSettings",
    "PricesSettings",
    "PrimarySettings",
    "PrivacySettings",
    "PromptColumns",
    "PromptsSettings",
    "QualitySettings",
    "RaySettings",
    "RegressionSettings",
    "ReleaseSettings",
    "Resolved",
    "RewardSettings",
    "ScoreSettings",
    "SecretError",
    "SecretName",
    "Settings",
    "SettingsError",
    "SparkSettings",
    "StrategySettings",
    "ThresholdSettings",
    "TrackingSettings",
    "TrainingSettings",
    "TrustSettings",
    "TuneSettings",
    "UnityCatalogSettings",
    "UpkeepSettings",
    "UrlSettings",
    "environments",
    "fingerprint",
    "glossary",
    "load_settings",
    "render_markdown",
    "resolve_secret",
    "settings_page",
]
