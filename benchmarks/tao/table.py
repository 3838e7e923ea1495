"""The table: each arm with its interval and its difference to the base, and what explains the difference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any

import numpy

from benchmarks.tao.arms import ARMS
from benchmarks.tao.explaining import explained
from benchmarks.tao.results import Result
from benchmarks.tao.tasks import Task
from pipelines.statistics.estimate import Figure, Resampling, mean_by_prompt, said
from pipelines.statistics.paired import Paired, mean_difference

BASE = "base"
RIVALS = (
    ("tao", "best_of_n"),
    ("tao_five", "few_shot"),
    ("tao_five", "sft"),
    ("tao_again", "tao"),
    ("tao_five_again", "tao_five"),
)
"""Who else is held against whom."""

ByArm = Mapping[str, Sequence[Result]]


def by_arm(results: Iterable[Result]) -> dict[str, list[Result]]:
    """The results of one task, an arm's seeds together, in the order of the arms."""
    found: dict[str, list[Result]] = {name: [] for name in ARMS}
    for result in results:
        found[result.arm].append(result)
    return {name: own for name, own in found.items() if own}


def means_over_seeds(results: Sequence[Result], seeds: Iterable[int] | None = None) -> dict[str, float]:
    """The value of each prompt, the mean over seeds: a prompt is one observation, however often it was asked."""
    wanted = None if seeds is None else set(seeds)
    values: dict[str, list[float]] = {}
    for result in results:
        if wanted is None or result.seed in wanted:
            for prompt, value in result.values.items():
                values.setdefault(prompt, []).append(value)
    return {prompt: fmean(own) for prompt, own in values.items()}


def arm_figure(results: Sequence[Result], settings: Resampling) -> Figure:
    """The mean over prompts, with its interval."""
    means = means_over_seeds(results)
    names = sorted(means)
    return mean_by_prompt("value", numpy.array(names), numpy.array([means[name] for name in names]), settings)


def difference(ours: Sequence[Result], theirs: Sequence[Result], settings: Resampling) -> Figure:
    """Prompt by prompt, over the seeds that both have been run with."""
    seeds = {one.seed for one in ours} & {one.seed for one in theirs}
    left, right = means_over_seeds(ours, seeds), means_over_seeds(theirs, seeds)
    names = sorted(left.keys() & right.keys())
    pair = Paired(
        numpy.array(names),
        numpy.array([left[name] for name in names], dtype=float),
        numpy.array([right[name] for name in names], dtype=float),
    )
    return mean_difference("difference", pair, settings)


def seed_differences(ours: Sequence[Result], theirs: Sequence[Result]) -> dict[int, float]:
    """The mean difference under each seed, to see how much chance there is in it."""
    rivals = {one.seed: fmean(one.values.values()) for one in theirs}
    return {one.seed: fmean(one.values.values()) - rivals[one.seed] for one in ours if one.seed in rivals}


def table_of(task: Task, results: Sequence[Result], left_out: Mapping[str, int], settings: Resampling) -> str:
    """All of one task as Markdown."""
    arms = by_arm(results)
    parts = [_heading(task, results, left_out), _arms(task, arms, settings), _choices(arms), _rivals(arms, settings)]
    if BASE in arms:
        parts.append(_explained(arms, settings))
    return "\n\n".join(part for part in parts if part)


