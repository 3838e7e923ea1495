"""The trust report in words: what was found, what each figure means, and what a person should look at."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.pages import Section
from pipelines.reward.trust.report import TrustReport
from pipelines.statistics.estimate import ALL, Figure, said

MEANINGS = {
    "pair_accuracy": ("held-out pair accuracy", "how often it prefers the answer that people prefer; 0.5 is chance"),
    "pick_longer_accuracy": ("picking the longer", "the same for whoever always takes the longer answer"),
    "above_length": ("above length alone", "accuracy less that of always taking the longer, or always the shorter"),
    "calibration_error": ("calibration error", "how far its sureness lies from how often it is right, on average"),
    "headroom": ("headroom", "best of N over a mean candidate, in its own units: whether there is a choice at all"),
    "true_gain": ("true gain of its choice", "the same in the true metric, where gold answers are known"),
    "oracle_gain": ("gain of a perfect choice", "what whoever knows the gold answer would gain"),
    "oracle_share": (
        "share of it that is taken",
        "the true gain as a share of the perfect one; what counts in the end",
    ),
    "tied_prompts": ("prompts all of a score", "the share of prompts whose candidates it cannot tell apart"),
    "length_correlation": ("follows length", "rank correlation of reward and length over all candidates"),
    "length_correlation_within_prompt": ("follows length within prompts", "the same among the candidates to a prompt"),
    "drift_stability_index": ("drift", "population stability index of new scores; above 0.25 is a lot"),
    "drift_distance": ("drift, at most", "how far the cumulative shares lie apart (Kolmogorov-Smirnov)"),
}
BY_WORKLOAD = ("pair_accuracy", "pick_longer_accuracy", "true_gain", "oracle_share")


def sections_of(report: TrustReport) -> list[Section]:
    """The page, part by part; what decides stands first."""
    parts = [_verdict(report), _figures(report), _workloads(report), _others(report)]
    return [part for part in parts if part.sentences or part.rows]


def headline(report: TrustReport) -> str:
    """The verdict in a few words."""
    return "Nothing speaks against tuning on its word" if report.verdict.tune else "Do not tune on its word"


def _verdict(report: TrustReport) -> Section:
    warnings = tuple(f"Warning: {one}" for one in report.verdict.warnings)
    return Section(headline(report), (*report.verdict.reasons, *warnings) or ("There is no warning either.",))


def _figures(report: TrustReport) -> Section:
    rows = []
    for metric, (name, meaning) in MEANINGS.items():
        figure = report.figure(metric)
        if figure:
            rows.append((name, said(figure), str(figure.prompts), _with_note(meaning, figure)))
    return Section("Figures", names=("figure", "value [interval]", "prompts", "meaning"), rows=tuple(rows))


def _workloads(report: TrustReport) -> Section:
    found = {metric: {one.slice: one for one in report.slices(metric)} for metric in BY_WORKLOAD}
    workloads = sorted({workload for figures in found.values() for workload in figures})
    rows = tuple((workload, *_cells(figures.get(workload) for figures in found.values())) for workload in workloads)
    return Section("By workload", names=("workload", *(MEANINGS[metric][0] for metric in BY_WORKLOAD)), rows=rows)


def _others(report: TrustReport) -> Section:
    """Rules need no certificate: what they check is written down."""
    rows = tuple(
        (figure.slice, _standing(report, figure.slice), said(figure), str(figure.prompts))
        for figure in report.slices("agreement")
    )
    names = ("scorer", "standing", "agreement within prompts (tau-b)", "prompts")
    return Section("Judges and rules", names=names, rows=rows)


def _standing(report: TrustReport, name: str) -> str:
    if name not in report.certified:
        return "rule"
    return "certified judge" if report.certified[name] else "uncertified judge"


def _cells(figures: Iterable[Figure | None]) -> tuple[str, ...]:
    return tuple(said(figure) if figure else "" for figure in figures)


def _with_note(meaning: str, figure: Figure) -> str:
    return f"{meaning}. {figure.note}" if figure.note and figure.slice == ALL else meaning
