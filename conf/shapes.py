"""What a settings class expects at a path: the way from a dotted name to its section, field and meaning."""

import types
import typing
from collections.abc import Mapping
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from conf.nodes import Node, Path, at, dotted


def bare(annotation: Any) -> tuple[Any, bool]:
    """An annotation without Annotated and without `| None`, and whether null is allowed."""
    nullable = False
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation = get_args(annotation)[0]
        elif origin in (types.UnionType, typing.Union) and type(None) in get_args(annotation):
            rest = [choice for choice in get_args(annotation) if choice is not type(None)]
            nullable, annotation = True, typing.Union[tuple(rest)]  # noqa: UP007
        else:
            return annotation, nullable


def section_of(annotation: Any) -> type[BaseModel] | None:
    kind, _ = bare(annotation)
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def inside(annotation: Any, step: str | int) -> Any:
    """The annotation one step further in, or None where there is nothing of that name."""
    kind, _ = bare(annotation)
    section = section_of(kind)
    if section:
        field = section.model_fields.get(str(step))
        return field.annotation if field else None
    if get_origin(kind) in (Mapping, dict):
        return get_args(kind)[1]
    if get_origin(kind) in (tuple, list):
        return get_args(kind)[0]
    return None


def chosen(annotation: Any, node: Node | None) -> Any:
    """A union of sections as the one whose kind is written in the node; anything else as it is."""
    extras = get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()
    tag = next((extra.discriminator for extra in extras if isinstance(extra, FieldInfo)), None)
    if tag is None or node is None or not node.is_map or tag not in node.value:
        return annotation
    kind = node.value[tag].value
    sections = get_args(get_args(annotation)[0])
    return next((one for one in sections if kind in get_args(one.model_fields[tag].annotation)), annotation)


def meaning_at(model: type[BaseModel], path: Path, tree: Node | None = None) -> str:
    """The sentence of the deepest field on the path; a section has its class's, entries share their map's.

    Where a section is one of several kinds, only the tree that is written can say which.
    """
    annotation: Any = model
    meaning = ""
    for depth, step in enumerate(path):
        annotation = chosen(annotation, at(tree, path[:depth]) if tree else None)
        section, annotation_inside = section_of(annotation), inside(annotation, step)
        if section and step in section.model_fields:
            described = section.model_fields[str(step)].description
            meaning = described or (section_of(annotation_inside) or section).__doc__ or ""
        annotation = annotation_inside
    return meaning


def split_path(model: type[BaseModel], text: str) -> tuple[str, ...]:
    """A dotted name into steps; in a map of plain values the rest is one key, such as Spark's a.b.c."""
    steps: list[str] = []
    annotation: Any = model
    while text:
        kind, _ = bare(annotation)
        is_leaf_map = get_origin(kind) in (Mapping, dict) and section_of(get_args(kind)[1]) is None
        step, _, rest = (text, "", "") if is_leaf_map else text.partition(".")
        steps.append(step)
        annotation, text = inside(annotation, step), rest
    return tuple(steps)


def without_misplaced(model: type[BaseModel], node: Node, path: Path = ()) -> tuple[Node, list[tuple[Path, Node]]]:
    """The tree without plain values where a section belongs, and those: they would hide all below them."""
    kept: dict[str, Node] = {}
    misplaced: list[tuple[Path, Node]] = []
    for key, child in node.value.items():
        annotation = inside(model, key)
        section, (_, nullable) = section_of(annotation), bare(annotation)
        if section and child.is_map:
            kept[key], below = without_misplaced(section, child, (*path, key))
            misplaced += below
        elif section and not (nullable and child.value is None):
            misplaced.append(((*path, key), child))
        else:
            kept[key] = child
    return Node(kept, node.place), misplaced


def all_paths(model: type[BaseModel], path: Path = ()) -> list[str]:
    """Every dotted name that the class knows, sections included."""
    names: list[str] = []
    for name, field in model.model_fields.items():
        names.append(dotted((*path, name)))
        section = section_of(field.annotation)
        if section:
            names += all_paths(section, (*path, name))
    return names
