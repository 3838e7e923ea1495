"""What the gate and the evaluation have to agree about."""

from collections.abc import Iterator

from conf.evaluate import EvaluateSettings
from conf.release import ReleaseSettings

Found = tuple[tuple[str, ...], str, str]


def release_conflicts(release: ReleaseSettings, evaluate: EvaluateSettings) -> Iterator[Found]:
    """Paths, what cannot stand together, and what to do."""
    for name in ("suite", "confidence"):
        decides, measured = getattr(release, name), getattr(evaluate, name)
        if decides != measured:
            yield (
                (f"release.{name}", f"evaluate.{name}"),
                f"the gate decides by figures with {name} {decides}, and they are measured with {measured}.",
                "Set both alike.",
            )
