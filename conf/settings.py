"""The whole of what a person may change: one name for the set of values, and one section per concern."""

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from conf.ab import AbSettings
from conf.budgets import BudgetsSettings, PricesSettings
from conf.chunks import ChunkSettings
from conf.cleaning import CleaningSettings
from conf.combinations import conflicts
from conf.duplicates import DuplicatesSettings
from conf.evaluate import EvaluateSettings
from conf.frozen import FrozenMapping
from conf.generation import EngineSettings, GenerateSettings, ModelSettings
from conf.ground import (
    LakehouseSettings,
    PrivacySettings,
    RaySettings,
    SparkSettings,
    TrackingSettings,
    UpkeepSettings,
)
from conf.judges import CalibrationSettings, JudgeSettings
from conf.mixture import MixtureSettings
from conf.pairs import PairsSettings
from conf.quality import QualitySettings
from conf.redaction import RedactionSettings
from conf.release import ReleaseSettings
from conf.reward import RewardSettings
from conf.rules import Rules
from conf.score import ScoreSettings
from conf.section import Identifier, Section
from conf.selection import SelectionSettings
from conf.steps import DocumentsSettings, PromptsSettings
from conf.tao import TaoSettings
from conf.trust import TrustSettings
from conf.tune import TuneSettings


class Settings(Section):
    """Everything that a person may change."""

    environment: Identifier
    """The name of this set of values, which runs and reports carry."""
    lakehouse: LakehouseSettings
    spark: SparkSettings
    tracking: TrackingSettings
    ray: RaySettings
    privacy: PrivacySettings
    redaction: RedactionSettings
    upkeep: UpkeepSettings
    documents: DocumentsSettings
    cleaning: CleaningSettings
    duplicates: DuplicatesSettings
    quality: QualitySettings
    mixture: MixtureSettings
    chunks: ChunkSettings
    prompts: PromptsSettings
    selection: SelectionSettings
    model: ModelSettings
    engine: EngineSettings
    generate: GenerateSettings
    judges: FrozenMapping[Identifier, JudgeSettings]
    """Judges by name."""
    calibration: CalibrationSettings
    rules: Rules
    """Checks of answers by workload, each a list, or under `all` for every workload; docs/rules.md has them all."""
    reward: RewardSettings
    score: ScoreSettings
    pairs: PairsSettings
    tune: TuneSettings
    trust: TrustSettings
    tao: TaoSettings
    ab: AbSettings
    release: ReleaseSettings
    evaluate: EvaluateSettings
    budgets: BudgetsSettings
    prices: PricesSettings

    @model_validator(mode="after")
    def _values_stand_together(self) -> "Settings":
        found = conflicts(self)
        if found:
            text = "\n".join(f"{', '.join(one.paths)}: {one.problem} {one.remedy}" for one in found)
            raise PydanticCustomError("conflicts", "{text}", {"text": text, "conflicts": found})
        return self
