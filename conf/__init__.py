"""What a person may change: typed settings, their YAML files, and secrets by name."""

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
from conf.pairs import PairsSettings
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
    "CalibrationSettings",
    "CombinationSettings",
    "DocumentsSettings",
    "EngineSettings",
    "Entry",
    "EvaluateSettings",
    "GenerateSettings",
    "JudgeSettings",
    "LakehouseSettings",
    "Mistake",
    "ModelSettings",
    "PairsSettings",
    "PrivacySettings",
    "PromptColumns",
    "PromptsSettings",
    "RaySettings",
    "RegressionSettings",
    "Resolved",
    "RewardSettings",
    "ScoreSettings",
    "SecretError",
    "SecretName",
    "Settings",
    "SettingsError",
    "SparkSettings",
    "StrategySettings",
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
