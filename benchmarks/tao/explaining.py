"""What explains how far tuning came: the answers that were drawn, the choice among them, or what was learned of it."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.statistics.estimate import Figure

LITTLE = 0.05
"""A headroom below this leaves nothing to find."""
LEAST_TAKEN = 0.2
"""A choice that takes less of the headroom is hardly better than chance."""
LEAST_LEARNED = 0.5
"""A model that keeps less of what was chosen has learned little."""


def explained(base: float, gain: Figure, choice: Mapping[str, float]) -> str:
    """The parts of the way from the base to the tuned model, and where it is a miss, each part that fell short.

    The base is measured on held-out prompts and the answers on those that tune, so the parts add up only roughly.
    """
    if gain.value is None:
        return "nothing was measured."
    drawn, taken = choice["mean"] - base, choice["chosen"] - choice["mean"]
    words = (
        f"the answers drawn lie {drawn:+.3f} from the base, the choice adds {taken:+.3f} (a perfect one "
        f"{choice['best'] - choice['mean']:+.3f}), and the tuned model keeps {gain.value:+.3f} of {drawn + taken:+.3f}."
    )
    if gain.low is not None and gain.low > 0:
        return words
    return " ".join((words, "No certain gain:", "; ".join(shortfalls(base, gain.value, choice)) + "."))


def shortfalls(base: float, gain: float, choice: Mapping[str, float]) -> list[str]:
    """Every reason that the figures give; none of them, and it is the number of prompts."""
    headroom, offered = choice["best"] - choice["mean"], choice["chosen"] - base
    share = (choice["chosen"] - choice["mean"]) / headroom if headroom > 0 else 0.0
    found = []
    if not headroom >= LITTLE:
        found.append(f"the answers to a prompt hardly differ (headroom {headroom:.3f})")
    elif not share >= LEAST_TAKEN:
        found.append(f"the choice takes {share:.2f} of the headroom")
    if not offered > 0:
        found.append("what was learned from is no better than what the base answers anyway")
    elif not gain >= LEAST_LEARNED * offered:
        found.append(f"the model keeps {gain / offered:.2f} of what it learned from")
    return found or ["too few prompts to tell"]
