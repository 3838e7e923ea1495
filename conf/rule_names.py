"""What scores call each check, and the checks of one workload that would be called the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from conf.rules import Check

EVERY_WORKLOAD = "all"


def rule_name(check: Check) -> str:
    """Its own name, else its kind."""
    return f"rule:{check.name or check.check}"


def shared_names(rules: Mapping[str, tuple[Check, ...]]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Paths, problem and remedy for every name by which two checks of one workload would be called."""
    everywhere = {rule_name(check) for check in rules.get(EVERY_WORKLOAD, ())}
    for workload, checks in rules.items():
        names = [rule_name(check) for check in checks]
        beside = everywhere if workload != EVERY_WORKLOAD else set()
        for name in dict.fromkeys(names):
            paths = [f"rules.{workload}"] * names.count(name) + [f"rules.{EVERY_WORKLOAD}"] * (name in beside)
            if len(paths) > 1:
                problem = f"{len(paths)} checks of the workload {workload} are called {name}."
                yield tuple(dict.fromkeys(paths)), problem, "Give each a `name` of its own."
