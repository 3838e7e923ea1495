"""The worker learns, resumes to the last bit, passes over what is not a number, and refuses what it cannot trust."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lakehouse import faults
from lakehouse.identity import file_digest
from pipelines.training.job import CHECKPOINTS, METRICS, RESULT, TrainingHalted, halt_in, outcome_in
from pipelines.training.launch import launch
from pipelines.training.learning import TrainingDiverged
from pipelines.training.sealed import FILE, SealBroken
from pipelines.training.worker import train
from tests.pipelines.training.line import STEEP, LineTask, line_job

DROPPING = LineTask(dropout=0.3)


def digest(folder: Path) -> str:
    return file_digest(folder / RESULT / "line.safetensors")


def figures(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / METRICS).read_text().splitlines()]


def end_in_step(number: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "_passages", Counter())
    monkeypatch.setenv(faults.FAULT_VARIABLE, f"training.after_step:raise:{number}")
    with pytest.raises(faults.FaultInjected):
        train(folder)
    monkeypatch.delenv(faults.FAULT_VARIABLE)


def test_a_line_is_learned_and_the_best_weights_on_the_holdout_are_kept(tmp_path: Path) -> None:
    outcome = launch(line_job(tmp_path, epochs=30))
    losses = [row["holdout_loss"] for row in figures(tmp_path / "job") if "holdout_loss" in row]
    assert losses[0] > 1 > 0.05 > min(losses) == outcome.holdout["holdout_loss"]
    assert (outcome.steps, outcome.examples, outcome.bad_steps) == (120, 16 * 30, ())


@pytest.mark.parametrize("passage", [1, 2, 3, 4, 7, 8, 11])
def test_whatever_step_it_ends_in_the_resumed_training_gives_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, passage: int
) -> None:
    undisturbed, broken = line_job(tmp_path / "a", DROPPING), line_job(tmp_path / "b", DROPPING)
    whole = train(undisturbed.folder)
    end_in_step(passage, broken.folder, monkeypatch)
    resumed = train(broken.folder)
    assert digest(broken.folder) == digest(undisturbed.folder)
    assert (resumed.holdout, resumed.steps, resumed.tokens) == (whole.holdout, whole.steps, whole.tokens)
    assert figures(broken.folder) == figures(undisturbed.folder)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("launcher", ["process", pytest.param("torchrun", marks=pytest.mark.slow)])
def test_a_training_whose_budget_is_spent_halts_between_steps_and_ends_alike_when_it_goes_on(
    tmp_path: Path, launcher: str
) -> None:
    whole, halted = line_job(tmp_path / "a", DROPPING), line_job(tmp_path / "b", DROPPING, launcher=launcher)
    undisturbed = train(whole.folder)
    steps = [row["tokens"] for row in figures(whole.folder) if "tokens" in row]
    most = int(sum(steps[:5]))
    with pytest.raises(TrainingHalted, match=f"before step 6 of {len(steps)}, for its budget is spent") as told:
        launch(replace(halted, most_tokens=most))
    assert (told.value.halt, outcome_in(halted.folder)) == (halt_in(halted.folder), None)
    assert (told.value.halt.step, told.value.halt.tokens) == (5, most)
    with pytest.raises(TrainingHalted):
        launch(replace(halted, most_tokens=most))
    resumed = launch(halted)
    assert digest(halted.folder) == digest(whole.folder)
    assert (resumed.holdout, resumed.steps, resumed.tokens) == (
        undisturbed.holdout, undisturbed.steps, undisturbed.tokens,
    )  # fmt: skip


ALONE = [{"zero_stage": 1}, {"zero_stage": 2}, {"zero_stage": 3}, {"zero_stage": 2, "offload": True}]


@pytest.mark.parametrize("sharding", ALONE, ids=str)
def test_one_rank_learns_the_same_however_its_states_are_sharded(tmp_path: Path, sharding: dict[str, Any]) -> None:
    plain, sharded = train(line_job(tmp_path / "a").folder), train(line_job(tmp_path / "b", **sharding).folder)
    assert sharded.holdout == pytest.approx(plain.holdout, rel=1e-4)
    assert figures(tmp_path / "b" / "job")[-2]["norm"] > 0


@pytest.mark.parametrize("stage", [0, 2])
def test_a_gradient_that_is_not_a_number_costs_its_step_and_no_other(tmp_path: Path, stage: int) -> None:
    steep = {"example_id": STEEP, "split": "train", "x": 0.0, "y": 1.0, "weight": 1.0}
    outcome = launch(line_job(tmp_path, points=[steep], epochs=2, zero_stage=stage, most_bad_steps=2))
    assert [STEEP in bad for bad in outcome.bad_steps] == [True, True]
    assert outcome.holdout["holdout_loss"] < 20


def test_a_training_without_any_time_does_not_begin(tmp_path: Path) -> None:
    job = line_job(tmp_path)
    with pytest.raises(TrainingHalted, match="stopped before step 1 of 12"):
        launch(replace(job, most_seconds=0.0))
    assert not (job.folder / CHECKPOINTS).exists()


def test_a_finished_job_is_told_of_and_not_done_again(tmp_path: Path) -> None:
    job = line_job(tmp_path)
    first = launch(job)
    told: list[int] = []
    assert launch(job, lambda step, steps, found: told.append(step)) == first == outcome_in(job.folder)
    assert told == []


def test_patience_ends_a_training_that_no_longer_gets_better(tmp_path: Path) -> None:
    outcome = launch(line_job(tmp_path, epochs=40, learning_rate=3.0, patience=2))
    assert outcome.steps < 40 * 4
    assert outcome.steps == (outcome.epochs + 2) * 4


def test_a_batch_that_is_not_a_number_is_passed_over_and_named(tmp_path: Path) -> None:
    poison = {"example_id": "poison", "split": "train", "x": float("nan"), "y": 0.0, "weight": 1.0}
    outcome = launch(line_job(tmp_path, points=[poison], epochs=1))
    ((bad),) = outcome.bad_steps
    assert "poison" in bad
    assert outcome.holdout["holdout_loss"] < 20


def test_too_many_of_them_end_the_training_and_nothing_comes_of_it(tmp_path: Path) -> None:
    poison = {"example_id": "poison", "split": "train", "x": float("nan"), "y": 0.0, "weight": 1.0}
    job = line_job(tmp_path, points=[poison], epochs=5)
    with pytest.raises(TrainingDiverged, match="2 steps had batches without a finite loss.*poison"):
        launch(job)
    assert not (job.folder / RESULT).exists()
    assert outcome_in(job.folder) is None


def test_examples_that_changed_after_sealing_are_refused(tmp_path: Path) -> None:
    job = line_job(tmp_path)
    file = tmp_path / "set" / FILE
    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(SealBroken, match="not those that were sealed"):
        launch(job)


def test_a_spoiled_checkpoint_is_passed_over_for_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = line_job(tmp_path / "a", DROPPING)
    train(whole.folder)
    job = line_job(tmp_path / "b", DROPPING)
    end_in_step(11, job.folder, monkeypatch)
    newest = sorted((job.folder / CHECKPOINTS).glob("step-*"))[-1]
    spoiled = next(newest.glob("*.pt"))
    spoiled.write_bytes(spoiled.read_bytes()[:-8])
    train(job.folder)
    assert digest(job.folder) == digest(whole.folder)
