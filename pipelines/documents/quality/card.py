"""A quality classifier in MLflow: what it is, in words made of measured facts, and its curve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from conf import QualitySettings
from lakehouse.tracked import Tracked
from pipelines.documents.quality.classifier import Measured
from pipelines.documents.quality.cut import reachable
from pipelines.documents.quality.material import Positives
from pipelines.pictures import BLUE, GREY, ORANGE, drawn_picture


@dataclass(frozen=True)
class Facts:
    """What the card and the curve are made of."""

    row: Mapping[str, Any]
    settings: QualitySettings
    positives: Positives
    good: int
    rest: int
    measured: Measured


def card(facts: Facts) -> str:
    """What a person should know before cutting by it."""
    found, settings = facts.measured, facts.settings
    return f"""# {facts.row["name"]}

Scores a document between 0 and 1: how much its words are like those of the good documents that it was shown.

- Good: {", ".join(facts.positives.sources) or "no whole collection"}, and {len(facts.positives.named)} named documents
- Learned from {facts.good} good documents and {facts.rest} of the rest, by logistic regression
- Reads the first {settings.most_characters} characters: runs of up to {settings.word_ngrams} words, hashed into
  {settings.features} weights

## Measured

On {found.good} good documents and {found.rest} of the rest that it never saw, its average precision is
{found.average_precision:.3f} (a guess has {found.good / (found.good + found.rest):.3f}), and a good one stands above
one of the rest in {found.area:.3f} of all pairs. By the settings of its training, documents are kept from
{_cut_in_words(reachable(settings.cut, found))}. Another cut point needs no other training.

## Not known

Whether documents are true, or useful to anybody: it knows words alone. Among the rest there are good ones too, which
it was told are not. Precision is that of the held-out documents; where good ones are rarer, it is lower.
"""


def _cut_in_words(cut: float | None) -> str:
    return "no score on, for none reaches the wanted precision" if cut is None else f"a score of {cut:.3f} on"


def curve(measured: Measured, cut: float | None) -> bytes:
    """Precision and recall at every score, and the cut point among them."""
    return drawn_picture(_curve, (measured, cut))


def _curve(canvas: Any, shown: tuple[Measured, float | None]) -> None:
    found, cut = shown
    axes, by_score = canvas.subplots(1, 2)
    canvas.suptitle(f"{found.good} good documents and {found.rest} of the rest, held out")
    axes.plot(found.recalls, found.precisions, color=BLUE)
    axes.axhline(found.good / (found.good + found.rest), color=GREY, linestyle="--", linewidth=1)
    axes.set(xlabel="recall", ylabel="precision (dashed: a guess)", xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    by_score.plot(found.scores, found.precisions, color=BLUE, label="precision")
    by_score.plot(found.scores, found.recalls, color=ORANGE, label="recall")
    if cut is not None:
        by_score.axvline(cut, color=GREY, linestyle="--", linewidth=1, label="cut point")
    by_score.set(xlabel="kept from this score on", xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    by_score.legend(frameon=False)


def show(logged: Tracked, facts: Facts) -> None:
    """Card, curve and figures with the run."""
    found = facts.measured
    logged.client.log_text(logged.run_id, card(facts), "card.md")
    logged.metrics({"average_precision": found.average_precision, "area": found.area}, 0)
    with TemporaryDirectory() as workshop:
        picture = Path(workshop) / "curve.png"
        picture.write_bytes(curve(found, reachable(facts.settings.cut, found)))
        logged.client.log_artifact(logged.run_id, str(picture))
