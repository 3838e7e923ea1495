"""The classifier: a weight for each hashed word, and what it was measured at; kept as plain numbers and JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakehouse.identity import file_digest, identity
from pipelines.documents.quality.words import features_of

if TYPE_CHECKING:
    import pyarrow

WEIGHTS, TOLD = "weights.npy", "classifier.json"


@dataclass(frozen=True)
class Reading:
    """How texts become numbers; a classifier reads as it was taught."""

    features: int
    word_ngrams: int
    most_characters: int

    def features_of(self, texts: pyarrow.Array) -> Any:
        """A row for each text."""
        return features_of(texts, self.features, self.word_ngrams, self.most_characters)


@dataclass(frozen=True)
class Measured:
    """What held-out documents say of it."""

    good: int
    rest: int
    average_precision: float
    area: float
    """The chance that a good document stands above one of the rest."""
    scores: tuple[float, ...]
    """Scores that one may cut at, from the lowest to the highest."""
    precisions: tuple[float, ...]
    """The share of good ones among those that reach each of them."""
    recalls: tuple[float, ...]
    """The share of all good ones that reach each of them."""
    rest_percentiles: tuple[float, ...]
    """The scores of the rest at each hundredth of them, from the lowest to the highest."""


@dataclass(frozen=True)
class Classifier:
    """What scores a document between 0 and 1."""

    reading: Reading
    weights: Any
    bias: float

    def scores(self, texts: pyarrow.Array) -> Any:
        """How much each text looks like the good ones; a text without words gets what nobody knows anything of."""
        import numpy

        told = self.reading.features_of(texts) @ self.weights + self.bias
        return 1 / (1 + numpy.exp(-numpy.clip(told.astype(numpy.float64), -500, 500)))


def save_classifier(folder: Path, classifier: Classifier, measured: Measured) -> str:
    """Its two files in a folder, and the digest that it is known by."""
    import numpy

    folder.mkdir(parents=True, exist_ok=True)
    numpy.save(folder / WEIGHTS, classifier.weights, allow_pickle=False)
    told = {"reading": asdict(classifier.reading), "bias": classifier.bias, "measured": asdict(measured)}
    (folder / TOLD).write_text(json.dumps(told, indent=1))
    return classifier_digest(folder)


def classifier_digest(folder: Path) -> str:
    """A digest of all that makes it score as it does."""
    return identity(*(file_digest(folder / name) for name in (WEIGHTS, TOLD)))


def load_classifier(folder: Path) -> Classifier:
    """The classifier from its folder; nothing is unpickled."""
    import numpy

    told = json.loads((folder / TOLD).read_text())
    weights = numpy.load(folder / WEIGHTS, allow_pickle=False)
    return Classifier(Reading(**told["reading"]), weights, told["bias"])


def load_measured(folder: Path) -> Measured:
    """What it was measured at, without its weights."""
    told: dict[str, Any] = json.loads((folder / TOLD).read_text())["measured"]
    lists = {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
    return Measured(**(told | lists))
