"""What is known of each model's answers, gathered from rows into values for every prompt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

from pipelines.evaluate.answers import LIKELIHOOD, LIKELIHOOD_VERSION, Entrant
from pipelines.evaluate.figures import BITS, COST, LATENCY, TOKENS, Measured
from pipelines.evaluate.golds import EXACT_MATCH, TOKEN_F1
from pipelines.evaluate.pairwise import Arbiter, preferences_of
from pipelines.evaluate.rows import READ, SECONDS, WRITTEN, Ledger, answer_slot, score_slot
from pipelines.evaluate.scoring import Marker
from pipelines.evaluate.suite import GENERAL, HOLDOUT, Item, Suite

MILLION, THOUSAND = 1e6, 1e3
NO_GOLDS = "No gold answer to a held-out prompt is known: `lakewheel ratings take` brings them."
NOT_TIMED = "No answer was timed: evaluate.timed_prompts says how many are."
NO_PRICES = "Nobody knows what tokens cost: set evaluate.price_per_million_prompt_tokens and _answer_tokens."
NO_LIKELIHOOD = "The engine tells no likelihood of given text."


@dataclass(frozen=True)
class Prices:
    """What a million tokens cost."""

    prompt_tokens: float
    answer_tokens: float

    def per_thousand(self, read: float, written: float) -> float:
        """What a thousand requests cost that read and write so many tokens each."""
        return THOUSAND * (read * self.prompt_tokens + written * self.answer_tokens) / MILLION


def measured_of(
    ledger: Ledger,
    entrant: Entrant,
    suite: Suite,
    markers: Sequence[Marker],
    prices: Prices | None,
    absent: Mapping[str, str],
    preferences: Mapping[str, Mapping[str, Mapping[str, float]]],
) -> Measured:
    """One model; a prompt that it refused has no value, and is counted as such."""
    asked = [*suite.part(HOLDOUT), *suite.part(GENERAL)]
    told = {item.prompt_id: ledger.answer(answer_slot(entrant.policy_id, item, 0)) for item in asked}
    values = {
        marker.metric: _scores(ledger, entrant, suite, marker)
        for marker in markers
        if marker.part in (HOLDOUT, GENERAL)
    }
    values |= _spent(ledger, entrant, suite, prices)
    reasons = {**_why(), **absent}
    return Measured(
        entrant.policy_id,
        entrant.policy.name,
        {name: answer for name, answer in told.items() if answer is not None},
        {metric: known for metric, known in values.items() if known},
        {one.metric: _trials(ledger, entrant, suite, one) for one in markers if one.part not in (HOLDOUT, GENERAL)},
        preferences,
        {
            metric: reasons.get(metric, "It applies to none of the prompts.")
            for metric in [*values, *absent]
            if not values.get(metric)
        },
    )


def _why() -> dict[str, str]:
    return {TOKEN_F1: NO_GOLDS, EXACT_MATCH: NO_GOLDS, BITS: NO_LIKELIHOOD, LATENCY: NOT_TIMED, COST: NO_PRICES}


def _scores(ledger: Ledger, entrant: Entrant, suite: Suite, marker: Marker) -> dict[str, float]:
    items = [one for one in suite.part(marker.part) if marker.maker.applies_to(one.workload)]
    kept = [one for one in items if one.golds or not marker.needs_gold]
    return {one.prompt_id: _number(ledger.value(marker.slot(entrant.policy_id, one))) for one in kept}


def _trials(ledger: Ledger, entrant: Entrant, suite: Suite, marker: Marker) -> list[float]:
    """An answer that was refused has not kept the form; one that was put off is no answer yet."""
    (item,) = suite.part(marker.part)
    there = [sample for sample in range(item.samples) if ledger.has(answer_slot(entrant.policy_id, item, sample))]
    return [ledger.value(marker.slot(entrant.policy_id, item, sample)) or 0.0 for sample in there]


def _spent(ledger: Ledger, entrant: Entrant, suite: Suite, prices: Prices | None) -> dict[str, dict[str, float]]:
    """Seconds, tokens, money and the likelihood of gold answers, for the held-out prompts."""

    def known(metric: str) -> dict[str, float]:
        each = [(one, ledger.value(answer_slot(entrant.policy_id, one, 0, metric))) for one in suite.part(HOLDOUT)]
        return {item.prompt_id: value for item, value in each if value is not None}

    read, written = known(READ), known(WRITTEN)
    cost = {name: prices.per_thousand(read[name], written[name]) for name in read} if prices else {}
    likelihood = {
        item.prompt_id: value
        for item in suite.part(HOLDOUT)
        if item.golds and (value := _likelihood(ledger, entrant, item)) is not None
    }
    return {TOKENS: written, LATENCY: known(SECONDS), COST: cost, BITS: likelihood}


def _likelihood(ledger: Ledger, entrant: Entrant, item: Item) -> float | None:
    return ledger.value(score_slot(entrant.policy_id, item, 0, LIKELIHOOD, LIKELIHOOD_VERSION))


def _number(value: float | None) -> float:
    return nan if value is None else value


def preferences_against(
    ledger: Ledger, arbiters: Sequence[Arbiter], entrants: Sequence[Entrant], suite: Suite
) -> dict[str, dict[str, dict[str, float]]]:
    """For each judge of pairs and each rival, what it prefers, prompt by prompt."""
    ours, *rivals = entrants
    found: dict[str, dict[str, dict[str, float]]] = {}
    for arbiter in arbiters:
        for rival in rivals:
            told = preferences_of(ledger, arbiter, ours.policy_id, rival.policy_id, suite)
            known = {name: _number(value) for name, value in told.items()}
            found.setdefault(arbiter.name, {})[rival.policy_id] = known
    return found
