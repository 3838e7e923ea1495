"""One tiny model for all tests of engines, as our engine sees it and as transformers itself does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.models.loading import Loaded, Weights, load_causal
from tests.pipelines.engines.tiny import make_tiny_model


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def loaded(tiny_folder: Path) -> Loaded:
    return load_causal(Weights(str(tiny_folder), "tiny"), "cpu", "float32")


@pytest.fixture(scope="session")
def plain_model(tiny_folder: Path) -> Any:
    """The same weights with transformers' own attention: the independent implementation."""
    import torch
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(tiny_folder, dtype=torch.float32, attn_implementation="eager").eval()
