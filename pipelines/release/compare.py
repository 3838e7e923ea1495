"""The steps compare.export and compare.take: people say which answer is better, and never see whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
from pydantic import SecretStr

from conf import ReleaseSettings, TrustSettings
from lakehouse.frames import frame_of
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rim import StepRun, step_run
from lakehouse.tables import table_named
from pipelines.feedback.preferences import TABLE
from pipelines.files import look_under
from pipelines.pieces import Piece, given_pieces
from pipelines.release.answers import all_answers, answers_of
from pipelines.release.blind import Answers, BallotFileError, ballots_of, write_ballots
from pipelines.release.evidence import ALL, HUMAN, newest_digest
from pipelines.release.evidence import TABLE as EVALUATIONS
from pipelines.release.votes import records_in, vote_of
from pipelines.statistics.estimate import Figure, mean_by_prompt
from pipelines.statistics.rows import figure_row
from pipelines.taking import take_pieces

EXPORT, TAKE = "compare.export", "compare.take"


@dataclass(frozen=True)
class Exported:
    """What a file holds, and what it does not ask."""

    file: str
    pairs: int
    alike: int
    """Prompts to which both models say the same."""


@dataclass(frozen=True)
class Counted:
    """What a file of votes came to, and where all votes on these two models stand."""

    policy_id: str
    rival_policy_id: str
    votes: int
    new: int
    rejected: int
    unanswered: int
    voters: int
    """People who named themselves, over all files."""
    figures: tuple[Figure, ...]
    """The share of votes for the policy, a tie counting half: over all prompts first, then by workload."""


def export_pairs(
    lakehouse: Lakehouse,
    settings: ReleaseSettings,
    key: SecretStr,
    provenance: Provenance,
    file: Path,
    policy_id: str,
    rival_policy_id: str,
) -> Exported:
    """Write the pairs on which two models differ; nothing in the lakehouse changes."""
    with step_run(lakehouse, EXPORT, provenance) as run:
        answers = answers_of(run, settings.suite, policy_id, rival_policy_id)
        run.is_idle = True
        ballots = ballots_of(answers, answers.newest.values(), key)
        write_ballots(file, ballots, answers.comparison(key))
        return Exported(str(file), len(ballots), len(answers.newest) - len(ballots))


def take_votes(
    lakehouse: Lakehouse,
    settings: ReleaseSettings,
    trust: TrustSettings,
    key: SecretStr,
    provenance: Provenance,
    round: int,
    file: Path,
) -> Counted:
    """Votes into preferences, and what people think of the two models into evaluations."""
    (found,) = look_under([file]).files
    records = records_in(found)
    with step_run(lakehouse, TAKE, provenance, round) as run:
        answers = _compared(all_answers(run, settings.suite), key, {str(one.get("comparison")) for _, one in records})
        ballots = {one.pair_id: one for one in ballots_of(answers, answers.pairs, key)}
        pieces = [vote_of(record, found, line, ballots, key) for line, record in records]
        cast: list[Piece] = [piece for piece in pieces if piece is not None]
        taken, _ = take_pieces(run, TABLE, given_pieces(lakehouse, TABLE, cast))
        policy, rival = _newer_first(run, answers)
        votes = list(_votes_on(run, answers, policy))
        figures = _figures(votes, trust)
        _keep(run, answers, (policy, rival), figures)
        voters = len({vote["rater_id"] for vote in votes} - {None})
        unanswered = len(pieces) - len(cast)
        return Counted(policy, rival, taken.rows, taken.new, taken.rejected, unanswered, voters, tuple(figures))


def _compared(known: list[Answers], key: SecretStr, named: set[str]) -> Answers:
    found = [one for one in known if one.comparison(key) in named]
    if len(found) != 1 or len(named) != 1:
        raise BallotFileError(
            f"expected a file of one comparison that this lakehouse exported, and the column `comparison` names "
            f"{len(named)} of which {len(found)} are known here. Take the file that `lakewheel compare export` wrote, "
            "with that column as it was, under the same privacy.subject_key. Nothing was taken."
        )
    return found[0]


def _newer_first(run: StepRun, answers: Answers) -> tuple[str, str]:
    """The model that was made later is the one whose wins are counted."""
    rows = run.read("policies").select("policy_id", "round").collect() if run.lakehouse.exists("policies") else []
    rounds = {row["policy_id"]: row["round"] for row in rows}
    newer, older = sorted(answers.policies, key=lambda one: (-rounds.get(one, 0), one))
    return newer, older


def _votes_on(run: StepRun, answers: Answers, policy_id: str) -> Iterator[dict[str, Any]]:
    """Every vote so far on these very answers, whatever file it came from: 1 for the policy, 0 against it."""
    place, newest = answers.policies.index(policy_id), answers.newest
    wanted = "origin = 'human' AND prompt_id IS NOT NULL"
    columns = ("prompt_id", "workload", "chosen", "rejected", "tie", "rater_id")
    for row in run.read(TABLE).where(wanted).select(*columns).collect():
        pair = newest.get(row["prompt_id"])
        if pair is not None and {row["chosen"], row["rejected"]} == {pair.first, pair.second}:
            ours = (pair.first, pair.second)[place]
            value = 0.5 if row["tie"] else float(row["chosen"] == ours)
            yield row.asDict() | {"value": value, "workload": pair.workload}


def _figures(votes: list[dict[str, Any]], trust: TrustSettings) -> list[Figure]:
    """Prompts are drawn anew, not votes: several people on one prompt have much in common."""
    slices = {ALL: votes}
    for workload in sorted({vote["workload"] for vote in votes}):
        slices[workload] = [vote for vote in votes if vote["workload"] == workload]
    return [
        mean_by_prompt(
            HUMAN,
            numpy.array([vote["prompt_id"] for vote in some]),
            numpy.array([vote["value"] for vote in some], dtype=numpy.float64),
            trust,
            slice=slice,
            is_share=True,
        )
        for slice, some in slices.items()
    ]


def _keep(run: StepRun, answers: Answers, pair: tuple[str, str], figures: list[Figure]) -> None:
    """Both ways, so that either model finds itself compared, at the version of the suite that it was measured on."""
    told = []
    for policy, rival, wanted in ((*pair, figures), (*pair[::-1], [_other(one) for one in figures])):
        digest = newest_digest(run, policy, answers.suite)
        told += [figure_row(one, policy, rival, run.round or 0, answers.suite, digest) for one in wanted]
    frame = frame_of(run.lakehouse.spark, table_named(EVALUATIONS), told)
    run.append(EVALUATIONS, frame, counts=False, refresh=("value", "low", "high", "prompts", "note"))


def _other(figure: Figure) -> Figure:
    """The same from the rival's side."""
    mirrored = [None if one is None else 1 - one for one in (figure.value, figure.high, figure.low)]
    value, low, high = mirrored
    return Figure(figure.metric, value, low, high, figure.prompts, figure.slice, figure.note)
