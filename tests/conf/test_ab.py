"""What cannot be an A/B test is told before anything runs."""

import pytest

from conf import load_settings
from tests.conf.sample import told

GUARDRAIL = "{direction: lower, least: 0.0, most: 60.0, beyond: clip, absent: null, tolerance: 1.0}"


@pytest.mark.parametrize(
    ("override", "path", "said"),
    [
        ("ab.primary.least=2", "ab.primary", "expected least to be smaller than most"),
        ("ab.primary.absent=2", "ab.primary", "expected absent to be null or between least and most"),
        (f"ab.guardrails={{thumbs: {GUARDRAIL}}}", "ab", "expected guardrails by other names than the primary metric"),
        ("ab.share=1", "ab.share", "expected a number below 1"),
        (f"ab.guardrails={{left: {GUARDRAIL.replace('lower', 'down')}}}", "ab.guardrails.left.direction", "'lower'"),
    ],
)
def test_a_mistake_is_told_with_its_place(override: str, path: str, said: str) -> None:
    (line,) = told("demo", override)
    assert f": {path}: " in line
    assert said in line


def test_metrics_are_all_of_them_the_one_that_decides_first() -> None:
    settings = load_settings("demo", [f"ab.guardrails={{seconds: {GUARDRAIL}}}"]).settings.ab
    assert list(settings.metrics) == ["thumbs", "seconds"]
