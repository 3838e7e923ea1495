"""Which weights a name in the settings means, what they are known by, and why a folder is no model of ours."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from conf import ModelSettings
from lakehouse.identity import file_digest
from pipelines.models.embedded import LICENCE, NAME, ModelMissing, embedded_model

EMBEDDED = "embedded"
DIGESTS = ".digests.json"
PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl")
TOLD_BY = (
    "*.safetensors",
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "tokenizer.model",
    "vocab.json",
    "merges.txt",
    "chat_template.jinja",
)


class ModelRefused(ValueError):
    """A folder that holds a model which is not loaded, with the reason."""


def base_model(settings: ModelSettings, models: Path) -> Path:
    """The folder of the base model; the embedded one is made on first use."""
    if settings.base == EMBEDDED:
        return embedded_model(models)
    folder = Path(settings.base).expanduser()
    check_model(folder)
    return folder.resolve()


def base_name(settings: ModelSettings) -> str:
    """The name that people know the base model by."""
    return NAME if settings.base == EMBEDDED else Path(settings.base).name


def base_licence(settings: ModelSettings) -> str | None:
    """The licence of its weights, as far as it is known."""
    return LICENCE if settings.base == EMBEDDED else settings.licence


def check_model(folder: Path) -> None:
    """Safetensors with a configuration, and no code of its own."""
    if not (folder / "config.json").is_file():
        raise ModelMissing(
            f"expected a model in {folder}, a folder with config.json, and there is none. Download one with "
            "`hf download NAME --local-dir FOLDER`, and set model.base to that folder, or to `embedded`."
        )
    if not list(folder.glob("*.safetensors")):
        pickles = sorted(file.name for file in folder.iterdir() if file.suffix in PICKLES)
        came = f"it has {', '.join(pickles)}, which can run code when loaded" if pickles else "there are none"
        raise ModelRefused(
            f"expected weights as *.safetensors in {folder}; {came}. Convert them in a place apart with the "
            "`safetensors` package, or take a model that is published so."
        )
    config = json.loads((folder / "config.json").read_text())
    if "auto_map" in config:
        raise ModelRefused(
            f"the model in {folder} wants to run code of its own (auto_map in config.json), which is refused. "
            "Take a model whose architecture transformers knows."
        )


def digest_of(folder: Path) -> str:
    """SHA-256 over what makes the model answer as it does; remembered while no file changes."""
    files = _files_of(folder)
    stamp = json.dumps([[file.name, file.stat().st_size, file.stat().st_mtime_ns] for file in files])
    known = _remembered(folder)
    if known.get("stamp") == stamp:
        return str(known["digest"])
    digest = fresh_digest_of(folder)
    _remember(folder, {"stamp": stamp, "digest": digest})
    return digest


def fresh_digest_of(folder: Path) -> str:
    """The same from the bytes as they are now, whatever is remembered: sizes and times can be made to look alike."""
    files = _files_of(folder)
    return hashlib.sha256("".join(f"{file.name}:{file_digest(file)}\n" for file in files).encode()).hexdigest()


def _files_of(folder: Path) -> list[Path]:
    return sorted({file for pattern in TOLD_BY for file in folder.glob(pattern)})


def _remembered(folder: Path) -> dict[str, str]:
    try:
        read = json.loads((folder / DIGESTS).read_text())
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _remember(folder: Path, known: dict[str, str]) -> None:
    """Where the folder may be written to; a shared model is hashed anew instead."""
    unfinished = folder / f"{DIGESTS}.{os.getpid()}"
    try:
        unfinished.write_text(json.dumps(known))
        os.replace(unfinished, folder / DIGESTS)
    except OSError:
        return
