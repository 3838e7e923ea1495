"""Rollback: the champion before this one is served again, in one command."""

from __future__ import annotations

from collections.abc import Sequence

from conf import ReleaseSettings, TrackingSettings
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from pipelines.release.moves import Moved, Order, move_champion
from pipelines.release.registry import Registry
from pipelines.release.verdicts import ROLLBACK, Told, champions


class NothingToRollBack(LookupError):
    """There is no earlier champion."""


def rollback(
    lakehouse: Lakehouse,
    settings: ReleaseSettings,
    tracking: TrackingSettings,
    provenance: Provenance,
    decided_by: str,
    because: str | None = None,
) -> Moved:
    """Restore the previous champion; a second rollback goes one further back."""
    order = Order(ROLLBACK, decided_by, (because,) if because else ())
    return move_champion(lakehouse, settings, tracking, order, _previous, provenance)


def _previous(verdicts: Sequence[Told], registry: Registry) -> str:
    reign = champions(verdicts)
    if not reign:
        raise NothingToRollBack(
            f"nothing was ever promoted to champion of {registry.name}, so there is nothing to roll back. Nothing was "
            "moved."
        )
    if len(reign) == 1:
        served = registry.champion()
        raise NothingToRollBack(
            f"{served.words if served else reign[0]} is the first champion of {registry.name}: there is none before it "
            "to go back to, and it is served still. Serve the base model instead, or promote another. Nothing was "
            "moved."
        )
    return reign[-2]
