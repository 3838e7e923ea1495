"""A tuned model in MLflow: the weights in its transformers flavor, the card, and how the training went."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

from conf import TrackingSettings
from lakehouse.tracked import Tracked, fluent
from pipelines.models.quiet import only_errors, quiet_loading
from pipelines.policies.making import Making
from pipelines.training.job import METRICS
from pipelines.tune.card import Facts, card
from pipelines.tune.course import course_picture
from pipelines.tune.network import ADAPTER

CHAT = "llm/v1/chat"
EXAMPLE = {"messages": [{"role": "user", "content": "Which depot is nearest?"}], "max_tokens": 16}
NEEDS = ("torch", "transformers", "accelerate", "peft")


def log_model(
    logged: Tracked, tracking: TrackingSettings, made: Making, folder: Path, facts: Facts, training: Path
) -> None:
    """Log the model so that `mlflow.pyfunc` chats with it, with the card and the course of its training beside it."""
    import mlflow
    from huggingface_hub import ModelCard

    text = card(facts)
    (folder / "README.md").write_text(text)
    logged.client.log_text(logged.run_id, text, "card.md")
    logged.client.log_dict(logged.run_id, facts.settings.model_dump(mode="json"), "settings.json")
    figures = [json.loads(line) for line in (training / METRICS).read_text().splitlines()]
    with fluent(logged, tracking, made.home), quiet_loading(), only_errors():
        mlflow.log_figure(course_picture(figures), "course.png")
        mlflow.transformers.log_model(
            **_loaded(folder, made.base),
            name="model",
            task=CHAT,
            model_card=ModelCard(text),
            input_example=EXAMPLE,
            pip_requirements=[f"{name}=={version(name)}" for name in NEEDS],
            metadata={"policy_id": made.policy_id, "licence": facts.row["licence"] or "unknown"},
        )


def _loaded(folder: Path, base: Path) -> dict[str, Any]:
    """The model with its tokenizer; an adapter together with the base that it belongs to."""
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    is_adapter = folder.name == ADAPTER
    whole = base if is_adapter else folder
    model: Any = AutoModelForCausalLM.from_pretrained(whole, use_safetensors=True, local_files_only=True)
    tokenizer = AutoTokenizer.from_pretrained(whole, local_files_only=True)
    if not is_adapter:
        return {"transformers_model": {"model": model, "tokenizer": tokenizer}}
    adapted = {"model": PeftModel.from_pretrained(model, str(folder)), "tokenizer": tokenizer}
    return {"transformers_model": adapted, "base_model_path": str(base)}
