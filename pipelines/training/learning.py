"""One step of learning, and measuring without learning."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lakehouse.faults import fault_point
from lakehouse.identity import identity
from pipelines.training.assembly import set_rate
from pipelines.training.job import Job
from pipelines.training.plan import Step, batches_of, rate_share
from pipelines.training.task import Example, Loss, Unit
from pipelines.training.world import World

if TYPE_CHECKING:
    from torch import Tensor

SEED_BITS = 63


class TrainingDiverged(RuntimeError):
    """Too many batches have no finite loss; nothing may come of such a training."""


@dataclass(frozen=True)
class Bench:
    """What every step needs."""

    job: Job
    engine: Any
    world: World


def random_seed(*names: str | int) -> int:
    """A seed that is a function of what it is for."""
    return int(identity("random", *names)[:16], 16) & (2**SEED_BITS - 1)


def random_numbers(*names: str | int) -> None:
    """Seed what follows by what it is, so that a resumed training draws what an undisturbed one would."""
    import torch

    torch.manual_seed(random_seed(*names))


def learn(
    bench: Bench, examples: Sequence[Example], step: Step, number: int, steps: int, bad: list[tuple[str, ...]]
) -> dict[str, float]:
    """One step of the optimiser; batches without a finite loss count nothing and are written down."""
    settings, engine, world = bench.job.settings, bench.engine, bench.world
    weight = sum(bench.job.task.weight(examples[place]) for place in step.places)
    rate = settings.learning_rate * rate_share(number, steps, settings.warmup, settings.schedule)
    set_rate(engine, rate)
    engine.train()
    shares = step.shares(world.rank, world.ranks)
    found: Counter[str] = Counter()
    unfit: list[str] = []
    for turn, units in enumerate(shares):
        engine.set_gradient_accumulation_boundary(turn == len(shares) - 1)
        random_numbers(bench.job.seed, number, turn, world.rank)
        batch = [examples[place] for unit in units for place in unit.places]
        found.update(_learned(bench, batch, examples[step.places[0]], weight, unfit))
    norm = _stepped(bench)
    if not math.isfinite(norm):
        unfit = [str(examples[place]["example_id"]) for place in step.places] if world.leads else []
    _check_course(bench, world.gathered(unfit), bad)
    fault_point("training.after_step")
    tokens = sum(unit.rows * unit.longest for batch_units in step.batches for unit in batch_units)
    totals = _totals(world, found)
    return {**{name: value / weight for name, value in totals.items()}, "rate": rate, "norm": norm, "tokens": tokens}


def _learned(
    bench: Bench, batch: list[Example], any_example: Example, weight: float, unfit: list[str]
) -> dict[str, float]:
    """Forward and back on one batch; a rank without one goes along with nothing to say."""
    world = bench.world
    loss = bench.job.task.loss(bench.engine, batch or [any_example], world.device)
    is_finite = bool(loss.total.detach().isfinite())
    if not is_finite:
        unfit += [str(example["example_id"]) for example in batch]
    share = world.ranks / weight if batch else 0.0
    bench.engine.backward(loss.total * share if is_finite else _nothing(bench.engine))
    return _figures(loss, counts=bool(batch) and is_finite)


def _figures(loss: Loss, counts: bool) -> dict[str, float]:
    """The same names from every rank, also from one that has nothing to say."""
    said = {"loss": float(loss.total.detach()), **loss.figures}
    return said if counts else dict.fromkeys(said, 0.0)


def _nothing(engine: Any) -> Tensor:
    """A loss that moves no weight, for a batch whose own is not a number."""
    import torch

    weights = [weight for weight in engine.module.parameters() if weight.requires_grad]
    return torch.stack([(weight * 0).sum() for weight in weights]).sum()


def _stepped(bench: Bench) -> float:
    """One step of the optimiser, unless the gradient is not a number, and the gradient's length.

    Sharded gradients are measured in the step by DeepSpeed itself, which leaves the weights alone where they are none.
    """
    import torch

    engine = bench.engine
    if bench.job.settings.zero_stage:
        engine.step()
        return float(engine.get_global_grad_norm())
    gradients = [weight.grad for weight in engine.module.parameters() if weight.grad is not None]
    norm = float(torch.nn.utils.get_total_norm(gradients))
    if math.isfinite(norm):
        engine.step()
    else:
        engine.zero_grad()
    return norm


def _check_course(bench: Bench, unfit: list[str], bad: list[tuple[str, ...]]) -> None:
    """Write a step's unfit examples down; too many such steps end the training."""
    if not unfit:
        return
    bad.append(tuple(unfit))
    most = bench.job.settings.most_bad_steps
    if len(bad) > most:
        raise TrainingDiverged(
            f"{len(bad)} steps had batches without a finite loss or gradient, and {most} are passed over at most; "
            f"nothing was registered. The last one held the examples {', '.join(unfit[:3])}. Lower the learning rate, "
            "or look at these examples."
        )


def _totals(world: World, found: Counter[str]) -> dict[str, float]:
    import torch

    names = sorted(found)
    summed = world.total(torch.tensor([found[name] for name in names], dtype=torch.float64, device=world.device))
    return dict(zip(names, summed.tolist(), strict=True))


def figures_on(bench: Bench, examples: Sequence[Example]) -> dict[str, float]:
    """The mean loss and the other figures on examples that nothing is learned from."""
    import torch

    task, world = bench.job.task, bench.world
    units: list[Unit] = task.units(examples, turn=None)
    step = Step(-1, batches_of(units, bench.job.settings.tokens_per_batch))
    bench.engine.eval()
    found: Counter[str] = Counter()
    with torch.no_grad():  # weights that ZeRO 3 gathers in inference mode could not be trained afterwards
        for share in step.shares(world.rank, world.ranks):
            batch = [examples[place] for unit in share for place in unit.places]
            loss = task.loss(bench.engine, batch or [examples[0]], world.device)
            found.update({**_figures(loss, counts=bool(batch)), "weight": sum(map(task.weight, batch))})
    totals = _totals(world, found)
    return {name: value / totals["weight"] for name, value in totals.items() if name != "weight"}
