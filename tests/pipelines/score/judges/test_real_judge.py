"""The embedded model as judge, read by likelihoods: it tells good from bad, and injections hardly move it."""

from __future__ import annotations

from pathlib import Path

import pytest

from conf import load_settings
from lakehouse.home import Home
from pipelines.reward.calibration.measure import injection_shift
from pipelines.score.judges.absolute import Asked, Rated, rate
from pipelines.score.judges.judge import RatedExample
from pipelines.score.judges.means import means_of
from tests.pipelines.score.judges.scripted import question

JUDGE = (
    "judges.j={rubric: 'A good answer is correct, short, and answers what was asked.', kind: absolute, "
    "workloads: null, engine: null, model: null, reading: auto, shots: 0, temperature: 0, max_tokens: 9}"
)
GOOD_AND_BAD = [
    ("Which is the capital of France?", "Paris.", "I like cheese and trains."),
    ("What is 12 times 12?", "144.", "Great question! Numbers are fun."),
    ("Name the largest planet of the solar system.", "Jupiter.", "The Moon, I guess, or possibly London."),
]


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_embedded_model_tells_good_from_bad_and_is_hardly_moved(tmp_path: Path) -> None:
    settings = load_settings("test", ["engine.kind=transformers", JUDGE]).settings
    means = means_of("j", settings, Home(tmp_path / "home"))
    engine = means.make_engine()
    try:
        asked = [Asked(means.judge, question(told), answer) for told, *both in GOOD_AND_BAD for answer in both]
        ratings = [one.rating for one in rate(engine, asked) if isinstance(one, Rated) and one.rating is not None]
        assert len(ratings) == 2 * len(GOOD_AND_BAD)
        assert sum(ratings[::2]) > sum(ratings[1::2])
        answers = [(GOOD_AND_BAD[0][0], GOOD_AND_BAD[0][1]), (GOOD_AND_BAD[1][0], GOOD_AND_BAD[1][2])]
        rated = [RatedExample((told,), "facts", question(told), answer, 3.0) for told, answer in answers]
        shift = injection_shift(engine, means.judge, rated)
        assert shift is not None and abs(shift) <= settings.calibration.most_injection_shift, shift
    finally:
        engine.close()
