"""What is concluded from people: better, worse, a broken guardrail, an invalid test, or nothing yet."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from conf import AbSettings, GuardrailSettings, PrimarySettings, load_settings
from pipelines.release.ab.analysis import Report, report_on
from pipelines.release.ab.people import People
from pipelines.release.ab.sequences import Flags

SECONDS = {"direction": "lower", "least": 0.0, "most": 60.0, "beyond": "clip", "absent": None, "tolerance": 5.0}


def settings(**primary: Any) -> AbSettings:
    """Those of base, with a guardrail on seconds."""
    base = load_settings("base").settings.ab
    changed = PrimarySettings.model_validate(base.primary.model_dump() | primary)
    return base.model_copy(update={"primary": changed, "guardrails": {"seconds": GuardrailSettings(**SECONDS)}})


def dealt(people: int = 3000, share: float = 0.5) -> Flags:
    return numpy.random.default_rng(5).random(people) < share


def people(
    champion: float, challenger: float, seconds: tuple[float, float] = (10.0, 10.0), deal: Flags | None = None
) -> People:
    """Thumbs up with these probabilities, and seconds a second or so around these means."""
    random, is_challenger = numpy.random.default_rng(6), dealt() if deal is None else deal
    thumbs = random.random(len(is_challenger)) < numpy.where(is_challenger, challenger, champion)
    took = numpy.where(is_challenger, seconds[1], seconds[0]) + random.random(len(is_challenger))
    return People(is_challenger, numpy.ones(len(is_challenger), bool), {"thumbs": thumbs * 1.0, "seconds": took})


def said(found: Report) -> tuple[str, str, list[tuple[str, bool, bool]], bool]:
    return (
        found.decision,
        found.primary.word,
        [(one.word, one.is_harmful, one.is_harmless) for one in found.guardrails],
        found.is_lost,
    )


KEPT = [("cannot tell yet", False, True)]


@pytest.mark.parametrize(
    ("seen", "wanted", "expected"),
    [
        (people(0.4, 0.6), settings(), ("better", "better", KEPT, False)),
        (people(0.6, 0.4), settings(), ("worse", "worse", KEPT, True)),
        (people(0.6, 0.4), settings(direction="lower"), ("better", "better", KEPT, False)),
        (people(0.5, 0.5), settings(), ("cannot tell yet", "cannot tell yet", KEPT, False)),
        (people(0.4, 0.6, (10, 30)), settings(), ("harmful", "better", [("worse", True, False)], True)),
        (people(0.4, 0.6, (10, 14)), settings(), ("better", "better", [("worse", False, True)], False)),
        (people(0.4, 0.6, (10, 15)), settings(), ("better", "better", [("worse", False, False)], False)),
        (people(0.4, 0.6, (30, 10)), settings(), ("better", "better", [("better", False, True)], False)),
    ],
)
def test_the_conclusion_follows_from_where_the_intervals_lie(
    seen: People, wanted: AbSettings, expected: tuple[Any, ...]
) -> None:
    assert said(report_on(seen, wanted)) == expected


def test_a_better_challenger_whose_guardrail_is_open_is_told_with_it() -> None:
    told = report_on(people(0.4, 0.6, (10, 15)), settings()).sentence
    assert told.startswith("The challenger is better: thumbs differs by +0.2")
    assert told.endswith("Whether seconds stays within what is tolerated is not clear yet.")


def test_figures_are_in_the_metrics_own_units() -> None:
    seen = people(0.5, 0.5, (10, 30))
    (seconds,) = report_on(seen, settings()).guardrails
    champion = float(seen.values["seconds"][~seen.is_challenger].mean())
    challenger = float(seen.values["seconds"][seen.is_challenger].mean())
    assert (seconds.champion_mean, seconds.challenger_mean) == (champion, challenger)
    assert seconds.difference == pytest.approx(challenger - champion)
    assert 15 < seconds.low < 20 < seconds.high < 25


def test_several_guardrails_share_the_chance_of_error() -> None:
    one, seen = settings(), people(0.5, 0.5)
    guardrail = one.guardrails["seconds"]
    two = one.model_copy(update={"guardrails": {"seconds": guardrail, "pages": guardrail}})
    both = People(seen.is_challenger, seen.is_over, {**seen.values, "pages": seen.values["seconds"]})
    (alone,), (beside, _) = report_on(both, one).guardrails, report_on(both, two).guardrails
    assert (alone.confidence, beside.confidence) == (pytest.approx(0.95), pytest.approx(0.975))
    assert beside.low < alone.low < alone.high < beside.high


def test_a_mismatch_makes_even_a_clear_loss_invalid_and_stops_nothing() -> None:
    lost_on_the_way = dealt(share=0.4)
    found = report_on(people(0.6, 0.3, deal=lost_on_the_way), settings())
    assert (found.decision, found.primary.word, found.is_lost) == ("invalid", "worse", False)
    assert found.sentence == found.ratio.sentence


def test_too_few_people_conclude_nothing_however_clear_it_looks() -> None:
    few = people(0.0, 1.0, deal=dealt(150))
    found = report_on(few, settings())
    assert found.primary.low > 0
    assert (found.decision, found.primary.word) == ("cannot tell yet", "cannot tell yet")
    assert "people in an arm, and 100 are wanted" in found.sentence


def test_people_whose_time_is_not_over_and_people_without_a_value_do_not_count() -> None:
    seen = people(0.4, 0.6)
    over, thumbs = numpy.arange(3000) < 2000, numpy.where(numpy.arange(3000) < 1000, seen.values["thumbs"], numpy.nan)
    found = report_on(People(seen.is_challenger, over, {**seen.values, "thumbs": thumbs}), settings())
    assert found.waiting == 1000
    assert found.primary.champion_people + found.primary.challenger_people == 1000
    assert found.guardrails[0].champion_people + found.guardrails[0].challenger_people == 2000
    assert found.ratio.champion + found.ratio.challenger == 3000


def test_if_more_people_of_one_arm_tell_a_person_is_warned() -> None:
    seen = people(0.5, 0.5)
    silent = ~seen.is_challenger & (numpy.arange(3000) % 2 == 0)
    found = report_on(
        People(seen.is_challenger, seen.is_over, {**seen.values, "thumbs": numpy.where(silent, numpy.nan, 1.0)}),
        settings(),
    )
    assert found.primary.note is not None and found.primary.note.startswith("More people of one arm told this")
    assert not found.ratio.is_mismatch


def test_nobody_is_a_report_too() -> None:
    nothing = People(
        numpy.zeros(0, bool), numpy.zeros(0, bool), {name: numpy.zeros(0) for name in ("thumbs", "seconds")}
    )
    found = report_on(nothing, settings())
    assert (found.decision, found.primary.difference, found.waiting) == ("cannot tell yet", None, 0)
    assert found.primary.note == "Nobody has been measured yet."
