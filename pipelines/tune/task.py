"""Tuning as a task for the worker: a causal model learns from answers by one of five methods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conf.training import TrainingSettings
from conf.tune import DpoSettings, GrpoSettings, KtoSettings, TuneSettings
from pipelines.training.task import Example, Loss, Unit
from pipelines.tune.answers import Answers, answer_length, answers_under, chosen_read, padded, rejected_read
from pipelines.tune.methods import METHODS, Method, Seen
from pipelines.tune.network import save_tuned, tuning_network

if TYPE_CHECKING:
    from torch import device
    from torch.nn import Module

REFERENCE, REJECTED_REFERENCE = "reference", "rejected_reference"


@dataclass(frozen=True)
class TuneTask:
    """A base model that is tuned on examples of one method."""

    base: str
    method: str
    how: dict[str, float]
    """The method's own settings, such as beta."""
    adapter_rank: int | None
    recompute: bool
    merge: bool

    @property
    def _method(self) -> Method:
        return METHODS[self.method]

    def network(self) -> Module:
        """The base, with adapters or to be trained whole."""
        made: Module = tuning_network(Path(self.base), self.adapter_rank, self.recompute)
        return made

    def new_weights(self) -> tuple[str, ...]:
        """None: adapters begin at zero and learn at the rate that is set."""
        return ()

    def weight(self, example: Example) -> float:
        """What an example counts for; where the mean is over tokens, as often as its answer has tokens.

        The worker divides a step's losses by the sum of these, so a step's loss is a mean over all tokens of the step
        however it is cut into batches and dealt to ranks.
        """
        times = answer_length(chosen_read(example)) if self._method.counts_tokens else 1
        return float(example["weight"]) * times

    def units(self, examples: Sequence[Example], turn: str | None) -> list[Unit]:
        """Every example for itself; the answers of a pair are two rows of one batch."""
        if self._method.is_paired:
            longest = [max(len(one["tokens"]), len(one["rejected_tokens"])) for one in examples]
        else:
            longest = [len(one["tokens"]) for one in examples]
        rows = 2 if self._method.is_paired else 1
        return [Unit((place,), rows, length) for place, length in enumerate(longest)]

    def references(self, network: Any, examples: Sequence[Example], device: device) -> list[Example] | None:
        """Log-probabilities of the answers' tokens before anything is learned, for methods that measure from there.

        They are always computed and never taken from the table: stored sums come from other precisions and prompts
        (those that candidates were drawn with), and a loss must begin at exactly no distance from where it began. It
        costs one forward pass over the examples.
        """
        if not self._method.has_reference:
            return None
        found = self._answers(network, examples, device).lists()
        if not self._method.is_paired:
            return [{REFERENCE: one} for one in found]
        half = len(examples)
        pairs = zip(found[:half], found[half:], strict=True)
        return [{REFERENCE: chosen, REJECTED_REFERENCE: rejected} for chosen, rejected in pairs]

    def loss(self, network: Any, examples: Sequence[Example], device: device) -> Loss:
        """The method's loss and figures, each summed with the examples' weights."""
        import torch

        answers = self._answers(network, examples, device)
        reference = padded(self._references_of(examples), answers) if self._method.has_reference else None
        lesson = self._method.lesson(Seen(answers, reference), examples, self.how)
        weights = torch.tensor([example["weight"] for example in examples]).to(lesson.losses)
        figures = {name: float((values * weights).sum()) for name, values in lesson.figures.items()}
        return Loss((lesson.losses * weights).sum(), figures)

    def save(self, network: Module, folder: Path) -> None:
        """Adapters as they are, and the whole model where they are merged or there are none."""
        save_tuned(network, Path(self.base), folder, self.merge)

    def _answers(self, network: Any, examples: Sequence[Example], device: device) -> Answers:
        reads = [chosen_read(example) for example in examples]
        if self._method.is_paired:
            reads += [rejected_read(example) for example in examples]
        return answers_under(network, reads, device)

    def _references_of(self, examples: Sequence[Example]) -> list[list[float]]:
        columns = [REFERENCE, REJECTED_REFERENCE] if self._method.is_paired else [REFERENCE]
        return [example[column] for column in columns for example in examples]


def section_of(settings: TuneSettings) -> DpoSettings | KtoSettings | GrpoSettings | None:
    """The method's own settings, where it has some that its loss is told."""
    sections: dict[str, DpoSettings | KtoSettings | GrpoSettings] = {
        "dpo": settings.dpo,
        "kto": settings.kto,
        "grpo": settings.grpo,
    }
    return sections.get(settings.method)


def training_of(settings: TuneSettings) -> TrainingSettings:
    """How the model is trained, at the learning rate of its method."""
    section = section_of(settings)
    rate = settings.training.learning_rate * (section.rate_factor if section else 1.0)
    return settings.training.model_copy(update={"learning_rate": rate})


def task_of(settings: TuneSettings, base: Path) -> TuneTask:
    """The task that settings describe, on a base model's folder."""
    section = section_of(settings)
    return TuneTask(
        base=str(base),
        method=settings.method,
        how=section.model_dump(exclude={"rate_factor"}) if section else {},
        adapter_rank=settings.training.adapter_rank,
        recompute=settings.training.recompute,
        merge=settings.merge,
    )
