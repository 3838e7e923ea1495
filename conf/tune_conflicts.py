"""Settings of tuning that are each right and cannot stand together."""

from collections.abc import Iterator

from conf.tune import TuneSettings

Found = tuple[tuple[str, ...], str, str]


def tune_conflicts(tune: TuneSettings) -> Iterator[Found]:
    """Paths, what cannot stand together, and what to do."""
    if tune.examples.replay is not None and tune.method not in ("sft", "best_of_n"):
        yield (
            ("tune.examples.replay", "tune.method"),
            f"what is replayed is one good answer to each prompt, and {tune.method} learns from answers that differ in "
            "worth.",
            "Set tune.examples.replay: null, for beta and kl_weight hold the model to where it began, or tune.method: "
            "best_of_n.",
        )
    if tune.pretrain.begin is not None and (tune.method != "pretrain" or tune.training.adapter_rank is not None):
        yield (
            ("tune.pretrain.begin", "tune.method", "tune.training.adapter_rank"),
            "a model that begins with nothing learns from documents, and all of its weights learn.",
            "Set tune.method: pretrain and tune.training.adapter_rank: null, or tune.pretrain.begin: null.",
        )
