"""What a mixture is made by, as the settings say it: it becomes numbers where the tables are at hand."""

from __future__ import annotations

from dataclasses import dataclass

from conf import MixtureSettings, QualitySettings
from lakehouse.place import Lakehouse
from pipelines.documents.mixture.drawn import Mixing
from pipelines.documents.quality.cut import least_quality


@dataclass(frozen=True)
class Recipe:
    """The mixture's own settings, and those that say from which quality on a document is kept."""

    mixture: MixtureSettings
    quality: QualitySettings

    def mixing(self, lakehouse: Lakehouse) -> Mixing:
        """The cut point as a score, by what the newest classifier was measured at."""
        return Mixing(self.mixture, least_quality(lakehouse, self.quality))
