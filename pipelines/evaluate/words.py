"""The evaluation in words: what each figure means, and whether the model is better, worse, or nobody can tell."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.evaluate.figures import DIFFERENCE, FAIR_WINS, LESS_IS_BETTER, WINS, Measured, is_too_few
from pipelines.evaluate.report import Report
from pipelines.pages import Section
from pipelines.statistics.estimate import ALL, Figure, said

MOST_SHOWN = 600


def standing(figure: Figure | None, metric: str, level: float = 0.0) -> str:
    """What a figure comes to against the level of no difference; that nobody can tell is an answer too."""
    if figure is None or figure.value is None:
        return "not measured"
    if figure.low is None or figure.high is None or figure.low <= level <= figure.high:
        return "cannot tell: not enough prompts" if is_too_few(figure) else "cannot tell"
    is_better = (figure.low > level) != (metric in LESS_IS_BETTER)
    return ("better" if is_better else "worse") + (", by few prompts" if is_too_few(figure) else "")


def metrics_of(report: Report) -> list[str]:
    """Everything that was measured of a model by itself, or could not be, in one order."""
    own = {figure.metric for figure in report.levels[report.policy.policy_id]}
    return sorted(own | set(report.policy.preferences), key=_order)


def table_against(report: Report, rival: Measured) -> list[tuple[str, ...]]:
    """Metric, rival, policy, difference, win rate and what that comes to."""
    found: list[tuple[str, ...]] = []
    for metric in metrics_of(report):
        difference = report.comparison(rival.policy_id, DIFFERENCE + metric)
        wins = report.comparison(rival.policy_id, WINS + metric)
        found.append(
            (
                metric,
                _said(report.level(rival.policy_id, metric)),
                _said(report.level(report.policy.policy_id, metric)),
                _said(difference),
                _said(wins),
                standing(difference or wins, metric, 0.0 if difference else 0.5),
            )
        )
    return found


def table_alone(report: Report) -> list[tuple[str, ...]]:
    """Metric, value, prompts and what a reader must know, of a model that has no rival."""
    figures = [report.level(report.policy.policy_id, metric) for metric in metrics_of(report)]
    return [(one.metric, said(one), str(one.prompts), one.note or "") for one in figures if one]


def table_names(report: Report, rival: Measured) -> tuple[str, ...]:
    """The heads of that table."""
    return ("metric", rival.name, report.policy.name, "difference", "win rate", "in words")


def headline(report: Report, rival: Measured) -> str:
    """What was found against one rival, in a sentence."""
    told = {metric: words for metric, *_, words in table_against(report, rival)}
    better = [metric for metric, words in told.items() if words.startswith("better")]
    worse = [metric for metric, words in told.items() if words.startswith("worse")]
    known = f"better by {', '.join(better) or 'nothing'}; worse by {', '.join(worse) or 'nothing'}"
    return f"{report.policy.name} against {rival.name}: {known}; of everything else nobody can tell."


def sections_of(report: Report) -> list[Section]:
    """The page, part by part; what decides stands first."""
    against = [section for rival in report.rivals for section in _against(report, rival)]
    return [_first(report), *against, _notes(report)]


def _first(report: Report) -> Section:
    sentences = [*(headline(report, rival) for rival in report.rivals), f"Said before the run: {report.planned}"]
    version = f"Suite {report.suite}, version {report.suite_digest}, {len(report.workloads)} held-out prompts."
    return Section("In short", (*sentences, version))


def _against(report: Report, rival: Measured) -> list[Section]:
    title, figures = f"Against {rival.name}", report.comparisons[rival.policy_id]
    slices = tuple(
        (one.slice, one.metric, said(one), str(one.prompts), one.note or "") for one in figures if one.slice != ALL
    )
    fair = tuple(
        (one.metric.removeprefix(FAIR_WINS), said(one), one.note or "")
        for one in figures
        if one.metric.startswith(FAIR_WINS)
    )
    parts = [
        Section(title, names=table_names(report, rival), rows=tuple(table_against(report, rival))),
        Section(f"{title}, by workload", names=("workload", "figure", "value", "prompts", "note"), rows=slices),
        Section(f"{title}, at equal length", names=("scorer", "win rate", "note"), rows=fair),
    ]
    return [part for part in parts if part.rows]


def _notes(report: Report) -> Section:
    rows = [
        (one.name, figure.metric, figure.slice, figure.note)
        for one in report.models
        for figure in report.levels[one.policy_id]
        if figure.note
    ]
    rows += [
        (f"against {one.name}", figure.metric, figure.slice, figure.note)
        for one in report.rivals
        for figure in report.comparisons[one.policy_id]
        if figure.note and figure.slice == ALL
    ]
    return Section("What a reader must know", names=("model", "figure", "slice", "note"), rows=tuple(rows))


def battery_section(report: Report) -> Section:
    """A grid: a prompt in each row, a model in each column, with what the scorers say of its answer."""
    rows = tuple(
        (
            item.workload,
            _asked([message["content"] for message in item.messages]),
            *(_answered(one, item.prompt_id) for one in report.models),
        )
        for item in report.battery
    )
    names = ("workload", "prompt", *(one.name for one in report.models))
    return Section("Every model's answer side by side", names=names, rows=rows)


def _asked(contents: Sequence[str]) -> str:
    return _shortened("\n".join(contents))


def _answered(one: Measured, prompt_id: str) -> str:
    if prompt_id not in one.answers:
        return "(it refused)"
    scores = {metric: values[prompt_id] for metric, values in one.values.items() if prompt_id in values}
    told = ", ".join(f"{metric} {value:.2f}" for metric, value in scores.items() if metric not in LESS_IS_BETTER)
    return f"{_shortened(one.answers[prompt_id])}\n[{told or 'no score'}]"


def _said(figure: Figure | None) -> str:
    return said(figure) if figure else ""


def _shortened(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"


def _order(metric: str) -> tuple[int, str]:
    """Scorers first, what an answer takes last."""
    kinds = ("reward", "judge:", "gold:", "rule:", "regression:", "forgetting:")
    return next((place for place, kind in enumerate(kinds) if metric.startswith(kind)), len(kinds)), metric
