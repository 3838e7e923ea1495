"""The laws of joining layers."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from conf.nodes import as_tree, dotted, leaves, merge, nested, plain, without

SCALARS = st.none() | st.booleans() | st.integers() | st.text()
NAMES = st.sampled_from("abcd")
MAPS = st.recursive(
    st.dictionaries(NAMES, SCALARS | st.lists(SCALARS)),
    lambda inner: st.dictionaries(NAMES, inner | SCALARS),
    max_leaves=10,
)


def joined(lower: Any, upper: Any) -> Any:
    return plain(merge(as_tree(lower, "lower"), as_tree(upper, "upper")))


def test_maps_are_joined_and_everything_else_is_replaced() -> None:
    lower = {"a": 1, "b": {"c": 2, "d": [1, 2]}, "e": {"f": 3}}
    upper = {"b": {"d": [3]}, "e": None, "g": 4}
    assert joined(lower, upper) == {"a": 1, "b": {"c": 2, "d": [3]}, "e": None, "g": 4}


@settings(deadline=None)
@given(MAPS)
def test_an_empty_layer_changes_nothing(values: Any) -> None:
    assert joined(values, {}) == values
    assert joined({}, values) == values


@settings(deadline=None)
@given(MAPS)
def test_a_layer_on_itself_changes_nothing(values: Any) -> None:
    assert joined(values, values) == values


@settings(deadline=None)
@given(MAPS, MAPS)
def test_every_value_of_the_upper_layer_is_in_the_result_under_its_name(lower: Any, upper: Any) -> None:
    result = merge(as_tree(lower, "lower"), as_tree(upper, "upper"))
    found = {path: (plain(leaf), leaf.place) for path, leaf in leaves(result)}
    wanted = {path: (plain(leaf), "upper") for path, leaf in leaves(as_tree(upper, "upper")) if plain(leaf) != {}}
    assert {path: found.get(path) for path in wanted} == wanted


@settings(deadline=None)
@given(MAPS, MAPS)
def test_every_value_of_the_result_comes_from_the_layer_it_names(lower: Any, upper: Any) -> None:
    sources = {"lower": as_tree(lower, "lower"), "upper": as_tree(upper, "upper")}
    result = merge(sources["lower"], sources["upper"])
    for path, leaf in leaves(result):
        assert (path, leaf) in list(leaves(sources[leaf.place])) or plain(leaf) == {}


@settings(deadline=None)
@given(MAPS, st.lists(NAMES, min_size=1, max_size=4).map(tuple), SCALARS)
def test_a_value_set_at_a_path_is_found_there_and_can_be_taken_out(values: Any, path: Any, value: Any) -> None:
    tree = merge(as_tree(values, "file"), nested(path, as_tree(value, "--set")))
    assert (path, as_tree(value, "--set")) in list(leaves(tree))
    assert dotted(path) not in {dotted(found) for found, _ in leaves(without(tree, path))}
