"""The trust report: every figure, the verdict, and its rows in the table evaluations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy

from conf import TrustSettings, fingerprint
from lakehouse.identity import identity
from pipelines.reward.trust.best_of import curve_figures, curves_of, gain_figures
from pipelines.reward.trust.candidates import agreement_figures, length_figures, tied_figure
from pipelines.reward.trust.drift import drift_figures
from pipelines.reward.trust.held_out import Bin, accuracy_figures, calibration, judged
from pipelines.reward.trust.inputs import TrustInputs
from pipelines.reward.trust.verdict import Verdict, verdict_of
from pipelines.statistics.estimate import ALL, Figure
from pipelines.statistics.rows import figure_row

SUITE, TUNE = "trust", "tune"


@dataclass(frozen=True)
class TrustReport:
    """What there is to know before a model is tuned on a reward model's word."""

    figures: tuple[Figure, ...]
    reliability: tuple[Bin, ...]
    sizes: tuple[int, ...]
    """The sizes of the best-of-N curves; empty where no prompt has two candidates."""
    verdict: Verdict
    certified: Mapping[str, bool]
    suite_digest: str
    """Digest of the prompts that were measured on, and of the settings."""

    def figure(self, metric: str, slice: str = ALL) -> Figure | None:
        """One figure by its name; None where the inputs had nothing to measure it on."""
        found = (one for one in self.figures if (one.metric, one.slice) == (metric, slice))
        return next(found, None)

    def slices(self, metric: str) -> list[Figure]:
        """A figure by workload, or by scorer."""
        return [one for one in self.figures if one.metric == metric and one.slice != ALL]


def trust_report(inputs: TrustInputs, settings: TrustSettings) -> TrustReport:
    """Everything that pairs and candidates say of the reward model that scored them."""
    pairs, candidates = judged(inputs.pairs, settings), inputs.candidates
    error, reliability = calibration(pairs, settings)
    curves = curves_of(candidates, settings)
    figures = [
        *accuracy_figures(pairs, settings),
        error,
        *length_figures(candidates, settings),
        tied_figure(candidates, settings),
        *drift_figures(candidates.prompt_id, candidates.score, inputs.reference_scores, settings),
        *agreement_figures(candidates, settings),
        *(gain_figures(curves, settings) + curve_figures(curves, settings) if curves else []),
    ]
    noted = [_with_certificate(figure, inputs.certified) for figure in figures]
    return TrustReport(
        figures=tuple(noted),
        reliability=reliability,
        sizes=curves.sizes if curves else (),
        verdict=verdict_of(noted, inputs.certified, settings),
        certified=inputs.certified,
        suite_digest=_suite_digest(inputs, settings),
    )


def rows_of(report: TrustReport, policy_id: str, round: int) -> list[dict[str, Any]]:
    """Rows of the table evaluations but for the run: a figure each, and the verdict (1: tune, 0: do not)."""
    verdict = report.verdict
    words = "; ".join(verdict.reasons) if verdict.reasons else "Nothing speaks against tuning on its word."
    decided = Figure(TUNE, float(verdict.tune), prompts=_most_prompts(report), note=words)
    bins = [one.accuracy for one in report.reliability]
    return [
        figure_row(figure, policy_id, None, round, SUITE, report.suite_digest)
        for figure in (decided, *report.figures, *bins)
    ]


def _with_certificate(figure: Figure, certified: Mapping[str, bool]) -> Figure:
    if figure.metric != "agreement" or figure.slice not in certified:
        return figure
    return figure.noted("certified" if certified[figure.slice] else "uncertified")


def _suite_digest(inputs: TrustInputs, settings: TrustSettings) -> str:
    measured = [numpy.unique(numpy.asarray(one.prompt_id)) for one in (inputs.pairs, inputs.candidates)]
    names = [identity(*map(str, prompts)) for prompts in measured]
    return identity(fingerprint(settings.model_dump(mode="json")), *names)


def _most_prompts(report: TrustReport) -> int:
    return max((figure.prompts for figure in report.figures), default=0)
