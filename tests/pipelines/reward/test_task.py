"""Pairs of one prompt share a batch and their answers are read once; what people prefer is learned."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.reward.encoding import reader_of
from pipelines.reward.scoring import RewardModel
from pipelines.reward.task import reads_of, task_of
from pipelines.training.launch import launch
from tests.pipelines.engines.tiny import make_tiny_model
from tests.pipelines.reward.pairs_story import colour_job, example, settings


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("tiny"), spread=0.05)


@pytest.mark.parametrize("overrides", [(), ("reward.training.adapter_rank=8",)])
def test_what_is_preferred_is_learned_and_holds_for_prompts_never_seen(
    tmp_path: Path, base: Path, overrides: tuple[str, ...]
) -> None:
    wanted = settings(f"reward.base={base}", "reward.training.epochs=8", *overrides)
    outcome = launch(colour_job(tmp_path, base, "reward.training.epochs=8", *overrides))
    assert outcome.holdout["holdout_accuracy"] > 0.9
    model = RewardModel.load([tmp_path / "job" / "result"], wanted)
    blue, two = model.rewards([([{"role": "user", "content": "Say 999"}], f"it is {word}") for word in ("blue", "two")])
    assert blue > two


def test_pairs_of_a_prompt_are_one_unit_that_counts_each_answer_once(base: Path) -> None:
    wanted = settings(f"reward.base={base}")
    reader = reader_of(str(base), wanted.most_tokens)
    pairs = [("a", "b"), ("b", "c"), ("a", "c")]
    examples = [example(reader, number, "Say", *pair) for number, pair in enumerate(pairs)]
    examples.append(example(reader, 9, "Other", "a", "b"))
    units = task_of(wanted, base).units(examples, turn="1")
    assert sorted((unit.places, unit.rows) for unit in units) == [((0, 1, 2), 3), ((3,), 2)]


def test_more_answers_than_fit_are_dealt_into_blocks_anew_in_each_epoch(base: Path) -> None:
    wanted = settings(f"reward.base={base}", "reward.training.tokens_per_batch=100")
    reader = reader_of(str(base), wanted.most_tokens)
    words = [f"answer {number}" for number in range(12)]
    pairs = [(one, other) for place, one in enumerate(words) for other in words[:place]]
    examples = [example(reader, number, "Say", *pair) for number, pair in enumerate(pairs)]
    task = task_of(wanted, base)
    longest = max(len(row["tokens"]) for row in examples)
    first, second, whole = (task.units(examples, turn=turn) for turn in ("7:0", "7:1", None))
    for unit in [*first, *second]:
        answers = {read for place in unit.places for read in reads_of(examples[place])}
        assert len(answers) == unit.rows <= max(2, 100 // longest)
    dealt = [{place for unit in units for place in unit.places} for units in (first, second)]
    assert dealt[0] != dealt[1]
    assert sorted(place for unit in whole for place in unit.places) == list(range(len(examples)))


def test_a_tie_counts_half_and_a_weight_counts_as_often(base: Path) -> None:
    import torch

    wanted = settings(f"reward.base={base}")
    reader = reader_of(str(base), wanted.most_tokens)
    tie = example(reader, 0, "Say", "a", "b", advantage=0.0)
    sure, doubled = (example(reader, 1, "Say", "b", "c", weight=weight) for weight in (1.0, 2.0))
    task = task_of(wanted, base)
    network = task.network().eval()
    with torch.inference_mode():
        one, two, alone = (
            task.loss(network, rows, torch.device("cpu")) for rows in ([tie, sure], [tie, doubled], [tie])
        )
    assert alone.figures["accuracy"] == 0.5
    assert two.total.item() - alone.total.item() == pytest.approx(2 * (one.total.item() - alone.total.item()), rel=1e-5)
