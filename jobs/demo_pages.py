"""What the demo shows a person: what was refused and redacted, what the wheel gained, and what to try next."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from shutil import which
from typing import TYPE_CHECKING, Any

from jobs.showing import show_line, show_rows
from jobs.sql import answer, rows_for
from jobs.tao import Turned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobs.options import Asked
    from pipelines.evaluate.report import Report
    from pipelines.statistics.estimate import Figure

REFUSED = "SELECT step, reason, count(*) AS rows FROM rejections GROUP BY ALL ORDER BY ALL"
REDACTED = """
    SELECT workload, messages[1].content AS prompt FROM requests
    WHERE messages[1].content LIKE '%[EMAIL_1]%' ORDER BY length(messages[1].content) LIMIT 1
"""
TRUE = "gold:token_f1"
EXAMPLES = 3
NEXT = (
    "lakewheel status",
    "lakewheel costs",
    "lakewheel ui",
    'lakewheel sql "SELECT workload, split, count(*) AS prompts FROM prompts GROUP BY ALL"',
    "lakewheel lineage POLICY_ID",
    "lakewheel rollback",
)


@dataclass(frozen=True)
class Shown:
    """Both rounds, what choosing among answers comes to, and how long it all took."""

    turns: Sequence[Turned]
    headroom: Any
    seconds: float


def refused_and_redacted(asked: Asked) -> None:
    """What was refused, and one request as it is stored."""
    from lakehouse.query.values import plain_rows

    found = answer(asked, REFUSED)
    show_line("\nRefused, each row with its reason", style="bold")
    show_rows(found.column_names, plain_rows(found), right=["rows"])
    show_line("A request as it is stored: personal data was replaced before anything was written", style="bold")
    for row in rows_for(asked, REDACTED):
        show_line(f"[{row['workload']}] {row['prompt']}")


def show_demo(shown: Shown) -> None:
    """The gain, answers before and after, the verdicts, and the next commands."""
    show_line("\nWhat choosing among the drawn answers is worth (overlap with hidden right answers, token F1)", "bold")
    if (one := shown.headroom) is not None:
        rows = [["the mean answer", one.mean], ["chosen by score", one.chosen], ["a perfect choice", one.best]]
        show_rows([f"{one.prompts} prompts that train", "token F1"], _rounded(rows), right=["token F1"])
    show_line("What the tuned model gained on held-out prompts, asked without any examples", style="bold")
    rows = [row for turned in shown.turns for row in _gains(turned)]
    show_rows(["round", "against", "it", "tuned", "difference", "win rate", "seconds"], rows)
    show_line("Before and after", style="bold")
    for one in before_and_after(shown.turns[0]):
        show_line(f"[{one['workload']}] {one['prompt']}")
        show_line(f"  before: {one['before']}\n  after:  {one['after']}", style="dim")
    show_line("\nThe verdicts", style="bold")
    for turned in shown.turns:
        show_line(f"round {turned.round}: {turned.steps['release']}")
    show_line(f"\nAll of it took {shown.seconds / 60:.1f} minutes. Try next:", style="bold")
    activation = [] if which("lakewheel") else [f". {os.path.relpath(sys.prefix)}/bin/activate"]
    for command in (*activation, *NEXT):
        show_line(f"  {command}")


def before_and_after(turned: Turned) -> list[dict[str, str]]:
    """A few held-out prompts with the base's answer and the tuned model's, of as many workloads as there are."""
    report: Report = turned.found["evaluate"].report
    base, tuned = report.rivals[0], report.policy
    first = {item.workload: item for item in reversed(report.battery)}
    return [
        {
            "workload": workload,
            "prompt": " ".join(message["content"] for message in item.messages),
            "before": base.answers.get(item.prompt_id, "(it refused)"),
            "after": tuned.answers.get(item.prompt_id, "(it refused)"),
        }
        for workload, item in sorted(first.items())[:EXAMPLES]
    ]


def _gains(turned: Turned) -> list[list[str]]:
    report: Report = turned.found["evaluate"].report
    seconds = f"{sum(turned.seconds.values()):.0f}"
    return [
        [
            str(turned.round),
            rival.name,
            _said(report.level(rival.policy_id, TRUE)),
            _said(report.level(report.policy.policy_id, TRUE)),
            _said(report.comparison(rival.policy_id, f"difference:{TRUE}")),
            _said(report.comparison(rival.policy_id, f"win_rate:{TRUE}")),
            seconds,
        ]
        for rival in report.rivals
    ]


def _said(figure: Figure | None) -> str:
    from pipelines.statistics.estimate import said

    return said(figure) if figure else ""


def _rounded(rows: list[list[Any]]) -> list[list[Any]]:
    return [[name, f"{value:.3f}"] for name, value in rows]
