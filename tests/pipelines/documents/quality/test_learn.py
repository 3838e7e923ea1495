"""What the classifier learns, how it is measured, and which score the settings mean."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

import numpy
import pyarrow
import pytest

from conf import QualitySettings, load_settings
from conf.quality import CutSettings
from pipelines.documents.quality.classifier import load_classifier, load_measured, save_classifier
from pipelines.documents.quality.cut import CutOutOfReach, threshold
from pipelines.documents.quality.learn import learned, measured

GOOD, REST = ["theorem", "enzyme", "statute", "orbit"], ["buy", "cheap", "click", "winner"]
BOTH = ["the", "of", "and", "to"]


def settings(*overrides: str) -> QualitySettings:
    return load_settings("test", ["quality.features=4096", *overrides]).settings.quality


def texts(number: int, seed: int) -> tuple[list[str], list[bool]]:
    """Half of them of good words, half of others, both among words that tell nothing."""
    chance = random.Random(seed)
    kinds = [place % 2 == 0 for place in range(number)]
    return [" ".join(chance.choices((GOOD if good else REST) + 4 * BOTH, k=30)) for good in kinds], kinds


def test_it_tells_what_it_never_saw_by_words_and_a_coin_where_there_is_nothing_to_tell(tmp_path: Path) -> None:
    shown, kinds = texts(200, 1)
    classifier = learned(pyarrow.array(shown), kinds, settings())
    unseen, truth = texts(100, 2)
    scores = classifier.scores(pyarrow.array(unseen))
    found = measured(scores, truth)
    assert found.area > 0.99 and found.average_precision > 0.99 and (found.good, found.rest) == (50, 50)
    shuffled = random.Random(3).sample(truth, len(truth))
    assert 0.35 < measured(scores, shuffled).area < 0.65
    save_classifier(tmp_path, classifier, found)
    again = load_classifier(tmp_path)
    assert (again.scores(pyarrow.array(unseen)) == scores).all() and load_measured(tmp_path) == found
    assert json.loads((tmp_path / "classifier.json").read_text())["measured"]["good"] == 50


def test_a_score_is_the_logistic_function_of_the_weights_of_its_words() -> None:
    shown, kinds = texts(60, 4)
    classifier = learned(pyarrow.array(shown), kinds, settings("quality.word_ngrams=1"))
    alone = float(classifier.scores(pyarrow.array(["theorem"]))[0])
    column = classifier.reading.features_of(pyarrow.array(["theorem"])).indices[0]
    assert alone == pytest.approx(1 / (1 + math.exp(-(float(classifier.weights[column]) + classifier.bias))))
    nothing = float(classifier.scores(pyarrow.array(["..."]))[0])
    assert nothing == pytest.approx(1 / (1 + math.exp(-classifier.bias))) and alone > nothing


def test_the_curve_is_what_counting_finds_at_every_score() -> None:
    chance = numpy.random.default_rng(5)
    truth = chance.random(400) < 0.3
    scores = numpy.clip(chance.normal(0.4 + 0.2 * truth, 0.2), 0, 1).round(2)
    found = measured(scores, truth)
    assert len(found.scores) == len(set(scores))
    for cut, precision, recall in zip(found.scores, found.precisions, found.recalls, strict=True):
        reach = scores >= cut
        assert precision == pytest.approx(truth[reach].mean()) and recall == pytest.approx(reach[truth].mean())
    pairs = scores[truth][:, None] - scores[~truth][None, :]
    assert found.area == pytest.approx((pairs > 0).mean() + (pairs == 0).mean() / 2)


def test_a_cut_point_becomes_a_score() -> None:
    truth = [False] * 101 + [True] * 4
    scores = [place / 200 for place in range(101)] + [0.2, 0.6, 0.7, 0.8]
    found = measured(scores, truth)
    assert threshold(CutSettings(by="score", at=0.3), found) == 0.3
    assert threshold(CutSettings(by="percentile", at=0.9), found) == pytest.approx(0.45)
    # from 0.6 on there are good ones alone, and at 0.5 one of the rest among four
    assert threshold(CutSettings(by="precision", at=1.0), found) == 0.6
    assert threshold(CutSettings(by="precision", at=0.7), found) == 0.5
    hopeless = measured([0.9, 0.8, 0.1], [False, True, True])
    with pytest.raises(CutOutOfReach, match="best that the classifier reaches on held-out documents is 0.667"):
        threshold(CutSettings(by="precision", at=0.95), hopeless)
