"""The door `doctor`: a line for each thing that Lakewheel needs of a machine, with a remedy where it is amiss."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from jobs.checks.finding import Check, Finding, Status
from jobs.failures import CheckFailed
from jobs.options import asked_of
from jobs.showing import show_json, show_line, working

STYLES: dict[Status, str] = {"ok": "green", "warn": "yellow", "fail": "bold red", "skipped": "dim"}


def doctor(
    context: typer.Context,
    quick: Annotated[
        bool, typer.Option("--quick", help="Start nothing: leave out Spark, Ray, DeepSpeed, MLflow.")
    ] = False,
) -> None:
    """Check this machine: what was found, and what to do about it. Exits with 1 if something is not in order.

    Examples:

        lakewheel doctor

        lakewheel doctor --quick --json
    """
    asked = asked_of(context)
    findings = []
    for name, check in checks(quick).items():
        with working(f"checking {name}"):
            finding = check(asked)
        findings.append((name, finding))
        if not asked.as_json:
            show_finding(name, finding)
    if asked.as_json:
        show_json([{"check": name, **asdict(finding)} for name, finding in findings])
    raise_if_any_failed(findings)


def checks(quick: bool) -> dict[str, Check]:
    """Every check by its name, the quick ones first."""
    from jobs.checks.machine import MACHINE
    from jobs.checks.software import QUICK, SLOW

    return MACHINE | QUICK | ({} if quick else SLOW)


def show_finding(name: str, finding: Finding) -> None:
    """One line, and one below it where there is something to do."""
    show_line(f"{finding.status:<8}{name:<12}{finding.found}", style=STYLES[finding.status])
    if finding.remedy:
        show_line(f"{'':<20}-> {finding.remedy}")


def raise_if_any_failed(findings: list[tuple[str, Finding]]) -> None:
    """So that a script, or a person who looks away, knows."""
    failed = [name for name, finding in findings if finding.status == "fail"]
    if failed:
        raise CheckFailed(f"{len(failed)} of {len(findings)} checks failed: {', '.join(failed)}. See the arrows above.")
