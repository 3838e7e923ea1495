"""The card of a tuned model: what it is, in words made of measured facts, and what is not known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conf import TuneSettings
from pipelines.training.job import Outcome
from pipelines.tune.examples.tally import Tally, left_out_in_words

METHODS = {
    "sft": "the likelihood of answers that people know to be right",
    "best_of_n": "the likelihood of the best-scored of its own answers to each prompt",
    "dpo": "direct preference optimisation, from the best and the worst scored of its own answers",
    "kto": "answers that are good or bad by themselves, against where the model began",
    "grpo": "whole groups of its own answers, each by how much better than its group it was scored, from stored draws",
    "pretrain": "the likelihood of documents, token after token",
}

SERVED = {
    False: "It is trained on bare prompts: whatever strategies drew the answers, serving needs no special prompt",
    True: "It is trained on plain text and on no conversation: what it learned there it may have to be tuned to show",
}


@dataclass(frozen=True)
class Facts:
    """All that a card is written from."""

    settings: TuneSettings
    parent: Mapping[str, Any]
    row: Mapping[str, Any]
    tallies: Sequence[Tally]
    outcome: Outcome
    versions: Mapping[str, int]
    """Of the tables that the examples were read from."""


def card(facts: Facts) -> str:
    """Markdown with the front matter that Hugging Face's tools read."""
    row, outcome, training = facts.row, facts.outcome, facts.settings.training
    licence = row["licence"] or "unknown"
    weights = f"LoRA of rank {training.adapter_rank} on all linear layers" if training.adapter_rank else "all weights"
    versions = ", ".join(f"{table} at version {version}" for table, version in sorted(facts.versions.items()))
    return f"""---
license: {str(licence).lower()}
library_name: transformers
pipeline_tag: text-generation
base_model: {facts.parent["name"]}
---

# {row["name"]}

A language model that was tuned from prompts by Lakewheel in round {row["round"]}.

- Base: {facts.parent["name"]} (digest {str(facts.parent["model_digest"])[:12]}), licence {licence}
- Learned by {facts.settings.method}: {METHODS[facts.settings.method]}
- Trained: {weights}, {outcome.steps} steps, {outcome.epochs} passes over the examples at most,
  {outcome.tokens} tokens in {outcome.seconds:.0f} seconds and at most {outcome.gigabytes:.1f} GB of memory;
  {len(outcome.bad_steps)} steps had batches that were passed over
- {SERVED[facts.settings.method == "pretrain"]}

## Data

{_examples(facts)}

The set {row["example_set_id"]} is exactly what it learned from. It was made of {versions}.

## Measured

{_measured(outcome)}

These figures say that it learned what it was shown. Whether its answers are better than its base's, and on which work
they are worse, is for `lakewheel evaluate` to say.

## Not known

How it does on kinds of work that no example was about, in languages that its base does not speak, and on prompts that
were written to mislead it. What its base does wrong it may do wrong too.
"""


def _examples(facts: Facts) -> str:
    """How many there are of each workload, and what was left out."""
    lines = ["| workload | trained on | held out |", "| --- | --- | --- |"]
    lines += [f"| {one.workload} | {one.train} | {one.holdout} |" for one in facts.tallies]
    lost = left_out_in_words(facts.tallies)
    return "\n".join([*lines, *([""] if lost else []), *(f"- {sentence}" for sentence in lost)])


def _measured(outcome: Outcome) -> str:
    if not outcome.holdout:
        return "No examples were held out, so nothing is known of how well it learned."
    named = {name.removeprefix("holdout_"): value for name, value in outcome.holdout.items()}
    return "On held-out examples: " + ", ".join(f"{name} {value:.4g}" for name, value in sorted(named.items())) + "."
