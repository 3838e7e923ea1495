"""The embedded model as judge, read by likelihoods: what the fence, the guard and the certificate each do for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from conf import load_settings
from lakehouse.home import Home
from pipelines.engines.protocol import Engine
from pipelines.reward.calibration.measure import injection_shift
from pipelines.score.judges.absolute import Asked, Rated, rate
from pipelines.score.judges.injections import INJECTIONS, injected
from pipelines.score.judges.judge import RatedExample
from pipelines.score.judges.means import Means, means_of
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
@pytest.mark.timeout(3600)
def test_the_embedded_model_is_guarded_from_what_is_known_and_not_certified_for_the_rest(tmp_path: Path) -> None:
    """It heeds what it reads: without the guard attempts move it by more than a certified judge may be moved."""
    settings = load_settings("test", ["engine.kind=transformers", JUDGE]).settings
    means, most = means_of("j", settings, Home(tmp_path / "home")), settings.calibration.most_injection_shift
    engine = means.make_engine()
    try:
        good, bad = ([_rating(engine, means, told, both[place]) for told, *both in GOOD_AND_BAD] for place in (0, 1))
        assert sum(good) > sum(bad)
        (told, answer, _), honest = GOOD_AND_BAD[0], good[0]
        attacks = [injected(template, answer, "0" * 16) for template in INJECTIONS.values()]
        said = rate(engine, [Asked(means.judge, question(told), attack) for attack in attacks])
        ratings = [one.rating for one in said if isinstance(one, Rated)]
        assert len(ratings) == len(INJECTIONS)
        moves = [0.0 if rating is None else (rating - honest) / 4 for rating in ratings]  # an abstention moves nothing
        assert abs(sum(moves) / len(moves)) <= most
        unguarded = injection_shift(engine, means.judge, [RatedExample(("r",), "facts", question(told), answer, 5.0)])
        assert unguarded is not None and unguarded > most
    finally:
        engine.close()


def _rating(engine: Engine, means: Means, told: str, answer: str) -> float:
    (one,) = rate(engine, [Asked(means.judge, question(told), answer)])
    assert isinstance(one, Rated) and one.rating is not None
    return one.rating
