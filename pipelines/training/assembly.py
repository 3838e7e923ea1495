"""A network made ready to learn: adapters, the optimiser's groups, and DeepSpeed around all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conf.training import TrainingSettings
from pipelines.training.task import Task
from pipelines.training.world import World, calculates_in_bfloat16

if TYPE_CHECKING:
    from torch.nn import Module

FACTOR = "factor"
BETAS, EPSILON = (0.9, 0.999), 1e-8
BUCKET, LIVE = 2**25, 2**27
"""How many numbers travel together, and how many weights stage 3 holds at once; by default a small model's all."""


def assembled(network: Module, task: Task, settings: TrainingSettings, world: World) -> Any:
    """DeepSpeed's engine around the network."""
    import deepspeed
    from torch.optim import AdamW

    network.to(world.device)
    network.train()
    groups = _groups(network, set(task.new_weights()), settings)
    optimiser = AdamW(groups, lr=settings.learning_rate, betas=BETAS, eps=EPSILON, fused=True)
    engine, *_ = deepspeed.initialize(
        model=network, optimizer=optimiser, config=_config(settings, world), dist_init_required=False
    )
    # alone and unsharded, it would flatten all gradients and add up nothing; ZeRO hands them to its optimiser in there
    engine.enable_backward_allreduce = world.ranks > 1 or settings.zero_stage > 0
    return engine


def _groups(network: Module, new: set[str], settings: TrainingSettings) -> list[dict[str, Any]]:
    """Weights by how fast they learn and whether they decay; biases and scales do not."""
    found: dict[tuple[float, float], list[Any]] = {}
    for name, weight in network.named_parameters():
        if weight.requires_grad:
            factor = settings.new_weights_factor if new & set(name.split(".")) else 1.0
            decay = settings.weight_decay if weight.ndim > 1 else 0.0
            found.setdefault((factor, decay), []).append(weight)
    return [
        {"params": weights, "weight_decay": decay, FACTOR: factor, "lr": settings.learning_rate * factor}
        for (factor, decay), weights in found.items()
    ]


def _config(settings: TrainingSettings, world: World) -> dict[str, Any]:
    """DeepSpeed's own settings; batches are ours, so it is told of one example a step and never counts them."""
    sharding: dict[str, Any] = {
        "stage": settings.zero_stage,
        "reduce_bucket_size": BUCKET,
        "allgather_bucket_size": BUCKET,
        "stage3_prefetch_bucket_size": BUCKET,
        "stage3_max_live_parameters": LIVE,
        "stage3_max_reuse_distance": LIVE,
    }
    if settings.offload:
        sharding["offload_optimizer"] = {"device": "cpu"}
    return {
        "train_micro_batch_size_per_gpu": 1,
        "gradient_accumulation_steps": 1,
        "gradient_clipping": settings.clip,
        "zero_optimization": sharding,
        "zero_allow_untested_optimizer": True,
        "zero_force_ds_cpu_optimizer": False,
        "torch_autocast": {"enabled": calculates_in_bfloat16(settings, world.device), "dtype": "bfloat16"},
        "steps_per_print": 2**31,
    }


def set_rate(engine: Any, rate: float) -> None:
    """The learning rate of this step, for each group times its factor."""
    for group in engine.optimizer.param_groups:
        group["lr"] = rate * group[FACTOR]
