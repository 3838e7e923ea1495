"""Log-probabilities of answers are those of the whole logits, in value and gradient, however they are cut."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from pipelines.tune.answers import Read, answers_under
from pipelines.tune.log_probabilities import AnswerNetwork
from pipelines.tune.network import tuning_network
from tests.pipelines.engines.tiny import make_tiny_model

CPU = torch.device("cpu")
READS: list[Read] = [
    ([5, 6, 7, 8, 9, 10, 11], 3),
    ([12, 13], 1),
    ([20, 21, 22, 23, 24], 4),
]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("tiny"), spread=0.1)


def plain(causal: Any, read: Read) -> Tensor:
    """One answer alone, from logits of all positions."""
    tokens, start = read
    logits = causal(input_ids=torch.tensor([tokens])).logits[0].log_softmax(dim=-1)
    return logits[range(start - 1, len(tokens) - 1), tokens[start:]]


def gradients_of(network: AnswerNetwork) -> dict[str, Tensor]:
    found = {name: one.grad.clone() for name, one in network.named_parameters() if one.grad is not None}
    network.zero_grad()
    return found


def weighted(rows: Sequence[Tensor]) -> Tensor:
    """Some function in which every token counts differently."""
    sums = [(row * torch.arange(1, len(row) + 1)).sum() * (place + 1) for place, row in enumerate(rows)]
    return torch.stack(sums).sum()


@pytest.mark.parametrize("adapter_rank", [None, 4])
@pytest.mark.parametrize(("most_logits", "has_plain_head"), [(1, True), (3, True), (1000, True), (3, False)])
def test_values_and_gradients_are_those_of_whole_logits(
    base: Path, adapter_rank: int | None, most_logits: int, has_plain_head: bool
) -> None:
    torch.manual_seed(3)
    network = tuning_network(base, adapter_rank)
    for name, weight in network.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.1)
    network.most_logits = most_logits
    assert network.has_plain_head
    network.has_plain_head = has_plain_head
    expected = [plain(network.causal, read) for read in READS]
    weighted(expected).backward()
    gradients = gradients_of(network)
    answers = answers_under(network, READS, CPU)
    found = [torch.tensor(row) for row in answers.lists()]
    weighted([row[: len(one)] for row, one in zip(answers.log_probabilities, expected, strict=True)]).backward()
    torch.testing.assert_close(torch.cat(found), torch.cat(expected), atol=1e-5, rtol=1e-5)
    ours = gradients_of(network)
    assert ours.keys() == gradients.keys() != set()
    for name, gradient in gradients.items():
        torch.testing.assert_close(ours[name], gradient, atol=2e-5, rtol=1e-4)


def test_only_as_many_positions_are_looked_at_as_answers_have_and_at_most_so_many_at_once(base: Path) -> None:
    """The widths of all products with the head, seen through its forward pass."""
    from pipelines.tune import log_probabilities

    seen: list[int] = []
    whole = log_probabilities.linear

    def watching(states: Tensor, *more: Any) -> Tensor:
        seen.append(len(states))
        return whole(states, *more)

    network = tuning_network(base)
    network.most_logits = 3
    log_probabilities.linear = watching
    try:
        answers_under(network, READS, CPU).log_probabilities.sum().backward()
    finally:
        log_probabilities.linear = whole
    assert seen == [3, 3] * 2


def test_padding_and_neighbours_change_nothing(base: Path) -> None:
    network = tuning_network(base).eval()
    together = answers_under(network, READS, CPU).lists()
    alone = [answers_under(network, [read], CPU).lists()[0] for read in READS]
    assert [len(row) for row in together] == [4, 1, 1]
    for one, other in zip(together, alone, strict=True):
        assert one == pytest.approx(other, abs=1e-5)


def test_a_network_that_caps_its_logits_is_read_through_its_own_forward_pass(tmp_path: Path) -> None:
    from transformers import Gemma2Config, Gemma2ForCausalLM

    torch.manual_seed(5)
    config = Gemma2Config(
        vocab_size=64,
        hidden_size=32,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=16,
        final_logit_softcapping=0.5,
        initializer_range=0.3,
        attn_implementation="eager",
    )
    causal = Gemma2ForCausalLM(config).eval()
    network = AnswerNetwork(causal)
    assert not network.has_plain_head
    found = answers_under(network, READS, CPU).lists()
    for row, read in zip(found, READS, strict=True):
        assert row == pytest.approx(plain(causal, read).tolist(), abs=1e-5)


def test_bfloat16_stays_near_float32(base: Path) -> None:
    network = tuning_network(base)
    exact = answers_under(network, READS, CPU).log_probabilities
    with torch.autocast("cpu", dtype=torch.bfloat16):
        rounded = answers_under(network, READS, CPU).log_probabilities
    assert rounded.dtype == torch.float32
    torch.testing.assert_close(rounded, exact, atol=0.1, rtol=0.1)
    rounded.sum().backward()
    coarse = gradients_of(network)
    exact.sum().backward()
    for name, gradient in gradients_of(network).items():
        assert (coarse[name] - gradient).norm() <= 0.1 * gradient.norm() + 1e-6, name
