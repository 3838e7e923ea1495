"""How much redaction finds, how often it is right and how fast it is, on made-up labelled text in a dozen languages.

    python -m benchmarks.redaction                    # a table for the seed that nothing was tuned on
    python -m benchmarks.redaction --seed 1 --misses  # while working on the patterns
    python -m benchmarks.redaction --documents wiki.txt --json

A value counts as found if every character of it is replaced, and a replacement as right if it touches a value of its
kind. Intervals are exact (Clopper-Pearson) at 95 per cent. Precision depends on how many look-alikes a text holds:
here three for every two values, each drawn from the kinds listed below the table.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random

from scipy.stats import beta

from benchmarks.figures import machine
from benchmarks.redaction_texts import Label, labelled_text
from conf import load_settings
from pipelines.redaction import Redactor, Span

FINAL_SEED = 2
RECALL_FLOOR = 0.98


@dataclass(frozen=True)
class Share:
    """So many of so many, with the interval in which the true share lies."""

    hits: int
    total: int

    @property
    def interval(self) -> tuple[float, float]:
        low = float(beta.ppf(0.025, self.hits, self.total - self.hits + 1)) if self.hits else 0.0
        high = float(beta.ppf(0.975, self.hits + 1, self.total - self.hits)) if self.hits < self.total else 1.0
        return low, high

    def row(self) -> dict[str, float | int]:
        low, high = self.interval
        return {**asdict(self), "share": round(self.hits / self.total, 4), "low": round(low, 4), "high": round(high, 4)}

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.hits / self.total:.4f} [{low:.4f}, {high:.4f}] {self.hits:>6}/{self.total}"


@dataclass
class Tally:
    """What was counted over all texts."""

    wanted: Counter[tuple[str, str]] = field(default_factory=Counter)
    found: Counter[tuple[str, str]] = field(default_factory=Counter)
    replaced: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    decoys: Counter[str] = field(default_factory=Counter)
    alarms: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def add(self, text: str, labels: Sequence[Label], decoys: Sequence[Label], spans: Sequence[Span]) -> None:
        covered = {at for span in spans for at in range(span.start, span.end)}
        for label in labels:
            hit = covered.issuperset(range(label.start, label.end))
            self.wanted[label.kind, label.sort] += 1
            self.found[label.kind, label.sort] += hit
            self.examples += [] if hit else [f"missed {label.sort}: {_excerpt(text, label)}"]
        for span in spans:
            hit = any(_touch(span, label) and span.kind == label.kind for label in labels)
            self.replaced[span.kind] += 1
            self.right[span.kind] += hit
            self.examples += [] if hit else [f"wrong {span.kind}: {_excerpt(text, span)}"]
        for decoy in decoys:
            self.decoys[decoy.sort] += 1
            self.alarms[decoy.sort] += any(_touch(span, decoy) for span in spans)

    def recall(self) -> dict[str, Share]:
        """By kind, and below SECRET by provider."""
        kinds = sorted({kind for kind, _ in self.wanted})
        by_kind = {
            kind: _total(self.found, self.wanted, [key for key in self.wanted if key[0] == kind]) for kind in kinds
        }
        sorts = sorted(key for key in self.wanted if key[0] == "SECRET")
        return {**by_kind, **{f"  {sort}": _total(self.found, self.wanted, [(kind, sort)]) for kind, sort in sorts}}

    def precision(self) -> dict[str, Share]:
        return {kind: Share(self.right[kind], self.replaced[kind]) for kind in sorted(self.replaced)}

    def false_alarms(self) -> dict[str, Share]:
        return {sort: Share(self.alarms[sort], self.decoys[sort]) for sort in sorted(self.decoys)}


def _total(hits: Counter[tuple[str, str]], total: Counter[tuple[str, str]], keys: list[tuple[str, str]]) -> Share:
    return Share(sum(hits[key] for key in keys), sum(total[key] for key in keys))


def _touch(one: Span | Label, other: Span | Label) -> bool:
    return one.start < other.end and other.start < one.end


def _excerpt(text: str, place: Span | Label) -> str:
    before, after = text[max(0, place.start - 30) : place.start], text[place.end : place.end + 15]
    return repr(f"{before}>>{text[place.start : place.end]}<<{after}")


def measure(redactor: Redactor, seed: int, count: int) -> Tally:
    rng, tally = Random(f"redaction/{seed}"), Tally()
    for _ in range(count):
        text, labels, decoys = labelled_text(rng)
        tally.add(text, labels, decoys, redactor.find(text))
    return tally


def characters_a_second(redactor: Redactor, texts: Iterable[str]) -> int:
    """In processor time, as other work on the machine counts for little there; each text is a document of its own."""
    redactor.redact_text("Call 020 7946 0123, 030 23125 123 or 202-555-0123.")
    held = list(texts)
    start = time.process_time()
    for text in held:
        redactor.redact_text(text)
    return round(sum(map(len, held)) / (time.process_time() - start))


def speeds(redactor: Redactor, seed: int, documents: Path | None) -> dict[str, int]:
    rng = Random(f"redaction/speed/{seed}")
    dense = [" ".join(labelled_text(rng)[0] for _ in range(9)) for _ in range(150)]
    measured = {"labelled text": characters_a_second(redactor, dense)}
    if documents is not None:
        text = documents.read_text(encoding="utf-8", errors="replace")
        pieces = [text[start : start + 2000] for start in range(0, len(text), 2000)]
        measured[f"{documents.name}, in pieces of 2,000"] = characters_a_second(redactor, pieces)
    return measured


def print_table(tally: Tally, measured: dict[str, int]) -> None:
    for title, shares in (
        ("recall", tally.recall()),
        ("precision", tally.precision()),
        ("false alarms by kind of look-alike", tally.false_alarms()),
    ):
        print(f"\n{title}")
        for name, share in shares.items():
            print(f"  {name:<24} {share}")
    print(f"\ncharacters a second of one core ({machine()})")
    for name, speed in measured.items():
        print(f"  {name:<24} {speed:,}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=FINAL_SEED, help="which made-up texts")
    parser.add_argument("--texts", type=int, default=8000, help="how many of them")
    parser.add_argument("--documents", type=Path, help="a text file whose speed is measured as well")
    parser.add_argument("--misses", action="store_true", help="show what was missed and what was wrong")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    chosen = parser.parse_args(arguments)
    redactor = Redactor(load_settings("base").settings.redaction)
    tally, measured = measure(redactor, chosen.seed, chosen.texts), speeds(redactor, chosen.seed, chosen.documents)
    if chosen.misses:
        print("\n".join(tally.examples), file=sys.stderr)
    if chosen.json:
        parts = {"recall": tally.recall(), "precision": tally.precision(), "false_alarms": tally.false_alarms()}
        rows = {part: {name.strip(): share.row() for name, share in shares.items()} for part, shares in parts.items()}
        print(json.dumps({"seed": chosen.seed, "texts": chosen.texts, **rows, "characters_a_second": measured}))
    else:
        print_table(tally, measured)
    too_low = [kind for kind, share in tally.recall().items() if not share.hits / share.total >= RECALL_FLOOR]
    if too_low:
        print(f"\nbelow the floor of {RECALL_FLOOR}: {', '.join(map(str.strip, too_low))}", file=sys.stderr)
    return 1 if too_low else 0


if __name__ == "__main__":
    raise SystemExit(main())