def summary_of(results: Sequence[Result], settings: Resampling) -> str:
    """All tasks in one: the base's figure, and what each arm has more, with an interval of its task alone."""
    tasks = sorted({one.task for one in results})
    arms = {task: by_arm(one for one in results if one.task == task) for task in tasks}
    names = [name for name in ARMS if any(name in own for own in arms.values())]
    lines = [f"| task | {' | '.join(names)} |", "| --- " * (1 + len(names)) + "|"]
    for task, own in arms.items():
        cells = [_cell(own, name, settings) for name in names]
        lines.append(f"| {task} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(arms: ByArm, name: str, settings: Resampling) -> str:
    if name not in arms:
        return ""
    if name == BASE or BASE not in arms:
        return said(arm_figure(arms[name], settings))
    return signed(difference(arms[name], arms[BASE], settings))


def _heading(task: Task, results: Sequence[Result], left_out: Mapping[str, int]) -> str:
    made, prompts = results[0].made_with, len(results[0].prompts)
    seeds = ", ".join(map(str, sorted({one.seed for one in results})))
    lost = "".join(f" {count} more prompts are left out: {why}." for why, count in left_out.items() if count)
    said_of_reward = next((one.told["reward"] for one in results if one.told.get("reward")), None)
    learned = "" if said_of_reward is None else _reward_words(said_of_reward)
    return (
        f"### {task.name}: {task.what}\n\n{task.metric}; {prompts} held-out prompts, {made['each']} to tune on, seeds "
        f"{seeds}.{lost}{learned}"
    )


def _reward_words(told: Mapping[str, Any]) -> str:
    right = (
        "none held out" if told["accuracy"] is None else f"{told['accuracy']:.3f} of {told['held_out']} held-out right"
    )
    return f" The reward model learned from {told['pairs']} pairs of other kinds of work ({right})."


def _arms(task: Task, arms: ByArm, settings: Resampling) -> str:
    lines = [
        f"| arm | serving costs | {task.metric} | more than base | by seed | minutes |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, own in arms.items():
        more, seeds = "", ""
        if name != BASE and BASE in arms:
            more = signed(difference(own, arms[BASE], settings))
            seeds = ", ".join(f"{value:+.3f}" for _, value in sorted(seed_differences(own, arms[BASE]).items()))
        minutes = fmean(one.seconds for one in own) / 60
        figure = said(arm_figure(own, settings))
        lines.append(f"| {name} | {ARMS[name].serving} | {figure} | {more} | {seeds} | {minutes:.1f} |")
    return "\n".join(lines)


def signed(figure: Figure) -> str:
    """A difference in words, in bold where its interval is on one side of zero."""
    if figure.value is None or figure.low is None or figure.high is None:
        return "(not measured)" if figure.value is None else f"{figure.value:+.3f}"
    text = f"{figure.value:+.3f} [{figure.low:+.3f}, {figure.high:+.3f}]"
    return f"**{text}**" if figure.low > 0 or figure.high < 0 else text


def choice_of(results: Sequence[Result]) -> dict[str, float] | None:
    """What there was to choose, the mean over seeds."""
    told = [one.told["choice"] for one in results if one.told.get("choice")]
    return {name: fmean(one[name] for one in told) for name in told[0]} if told else None


def _choices(arms: ByArm) -> str:
    rows = [(name, choice_of(own)) for name, own in arms.items()]
    lines = [
        f"| {name} | {one['prompts']:.0f} | {one['mean']:.3f} | {one['chosen']:.3f} | {one['best']:.3f} | "
        f"{one['best'] - one['mean']:.3f} | {one['right']:.3f} of {one['pairs']:.0f} |"
        for name, one in rows
        if one
    ]
    names = "| answers of | prompts | mean | chosen | perfect choice | headroom | pairs the reward model has right |"
    return "\n".join([names, "| --- " * 7 + "|", *lines]) if lines else ""


def _rivals(arms: ByArm, settings: Resampling) -> str:
    lines = [
        f"- {ours} less {theirs}: {signed(difference(arms[ours], arms[theirs], settings))}"
        for ours, theirs in RIVALS
        if ours in arms and theirs in arms
    ]
    return "\n".join(lines)


def _explained(arms: ByArm, settings: Resampling) -> str:
    base = fmean(means_over_seeds(arms[BASE]).values())
    lines = []
    for name, own in arms.items():
        choice = choice_of(own)
        if choice and name.startswith("tao"):
            lines.append(f"- {name}: {explained(base, difference(own, arms[BASE], settings), choice)}")
    return "\n".join(lines)
