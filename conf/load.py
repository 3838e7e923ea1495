"""Settings from their layers: merged, checked as one, with all mistakes told at once."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from os import PathLike, fspath
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from conf.combinations import Conflict
from conf.explaining import explain, shown
from conf.frozen import FrozenMap
from conf.layers import Layer, file_layers, override_layers
from conf.mistakes import Mistake, SettingsError
from conf.nodes import Node, Path, deepest, dotted, leaves, merge, plain, without
from conf.settings import Settings
from conf.shapes import split_path, without_misplaced

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Resolved:
    """Settings as they are used, with where each value came from."""

    settings: Settings
    origins: Mapping[str, str]
    """From a dotted path to a file and line, such as demo.yml:6, or to --set."""
    overrides: tuple[str, ...]
    """What --set said, in its order, for the record."""
    fingerprint: str
    """The same for the same values, whatever files they came from; secrets are in it by name only."""


def load_settings(conf: str | PathLike[str] = "demo", overrides: Sequence[str] = ()) -> Resolved:
    """The settings of an environment, or of a YAML file that may say `extends: dev`, with a.b=c on top."""
    layers = [*file_layers(fspath(conf)), *override_layers(Settings, overrides)]
    settings, tree = resolve(Settings, layers, fspath(conf))
    origins = FrozenMap({dotted(path): leaf.place for path, leaf in leaves(tree)})
    return Resolved(settings, origins, tuple(overrides), fingerprint(settings))


def fingerprint(values: Any) -> str:
    """The sha256 of settings, or of plain values, as canonical JSON."""
    plain_values = values.model_dump(mode="json") if isinstance(values, BaseModel) else values
    text = json.dumps(plain_values, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def resolve(model: type[Model], layers: Sequence[Layer], conf: str) -> tuple[Model, Node]:
    """The one model that all layers make, and the tree it was made of; or one error with every mistake."""
    ranks = {layer.name: rank for rank, layer in enumerate(layers)}
    mistakes = [mistake for layer in layers for mistake in layer.mistakes]
    trees: list[Node] = []
    for layer in layers:
        tree, misplaced = without_misplaced(model, layer.tree)
        trees.append(tree)
        mistakes += [_not_a_section(path, node) for path, node in misplaced]
    merged = reduce(merge, trees)
    settings, errors = validate(model, merged)
    mistakes += explain(model, merged, [error for error in errors if error["type"] != "conflicts"])
    if all(layer.is_whole for layer in layers):
        invalid = [mistake.path for mistake in mistakes if mistake.path]
        mistakes += conflicts_beside(model, trees, invalid, ranks)
    if mistakes or settings is None:
        raise SettingsError(conf, sorted(mistakes, key=lambda mistake: _position(mistake.place, ranks)))
    return settings, merged


def validate(model: type[Model], tree: Node) -> tuple[Model | None, list[ErrorDetails]]:
    """JSON is the strict mode that takes a list for a tuple and still no text for a number."""
    try:
        return model.model_validate_json(json.dumps(plain(tree))), []
    except ValidationError as invalid:
        return None, invalid.errors(include_url=False)


def conflicts_beside(
    model: type[BaseModel], trees: Sequence[Node], invalid: Sequence[str], ranks: Mapping[str, int]
) -> list[Mistake]:
    """Only whole settings can be looked at for conflicts, so the invalid values are left as base has them."""
    base, *upper = trees
    wrong = [split_path(model, path) for path in invalid]
    for path in wrong:
        upper = [without(tree, path) for tree in upper]
    merged = reduce(merge, [base, *upper])
    _, errors = validate(model, merged)
    found = [conflict for error in errors for conflict in error.get("ctx", {}).get("conflicts", ())]
    untouched = [one for one in found if not any(_touches(model, one, path) for path in wrong)]
    return [_conflict(model, merged, conflict, ranks) for conflict in untouched]


def _touches(model: type[BaseModel], conflict: Conflict, wrong: Path) -> bool:
    paths = [split_path(model, path) for path in conflict.paths]
    return any(path[: len(wrong)] == wrong or wrong[: len(path)] == path for path in paths)


def _conflict(model: type[BaseModel], tree: Node, conflict: Conflict, ranks: Mapping[str, int]) -> Mistake:
    """Told at the highest layer that has a part in it: that one was written last."""
    places = {path: deepest(tree, split_path(model, path))[1].place for path in conflict.paths}
    chosen = max(places, key=lambda path: _position(places[path], ranks)[0])
    others = " and ".join(f"{path} is at {place}" for path, place in places.items() if path != chosen)
    problem = f"{conflict.problem} Here {others}." if others else conflict.problem
    return Mistake(places[chosen], chosen, problem, conflict.remedy)


def _not_a_section(path: Path, node: Node) -> Mistake:
    problem = f"expected a section (names and values, indented below it), got {shown(plain(node))}."
    return Mistake(node.place, dotted(path), problem, "Write its settings below it, or take the line out.")


def _position(place: str, ranks: Mapping[str, int]) -> tuple[int, int]:
    """Layer and line: the order in which a person would correct mistakes."""
    file, _, line = place.rpartition(":")
    return (ranks[file], int(line)) if file in ranks else (ranks.get(place, -1), 0)
