"""How A/B tests are shown: a page for each test as it stands, and a table of simulated ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.showing import moment, show_line, show_rows

if TYPE_CHECKING:
    from pipelines.release.ab.analysis import Measured
    from pipelines.release.ab.simulate import Simulated
    from pipelines.release.ab.steps import Standing


def show_simulated(found: list[Simulated]) -> None:
    """What came of each true effect."""
    names = ["true effect", "called better", "called worse", "people until then", "z-test, peeking", "called invalid"]
    show_rows(names, [_simulated_row(one) for one in found], right=names)
    show_line(f"shares of {found[0].repeats} simulated tests each; people: the mean of those that came to a conclusion")


def _simulated_row(one: Simulated) -> list[str]:
    people = "" if one.mean_people is None else f"{one.mean_people:.0f}"
    return [
        f"{one.effect:+g}",
        *map(_share, (one.better, one.worse)),
        people,
        *map(_share, (one.naive, one.mismatched)),
    ]


def show_standing(one: Standing) -> None:
    """One test: what is concluded, every metric, and whether people were dealt as promised."""
    plan, report = one.plan, one.report
    ended = f"stopped {moment(plan.stopped_at)}: {plan.reason}" if plan.stopped_at else "runs"
    just_now = "was stopped by this look" if one.is_stopped_now else ended
    show_line(f"{plan.experiment}, since {moment(plan.started_at)} UTC, {just_now}", style="bold")
    show_line(report.sentence)
    names = ["metric", "champion", "challenger", "difference", "low", "high", "people", "challenger is"]
    rows = [_row(measured) for measured in (report.primary, *report.guardrails)]
    show_rows(names, rows, right=names[1:7])
    for measured in (report.primary, *report.guardrails):
        if measured.note:
            show_line(f"{measured.metric}: {measured.note}", style="dim")
    show_line(f"people: {report.ratio.sentence} {report.waiting} of them are still waited for.", style="dim")


def _row(one: Measured) -> list[str]:
    figures = [_figure(one.champion_mean), _figure(one.challenger_mean), _figure(one.difference)]
    people = f"{one.champion_people} + {one.challenger_people}"
    return [one.metric, *figures, _figure(one.low), _figure(one.high), people, _word(one)]


def _word(one: Measured) -> str:
    """A guardrail is first asked whether it is kept."""
    if one.is_harmful:
        return "worse than tolerated"
    return "no worse than tolerated" if one.is_harmless and one.word != "better" else one.word


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _share(value: float) -> str:
    return f"{100 * value:.1f} %"
