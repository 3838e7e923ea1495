"""The layers that settings are made of: base.yml, the files that build on it, and what --set says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel

from conf.mistakes import Mistake, Unreadable
from conf.nodes import Node, nested, plain
from conf.reading import read_yaml
from conf.shapes import split_path

BASE = "base"
SET = "--set"


@dataclass(frozen=True)
class Layer:
    """One file or one --set: its name for messages, its values, and what is wrong in how it is written."""

    name: str
    tree: Node
    mistakes: tuple[Mistake, ...] = ()
    is_whole: bool = True
    """False for a file of which nothing could be read, so that nobody knows what it sets."""


def _unread(name: str, reason: Unreadable) -> Layer:
    return Layer(name, Node({}, name), (reason.mistake,), is_whole=False)


def environments() -> tuple[str, ...]:
    """The names that --conf knows, in alphabetical order."""
    names = {file.name.removesuffix(".yml") for file in files("conf").iterdir() if file.name.endswith(".yml")}
    return tuple(sorted(names - {BASE}))


def file_layers(wanted: str, asked_at: str = "--conf", above: tuple[str, ...] = ()) -> list[Layer]:
    """The environment or file and all that it extends, the lowest first."""
    try:
        name, text = _open(wanted, asked_at, above)
        tree, mistakes = read_yaml(text, name)
        if not tree.is_map and tree.value is not None:
            problem = "expected sections, each a name and a colon, got something else."
            raise Unreadable(Mistake(name, "", problem, "lakewheel settings shows how they look."))
    except Unreadable as reason:
        return [*([] if wanted == BASE else file_layers(BASE)), _unread(wanted, reason)]
    written = dict(tree.value or {})
    extends = written.pop("extends", Node(BASE, name))
    lower = [] if wanted == BASE else file_layers(_beside(wanted, extends), extends.place, (*above, wanted))
    return [*lower, Layer(name, Node(written, tree.place), tuple(mistakes))]


def _is_file(wanted: str) -> bool:
    return "/" in wanted or wanted.endswith((".yml", ".yaml"))


def _beside(wanted: str, extends: Node) -> str:
    """A file that another extends is looked for beside it, an environment among ours."""
    name = str(plain(extends))
    return str(Path(wanted).parent / name) if _is_file(name) else name


def _open(wanted: str, asked_at: str, above: tuple[str, ...]) -> tuple[str, str]:
    """The name for messages and the text."""
    path = "extends" if above else ""
    if wanted in above:
        circle = " extends ".join((*above[above.index(wanted) :], wanted))
        problem = f"expected an end, got a circle: {circle}."
        raise Unreadable(Mistake(asked_at, path, problem, f"Let one of them extend {BASE}."))
    if _is_file(wanted):
        return wanted, _read_file(Path(wanted), asked_at, path)
    known = (*environments(), BASE)
    if wanted not in known:
        near = [f"Did you mean {match}?" for match in get_close_matches(wanted, known, n=1)]
        problem = f"expected an environment ({', '.join(environments())}), got {wanted!r}."
        raise Unreadable(Mistake(asked_at, path, problem, " ".join([*near, "A file of your own ends in .yml."])))
    return f"{wanted}.yml", files("conf").joinpath(f"{wanted}.yml").read_text(encoding="utf-8")


def _read_file(file: Path, asked_at: str, path: str) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        problem = f"expected a settings file, got {file} ({error.strerror})."
        remedy = f"Check the path (you stand in {Path.cwd()}), or name one of: {', '.join(environments())}."
        raise Unreadable(Mistake(asked_at, path, problem, remedy)) from None
    except UnicodeDecodeError:
        problem = f"expected UTF-8 text, got other bytes in {file}."
        raise Unreadable(Mistake(asked_at, path, problem, "Save the file as UTF-8 text.")) from None


def override_layers(model: type[BaseModel], overrides: Sequence[str]) -> list[Layer]:
    """One layer for each a.b=c, its value read as in a file."""
    return [_override_layer(model, override) for override in overrides]


def _override_layer(model: type[BaseModel], override: str) -> Layer:
    name, equals, text = override.partition("=")
    name = name.strip()
    try:
        if not (name and equals):
            problem = "expected section.name=value, got no name or no '='."
            raise Unreadable(Mistake(SET, name, problem, "Write --set section.name=value."))
        value, mistakes = read_yaml(text, SET, line_numbers=False)
    except Unreadable as reason:
        return Layer(SET, Node({}, SET), (replace(reason.mistake, path=name),))
    return Layer(SET, nested(split_path(model, name), value), tuple(mistakes))
