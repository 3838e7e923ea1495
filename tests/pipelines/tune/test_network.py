"""A base is loaded safely, adapters begin as nothing, and what is saved draws as what was trained."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

from lakehouse.identity import file_digest
from pipelines.models.embedded import ModelMissing, embedded_model
from pipelines.models.weights import ModelRefused
from pipelines.tune import network as networks
from pipelines.tune.network import ADAPTER, GENERATION, MODEL, SavedOtherwise, save_tuned, tuning_network
from tests.pipelines.engines.tiny import make_tiny_model

PROBE = torch.arange(3, 20).unsqueeze(0)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_tiny_model(tmp_path_factory.mktemp("tiny"), spread=0.1)
    said = json.loads((folder / GENERATION).read_text())
    (folder / GENERATION).write_text(json.dumps({**said, "temperature": 0.5, "do_sample": False}))
    return folder


def logits(causal: Any) -> torch.Tensor:
    with torch.inference_mode():
        found: torch.Tensor = causal(input_ids=PROBE).logits
    return found


def disturbed(network: Any) -> Any:
    torch.manual_seed(2)
    with torch.no_grad():
        for weight in network.parameters():
            if weight.requires_grad:
                weight.add_(torch.randn_like(weight) * 0.05)
    return network.eval()


def loaded(folder: Path) -> Any:
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, local_files_only=True)


def test_adapters_begin_as_nothing_and_are_all_that_is_trained(base: Path) -> None:
    adapted, whole = tuning_network(base, adapter_rank=4), tuning_network(base)
    torch.testing.assert_close(logits(adapted.network), logits(whole.network), atol=0, rtol=0)
    trained = {name for name, weight in adapted.named_parameters() if weight.requires_grad}
    assert {"lora_" in name for name in trained} == {True}
    assert len(trained) == 2 * 7 * 2  # two matrices for each of seven linear layers in both blocks
    assert all(weight.requires_grad for weight in whole.parameters())


def test_a_merged_model_and_its_adapters_draw_as_the_trained_one(base: Path, tmp_path: Path) -> None:
    from peft import PeftModel
    from transformers import AutoTokenizer

    network = disturbed(tuning_network(base, adapter_rank=4))
    wanted = logits(network.network)
    assert (wanted - logits(loaded(base))).abs().max() > 0.01
    save_tuned(network, base, tmp_path, merge=True)
    torch.testing.assert_close(logits(loaded(tmp_path / MODEL)), wanted, atol=1e-4, rtol=1e-3)
    apart = PeftModel.from_pretrained(loaded(base), str(tmp_path / ADAPTER))
    torch.testing.assert_close(logits(apart), wanted, atol=1e-4, rtol=1e-3)
    assert (tmp_path / MODEL / GENERATION).read_text() == (base / GENERATION).read_text()
    kept, brought = (AutoTokenizer.from_pretrained(folder) for folder in (tmp_path / MODEL, base))
    assert kept.chat_template == brought.chat_template
    assert kept("Otter")["input_ids"] == brought("Otter")["input_ids"]
    assert not list(tmp_path.rglob("*.bin"))


def test_without_merging_only_the_adapters_are_saved(base: Path, tmp_path: Path) -> None:
    save_tuned(disturbed(tuning_network(base, adapter_rank=4)), base, tmp_path, merge=False)
    assert [folder.name for folder in tmp_path.iterdir()] == [ADAPTER]


def test_a_network_that_was_trained_whole_is_saved_whole(base: Path, tmp_path: Path) -> None:
    network = disturbed(tuning_network(base))
    wanted = logits(network.network)
    save_tuned(network, base, tmp_path, merge=False)
    assert [folder.name for folder in tmp_path.iterdir()] == [MODEL]
    torch.testing.assert_close(logits(loaded(tmp_path / MODEL)), wanted, atol=1e-5, rtol=1e-5)


def test_a_base_in_sixteen_bits_gets_a_tuned_model_in_sixteen_bits(base: Path, tmp_path: Path) -> None:
    short = tmp_path / "short"
    shutil.copytree(base, short)
    rounded = loaded(base).to(torch.bfloat16)
    rounded.generation_config.temperature = None
    rounded.save_pretrained(short)
    save_tuned(disturbed(tuning_network(short, adapter_rank=4)), short, tmp_path / "tuned", merge=True)
    assert json.loads((tmp_path / "tuned" / MODEL / "config.json").read_text())["dtype"] == "bfloat16"
    sizes = [(folder / "model.safetensors").stat().st_size for folder in (short, tmp_path / "tuned" / MODEL)]
    assert sizes[0] == pytest.approx(sizes[1], rel=0.05)


def test_a_merge_that_came_out_otherwise_is_refused(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = networks._save_whole

    def spoiling(network: Any, base: Path, folder: Path) -> None:
        network.get_input_embeddings().weight.data.mul_(1.5)
        saved(network, base, folder)

    monkeypatch.setattr(networks, "_save_whole", spoiling)
    with pytest.raises(SavedOtherwise, match=r"of its draws would differ, and 0.10% may.*tune.merge: false"):
        save_tuned(disturbed(tuning_network(base, adapter_rank=4)), base, tmp_path, merge=True)


def test_a_base_that_is_missing_a_pickle_or_wants_to_run_code_is_refused(base: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="expected a model in"):
        tuning_network(tmp_path / "nowhere")
    pickled, coded = tmp_path / "pickled", tmp_path / "coded"
    for folder in (pickled, coded):
        shutil.copytree(base, folder)
    (pickled / "model.safetensors").rename(pickled / "pytorch_model.bin")
    with pytest.raises(ModelRefused, match=r"pytorch_model.bin, which can run code"):
        tuning_network(pickled)
    config = json.loads((coded / "config.json").read_text())
    (coded / "config.json").write_text(json.dumps({**config, "auto_map": {"AutoModelForCausalLM": "own.Own"}}))
    with pytest.raises(ModelRefused, match="wants to run code of its own"):
        tuning_network(coded)


def test_recomputing_activations_changes_no_gradient(base: Path) -> None:
    from pipelines.tune.answers import answers_under

    found = []
    for recompute in (False, True):
        torch.manual_seed(4)
        network = disturbed(tuning_network(base, 4, recompute)).train()
        answers = answers_under(network, [([5, 6, 7, 8, 9], 2), ([9, 8, 7], 1)], torch.device("cpu"))
        answers.log_probabilities.sum().backward()
        found.append([weight.grad for weight in network.parameters() if weight.grad is not None])
    assert len(found[0]) == len(found[1]) > 0
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other)


@pytest.mark.slow
def test_the_embedded_model_is_tuned_merged_and_saved(tmp_path: Path) -> None:
    base = embedded_model(tmp_path / "models")
    save_tuned(tuning_network(base, adapter_rank=2), base, tmp_path / "tuned", merge=True)
    weights = "model.safetensors"  # adapters that learned nothing change nothing
    assert file_digest(tmp_path / "tuned" / MODEL / weights) == file_digest(base / weights)
