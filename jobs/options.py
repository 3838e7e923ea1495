"""What every command takes, in front of its name or behind it: --conf, --set, --home, --json, --debug."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Literal, cast

import typer

if TYPE_CHECKING:
    from pydantic import SecretStr

    from conf import Resolved
    from lakehouse.home import Home
    from lakehouse.place import Lakehouse, Place
    from pipelines.budget import Budget

EVERYWHERE = "--conf, --set, --home, --json and --debug may stand before or behind any command: see lakewheel --help."
WITH_VALUE = ("--conf", "--set", "--home")
FLAGS = ("--json", "--debug")


@dataclass(frozen=True)
class Asked:
    """What a person asked of the whole program; nothing is loaded before a command needs it."""

    conf: str = "demo"
    overrides: tuple[str, ...] = ()
    home_folder: str | None = None
    as_json: bool = False
    debug: bool = False

    @cached_property
    def resolved(self) -> Resolved:
        from conf import load_settings

        return load_settings(self.conf, self.overrides)

    @cached_property
    def home(self) -> Home:
        from lakehouse.home import home_at

        return home_at(self.home_folder)

    @cached_property
    def place(self) -> Place:
        from lakehouse.place import Place

        return Place(self.home, self.resolved.settings.lakehouse)

    def budget(self, step: Literal["generate", "score", "tune"]) -> Budget:
        """What a step may use in a round."""
        from pipelines.budget import Budget

        settings = self.resolved.settings
        return Budget(step, getattr(settings.budgets, step), settings.prices.device_hour)

    @cached_property
    def subject_key(self) -> SecretStr:
        """The key of pseudonyms; a laptop's is made at first use."""
        from conf import resolve_secret

        name = self.resolved.settings.privacy.subject_key
        return resolve_secret(name, self.home.folder, create=self.place.is_local)

    def open_lakehouse(self) -> Lakehouse:
        """With a running Spark session, which takes seconds."""
        from jobs.showing import working
        from lakehouse.home import make_home
        from lakehouse.session import open_lakehouse

        make_home(self.home)
        with working("starting Spark"):
            return open_lakehouse(self.resolved.settings, self.home)


def asked_of(context: typer.Context) -> Asked:
    """What stands before or behind the command's name."""
    return cast(Asked, context.obj)


def in_front(arguments: list[str]) -> list[str]:
    """The arguments with the options of the whole program first, wherever they were written."""
    moved: list[str] = []
    kept: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            kept += [argument, *rest]
        elif argument in WITH_VALUE:
            moved += [argument, *islice(rest, 1)]
        elif argument in FLAGS or argument.partition("=")[0] in WITH_VALUE:
            moved.append(argument)
        else:
            kept.append(argument)
    return moved + kept
