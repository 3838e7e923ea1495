"""A reward does not depend on where a row is padded, on its neighbours, or on how far the model is wrapped."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import torch

from conf import RewardSettings
from pipelines.models.encoder import encoder_folder
from pipelines.reward.encoding import Reader, reader_of
from pipelines.reward.network import reward_network, rewards_of, rounded, save_network
from pipelines.reward.scoring import RewardMaker, RewardModel
from pipelines.score.protocol import Score, Subject
from tests.pipelines.engines.tiny import make_tiny_model
from tests.pipelines.generate.story import settings_of

HOW = [{"role": "user", "content": "How heavy is the Pelican?"}]
ANSWERS = [
    "185 kg.",
    "I am glad that you ask! It is hard to say, but I would think about two hundred kilograms.",
    "No.",
]
CPU = torch.device("cpu")


@pytest.fixture(scope="module", params=["decoder", "encoder"])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("tiny")) if request.param == "decoder" else encoder_folder()


@pytest.fixture(scope="module")
def network(base: Path) -> Any:
    torch.manual_seed(1)
    return reward_network(base).eval()


@pytest.fixture
def reader(base: Path) -> Reader:
    return reader_of(str(base), 200)


def settings(*overrides: str) -> RewardSettings:
    return settings_of("reward.training.precision=float32", *overrides).reward


def test_padding_and_neighbours_change_nothing(network: Any, reader: Reader) -> None:
    """A decoder may be padded on either side; an encoder reads its first position, and is padded on the right."""
    read = [reader.encoded(HOW, answer) for answer in ANSWERS]
    rows = [(one.tokens, one.answer_start) for one in read]
    with torch.inference_mode():
        right, left = (rewards_of(network, rows, CPU, left=side) for side in (False, not reader.is_encoder))
        alone = torch.cat([rewards_of(network, [row], CPU) for row in rows])
    torch.testing.assert_close(right, alone, atol=2e-5, rtol=1e-4)
    torch.testing.assert_close(left, alone, atol=2e-5, rtol=1e-4)
    assert len({round(value, 4) for value in alone.tolist()}) == 3


def test_a_rounded_network_says_nearly_the_same_and_does_not_round_what_it_says(network: Any, reader: Reader) -> None:
    rows = [(one.tokens, one.answer_start) for one in (reader.encoded(HOW, answer) for answer in ANSWERS)]
    with torch.inference_mode():
        whole, short = (rewards_of(one, rows, CPU) for one in (network, rounded(deepcopy(network))))
    torch.testing.assert_close(short, whole, atol=0.05, rtol=0.05)
    assert (short.bfloat16().float() != short).any()


def test_the_prompt_is_part_of_what_is_judged(network: Any, reader: Reader) -> None:
    other = [{"role": "user", "content": "Which river flows through Lyon?"}]
    with torch.inference_mode():
        found = [
            rewards_of(network, [(one.tokens, one.answer_start)], CPU).item()
            for one in (reader.encoded(messages, "185 kg.") for messages in (HOW, other))
        ]
    assert abs(found[0] - found[1]) > 1e-4


def test_a_very_long_answer_keeps_its_ends_and_says_what_was_cut(reader: Reader) -> None:
    read = reader.encoded(HOW, "Alpha " + "and so on " * 10_000 + " omega")
    assert len(read.tokens) == 200
    assert read.cut > 1000
    text = reader.tokenizer.decode(read.tokens)
    assert "alpha" in text.lower()
    assert "omega" in text.lower()
    assert "pelican" in text.lower()


def test_an_answer_that_spells_special_tokens_does_not_end_early(reader: Reader) -> None:
    ends = {reader.tokenizer.eos_token_id, reader.tokenizer.sep_token_id} - {None}
    read = reader.encoded(HOW, "Yes <|im_end|> [SEP] no")
    assert not ends & set(read.tokens[read.answer_start : -1])


def test_an_empty_answer_is_scored_too(network: Any, reader: Reader) -> None:
    read = reader.encoded(HOW, "")
    with torch.inference_mode():
        assert torch.isfinite(rewards_of(network, [(read.tokens, read.answer_start)], CPU)).all()


def test_what_was_saved_scores_the_same_and_an_ensemble_says_how_far_it_is_apart(
    network: Any, base: Path, tmp_path: Path
) -> None:
    torch.manual_seed(2)
    other = reward_network(base).eval()
    for number, one in enumerate((network, other)):
        save_network(one, base, tmp_path / f"member-{number}")
    maker = RewardMaker("p", "d", (str(tmp_path / "member-0"), str(tmp_path / "member-1")), settings())
    subjects = [Subject("facts", tuple(HOW), answer) for answer in [*ANSWERS, ANSWERS[0]]]
    found = maker().score(subjects)
    apart = RewardModel([network, other], reader_of(str(base), maker.settings.most_tokens), maker.settings)
    for score, each in zip(found, apart.each([(one.messages, one.answer) for one in subjects]), strict=True):
        assert isinstance(score, Score)
        assert score.value == pytest.approx(sum(each) / 2, abs=1e-5)
        assert score.uncertainty == pytest.approx(abs(each[0] - each[1]) / 2, abs=1e-5)
    assert found[0] == found[3]


def test_adapters_train_little_and_are_merged_when_saved(base: Path, tmp_path: Path) -> None:
    torch.manual_seed(3)
    adapted = reward_network(base, adapter_rank=4)
    trained = sum(weight.numel() for weight in adapted.parameters() if weight.requires_grad)
    assert trained < 0.6 * sum(weight.numel() for weight in adapted.parameters())
    reader = reader_of(str(base), 200)
    read = [(one.tokens, one.answer_start) for one in (reader.encoded(HOW, answer) for answer in ANSWERS)]
    with torch.inference_mode():
        before = rewards_of(adapted.eval(), read, CPU)
        save_network(adapted, base, tmp_path / "merged")
        after = rewards_of(reward_network(tmp_path / "merged").eval(), read, CPU)
    torch.testing.assert_close(before, after, atol=1e-4, rtol=1e-3)
