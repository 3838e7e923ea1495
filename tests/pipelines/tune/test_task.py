"""Every method moves what it should on prompts never seen, and resumes to the last bit wherever it was broken off."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import torch

from lakehouse import faults
from lakehouse.identity import file_digest
from pipelines.training.job import METRICS
from pipelines.training.references import FILE, ReferencesOfOthers
from pipelines.training.sealed import seal
from pipelines.training.worker import train
from pipelines.tune.network import ADAPTER, MODEL
from pipelines.tune.task import TuneTask, task_of, training_of
from tests.pipelines.engines.tiny import make_tiny_model
from tests.pipelines.tune.tune_story import METHODS, example, examples_for, settings, tune_job

CPU = torch.device("cpu")
START = {"sft": 5.0, "best_of_n": 5.0, "dpo": 0.693147, "kto": 0.5, "grpo": 0.0}
"""What a loss is at most before anything is learned: log 2, a half and nothing where it is measured from there."""
WEIGHTS = Path("result", ADAPTER, "adapter_model.safetensors")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("tiny"), spread=0.1)


def task(base: Path, method: str, *overrides: str) -> TuneTask:
    return task_of(settings(f"tune.method={method}", *overrides), base)


def figures(folder: Path, name: str) -> list[float]:
    lines = [json.loads(line) for line in (folder / METRICS).read_text().splitlines()]
    return [line[name] for line in lines if name in line]


def break_off(folder: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "_passages", Counter())
    monkeypatch.setenv(faults.FAULT_VARIABLE, place)
    with pytest.raises(faults.FaultInjected):
        train(folder)
    monkeypatch.delenv(faults.FAULT_VARIABLE)


def test_a_method_that_pushes_answers_apart_learns_at_its_own_rate() -> None:
    rate = settings().training.learning_rate
    rates = {method: training_of(settings(f"tune.method={method}")).learning_rate / rate for method in METHODS}
    assert rates == pytest.approx({"sft": 1.0, "best_of_n": 1.0, "dpo": 0.2, "kto": 0.2, "grpo": 0.5})


@pytest.mark.parametrize("method", METHODS)
def test_what_is_good_becomes_likelier_on_prompts_never_seen(tmp_path: Path, base: Path, method: str) -> None:
    job = tune_job(tmp_path, base, method, "tune.training.epochs=6", "tune.dpo.nll_weight=0.0")
    outcome = train(job.folder)
    losses = figures(job.folder, "holdout_loss")
    assert outcome.holdout["holdout_loss"] == min(losses)
    most = {"sft": 3.5, "best_of_n": 3.5, "dpo": 0.3, "kto": 0.3, "grpo": -0.1}[method]
    assert min(losses) < most < START[method]
    if method in ("dpo", "kto"):
        assert outcome.holdout["holdout_accuracy"] > 0.9
        assert outcome.holdout["holdout_margin"] > 0.1
    if method in ("dpo", "kto", "grpo"):
        assert figures(job.folder, "kl")[0] == pytest.approx(0.0, abs=1e-6)
        assert outcome.holdout["holdout_kl"] > 1e-4
    if method == "grpo":
        assert 0 < figures(job.folder, "clipped")[-1] < 1
    assert outcome.tokens > 0
    assert (job.result / MODEL / "model.safetensors").is_file()


@pytest.mark.parametrize("method", ["sft", "dpo", "kto", "grpo"])
@pytest.mark.parametrize("passage", [1, 4])
def test_whatever_step_it_ends_in_the_resumed_training_gives_the_same_weights(
    tmp_path: Path, base: Path, method: str, passage: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    how = ("tune.training.epochs=2", "tune.training.checkpoint_steps=2")
    undisturbed, broken = (tune_job(tmp_path / name, base, method, *how) for name in "ab")
    whole = train(undisturbed.folder)
    break_off(broken.folder, f"training.after_step:raise:{passage}", monkeypatch)
    resumed = train(broken.folder)
    assert file_digest(broken.folder / WEIGHTS) == file_digest(undisturbed.folder / WEIGHTS)
    assert (resumed.holdout, resumed.steps, resumed.tokens) == (whole.holdout, whole.steps, whole.tokens)
    assert figures(broken.folder, "loss") == figures(undisturbed.folder, "loss")


def test_references_are_computed_once_whole_or_not_at_all_and_read_on_resuming(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = tune_job(tmp_path, base, "dpo", "tune.training.checkpoint_steps=2")
    break_off(job.folder, "training.before_references:raise", monkeypatch)
    assert not (job.folder / FILE).exists()
    break_off(job.folder, "training.after_step:raise:3", monkeypatch)
    written = file_digest(job.folder / FILE)
    monkeypatch.setattr(TuneTask, "references", None)  # whoever calls it now fails
    train(job.folder)
    assert file_digest(job.folder / FILE) == written


def test_references_of_another_set_are_refused(tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow

    job = tune_job(tmp_path, base, "dpo")
    break_off(job.folder, "training.after_step:raise:1", monkeypatch)
    seal(tmp_path / "set", "other", pyarrow.Table.from_pylist([example(1, "red", "one", None)]))
    with pytest.raises(ReferencesOfOthers, match="of 1 examples; it holds 20, and 1 are missing"):
        train(job.folder)


@pytest.mark.parametrize("method", ["sft", "best_of_n"])
def test_plain_likelihood_needs_no_references(tmp_path: Path, base: Path, method: str) -> None:
    job = tune_job(tmp_path, base, method, "tune.training.epochs=1")
    train(job.folder)
    assert not (job.folder / FILE).exists()


@pytest.mark.parametrize("method", METHODS)
def test_a_loss_is_the_same_however_a_step_is_cut_into_batches(base: Path, method: str) -> None:
    """The sum over examples alone is the sum of all together, and so is every figure."""
    made = task(base, method)
    rows = examples_for(method)[:6]
    torch.manual_seed(1)
    network = made.network().eval()
    rows = known(made, network, rows)
    for weight in network.parameters():
        weight.data.add_(0.01 * torch.randn_like(weight))
    together = made.loss(network, rows, CPU)
    alone = [made.loss(network, [row], CPU) for row in rows]
    assert together.total.item() == pytest.approx(sum(one.total.item() for one in alone), rel=1e-4)
    for name, value in together.figures.items():
        assert value == pytest.approx(sum(one.figures[name] for one in alone), rel=1e-3, abs=1e-5)


def known(made: TuneTask, network: Any, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = made.references(network, rows, CPU)
    return rows if found is None else [row | fields for row, fields in zip(rows, found, strict=True)]


@pytest.mark.parametrize(("method", "expected"), [("sft", 2.0 * 4), ("grpo", 2.0), ("dpo", 2.0), ("kto", 2.0)])
def test_an_example_counts_by_its_weight_and_where_the_mean_is_over_tokens_by_its_tokens_too(
    base: Path, method: str, expected: float
) -> None:
    assert task(base, method).weight(example(1, "red", "three", 1.0)) == expected  # r, e, d and the end


def test_a_pair_is_two_rows_as_long_as_the_longer_one(base: Path) -> None:
    pair = example(1, "red", "three", None)
    (paired,), (single,) = (task(base, method).units([pair], None) for method in ("dpo", "sft"))
    prompt = pair["answer_start"]
    assert (paired.rows, paired.longest) == (2, prompt + 6)
    assert (single.rows, single.longest) == (1, prompt + 4)


def test_a_job_comes_back_from_its_folder_as_it_was_written(tmp_path: Path, base: Path) -> None:
    from pipelines.training.job import read_job

    job = tune_job(tmp_path, base, "grpo")
    assert read_job(job.folder) == job
    assert job.task.how == {"clip_low": 0.8, "clip_high": 4.0, "kl_weight": 0.04}  # type: ignore[attr-defined]
