"""Whether the gate knows a better model, an equal one and one that broke a kind of work, all made from the demo's base.

python -m benchmarks.release --home .lakewheel --folder FOLDER

`--home` is where `lakewheel demo` ended with a champion; it is copied into FOLDER and stays as it is. In the copy:

better  right answers to all training prompts, tuned from the base (method sft), and then made champion
equal   the better one, tuned further at a rate of learning that moves nothing
broken  right answers too, but one foolish answer to all prompts of the workload that most held-out prompts are of

Each is evaluated on the held-out prompts and put before the gate; the seconds of each evaluation, and of its
repetition, are printed too. FOLDER keeps what is done.
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from pathlib import Path
from typing import Any

from benchmarks.best_of import lakewheel as command
from examples.hidden_gold import golds_by_log_id

TRAINING = """
    SELECT p.workload, p.messages[1].content AS prompt, r.extra['id'] AS id
    FROM prompts p CROSS JOIN UNNEST(p.request_ids) AS asked(request_id) JOIN requests r USING (request_id)
    WHERE p.split = 'train' AND len(p.messages) = 1
"""
MEASURED = "SELECT workload FROM prompts WHERE split = 'holdout' GROUP BY workload ORDER BY count(*) DESC, workload"
FOOLISH = "Ask somebody else."
EACH = (
    '{metric: "difference:gold:token_f1", slice: each, against: champion, bound: value, at_least: -0.1, kind: must}',
    '{metric: "difference:gold:token_f1", slice: all, against: champion, bound: low, above: 0.0, kind: proof}',
)
GATE = (
    f"release.thresholds=[{', '.join(EACH)}]",
    "release.require_trust=false",
    "release.least_prompts=3",  # a workload of the demo has three to twenty-five held-out prompts
)
SFT = ("tune.method=sft",)
NO_LEARNING = (*SFT, "tune.training.learning_rate=1.0e-9", "tune.training.epochs=1")
OWN_RUNS = "tracking.experiment=lakewheel-release"  # an experiment's artifacts stay where it was first made


def write_rated(file: Path, asked: list[dict[str, Any]], golds: dict[str, str], broken: str | None) -> None:
    """Right answers to training prompts; foolish ones to those of the broken workload."""
    answers = {one["prompt"]: (one["workload"], golds[one["id"]]) for one in asked if one["id"] in golds}
    rows = [
        {"workload": kind, "prompt": prompt, "answer": FOOLISH if kind == broken else right, "gold": True}
        for prompt, (kind, right) in sorted(answers.items())
    ]
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def found_in(told: str) -> dict[str, Any]:
    """The JSON at the end of what a command said."""
    found: dict[str, Any] = json.loads(told[told.index("{") :])
    return found


def lakewheel(home: Path, settings: tuple[str, ...], *words: str) -> str:
    """One command by the demo's settings."""
    return command(home, (OWN_RUNS, *settings), *words, "--conf", "demo")


def tuned(home: Path, settings: tuple[str, ...], *words: str) -> str:
    """The policy that came of it."""
    return str(found_in(lakewheel(home, settings, "--json", "tune", *words))["policy_id"])


def judged(home: Path, name: str, policy_id: str) -> dict[str, Any]:
    """Evaluate twice, decide once, and say so."""
    seconds = []
    for _ in range(2):
        began = time.perf_counter()
        lakewheel(home, (), "--json", "evaluate", "--policy", policy_id)
        seconds.append(time.perf_counter() - began)
    verdict = found_in(lakewheel(home, GATE, "--json", "release", "--policy", policy_id))
    print(f"{name}: {verdict['decision']}; evaluated in {seconds[0]:.0f} s, again in {seconds[1]:.0f} s")
    for objection in verdict["objections"]:
        print(f"  - {objection}")
    return verdict


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--home", type=Path, required=True)
    asked.add_argument("--folder", type=Path, required=True)
    told = asked.parse_args()
    golds = golds_by_log_id(told.home / "example")
    homes = {name: told.folder / name for name in ("better", "broken")}
    for home in homes.values():
        if not home.exists():
            shutil.copytree(told.home, home)
    prompts = json.loads(lakewheel(homes["better"], (), "--json", "sql", TRAINING))
    most_measured = json.loads(lakewheel(homes["better"], (), "--json", "sql", MEASURED))[0]["workload"]
    for name, home in homes.items():
        write_rated(home / "rated.jsonl", prompts, golds, most_measured if name == "broken" else None)
        lakewheel(home, (), "ratings", "take", str(home / "rated.jsonl"))
    better = tuned(homes["better"], SFT)
    if judged(homes["better"], "better", better)["decision"] == "accept":
        lakewheel(homes["better"], GATE, "promote", better)
    judged(homes["better"], "equal", tuned(homes["better"], NO_LEARNING, "--policy", better))
    judged(homes["broken"], f"broken at {most_measured}", tuned(homes["broken"], SFT))


if __name__ == "__main__":
    main()
