"""The section of the loop: which model a round draws from and tunes, and when it stops short."""

from typing import Literal

from conf.section import AtLeastOne, Section

Start = Literal["base", "champion"]


class TaoSettings(Section):
    """How the wheel turns."""

    draw_from: Start
    """Who answers the prompts: the base model, or the champion where there is one."""
    tune_from: Start
    """What is tuned on all data so far: the base model, or the champion where there is one."""
    most_prompts: AtLeastOne | None
    """How many prompts a round draws answers for at most, or null for all."""
    heed_report: bool
    """Whether a round ends, without tuning, where the trust report says not to tune."""
    heed_overoptimisation: bool
    """Whether a round ends, and the next waits for --anyway, where only the reward model finds its model better."""
