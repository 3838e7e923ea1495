"""Sections of any depth, lists of them and maps of them, as the next issues will declare them."""

import pytest

from conf import SettingsError
from conf.nodes import dotted, leaves
from conf.shapes import meaning_at
from tests.conf.sample import Plan, resolve_plan

BASE = """
strategies:
  - {name: plain, sampling: {temperature: 0.9}, stop: []}
workloads:
  faq: {weight: 1, strategy: null}
"""
OURS = """
workloads:
  faq:
    strategy: {name: brief, sampling: {temperature: 0.5}, stop: ["#"]}
  forms: {weight: 3, strategy: null}
"""


def test_maps_of_sections_are_joined_and_lists_are_replaced_whole() -> None:
    plan, _ = resolve_plan(BASE, OURS, overrides=["strategies=[]", "workloads.faq.strategy.sampling.temperature=0.1"])
    assert plan.strategies == ()
    assert set(plan.workloads) == {"faq", "forms"}
    faq = plan.workloads["faq"]
    assert faq.weight == 1
    assert faq.strategy is not None
    assert (faq.strategy.name, faq.strategy.stop, faq.strategy.sampling.temperature) == ("brief", ("#",), 0.1)


def test_each_value_at_any_depth_knows_its_line_and_meaning() -> None:
    _, tree = resolve_plan(BASE, OURS)
    found = {dotted(path): (leaf.place, meaning_at(Plan, path)) for path, leaf in leaves(tree)}
    assert found == {
        "strategies.0.name": ("0.yml:3", "What reports call it."),
        "strategies.0.sampling.temperature": ("0.yml:3", "How far from the likeliest word an answer may go."),
        "strategies.0.stop": ("0.yml:3", "The texts at which an answer ends."),
        "workloads.faq.weight": ("0.yml:5", "How often it counts."),
        "workloads.faq.strategy.name": ("1.yml:4", "What reports call it."),
        "workloads.faq.strategy.sampling.temperature": (
            "1.yml:4",
            "How far from the likeliest word an answer may go.",
        ),
        "workloads.faq.strategy.stop": ("1.yml:4", "The texts at which an answer ends."),
        "workloads.forms.weight": ("1.yml:5", "How often it counts."),
        "workloads.forms.strategy": ("1.yml:5", "The way of its own, or null for none."),
    }


def test_mistakes_inside_lists_and_maps_are_told_at_their_lines() -> None:
    wrong = """
strategies:
  - {name: 7, sampling: {temperature: 0.9}, stop: []}
  - name: hot
    sampling:
      temprature: 1.0
    stop: end
workloads:
  faq: {weight: 0, strategy: null}
"""
    with pytest.raises(SettingsError) as raised:
        resolve_plan(BASE, wrong)
    assert [(one.place, one.path, one.problem) for one in raised.value.mistakes] == [
        ("1.yml:3", "strategies.0.name", "expected text, got 7 (a number)."),
        ("1.yml:5", "strategies.1.sampling.temperature", "expected a value, none is given."),
        ("1.yml:6", "strategies.1.sampling.temprature", "no such setting."),
        ("1.yml:7", "strategies.1.stop", 'expected a list, got "end" (text).'),
        ("1.yml:9", "workloads.faq.weight", "expected a number of at least 1, got 0 (a number)."),
    ]
    near = next(one for one in raised.value.mistakes if "temprature" in one.path)
    assert near.remedy == "Did you mean strategies.1.sampling.temperature?"
