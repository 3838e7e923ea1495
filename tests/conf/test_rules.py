"""Checks as a settings file declares them: what may be left out, and what is told of mistakes."""

import re
import typing
from pathlib import Path

import pytest
from pydantic_core import PydanticUndefined

from conf import glossary, load_settings
from conf.rules import Check
from conf.rules import Check as AnyCheck
from tests.conf.sample import told

KINDS = typing.get_args(typing.get_args(Check)[0])
PAGE = Path(__file__).parent.parent.parent / "docs" / "rules.md"


def with_rules(folder: Path, *checks: str) -> Path:
    file = folder / "ours.yml"
    file.write_text("\n".join(["extends: demo", "rules:", "  facts:", *(f"    - {check}" for check in checks)]))
    return file


def test_what_may_be_left_out_of_a_check_means_nothing() -> None:
    defaults = {field.default for kind in KINDS for field in kind.model_fields.values()}
    assert len(KINDS) == 14
    assert defaults - {PydanticUndefined} == {None, (), False}


def test_every_field_of_every_check_is_told_in_one_sentence() -> None:
    meanings = [field.description or "" for kind in KINDS for field in kind.model_fields.values()]
    assert len(meanings) > 50
    assert [meaning for meaning in meanings if not re.fullmatch(r"[A-Z][^\n]*\.", meaning)] == []


@pytest.mark.parametrize(
    ("check", "place", "said"),
    [
        ("{check: jsn}", "", "expected one of 'json', 'json_fields', "),
        ("{name: x}", "", "expected 'check' to say which kind it is"),
        ("{check: length, unit: words, moist: 3}", ".moist", "Did you mean rules.facts.0.most?"),
        ("{check: token_f1}", ".least", "Add least: ... (The F1 of the words from which an answer passes.)"),
        ("{check: token_f1, least: 1.5}", ".least", "expected a number of at most 1.0, got 1.5"),
        ("{check: length, unit: words}", "", "expected a limit: least, most, or both"),
        ("{check: length, unit: words, least: 2, most: 1}", "", "expected least to be at most as large as most"),
        ("{check: regex, must: ['(a']}", ".must.0", "expected a regular expression (missing )"),
        ("{check: contains}", "", "expected something under must or must_not"),
        ("{check: json, json_schema: {type: objec}}", ".json_schema", "expected a JSON Schema (at $.type"),
        ("{check: json, json_schema: {pattern: '('}}", ".json_schema", "expected a JSON Schema (at $.pattern"),
        ("{check: json, json_schema: {items: {$ref: 'http://x/y'}}}", ".json_schema", "(http://x/y is elsewhere)"),
        ("{check: language, languages: []}", ".languages", "expected at least 1 of them, got []"),
        (
            "{check: code, walls: all, timeout_seconds: 1, memory_megabytes: 9}",
            ".allow_code",
            "Add allow_code: ... (Must be true: code that a model wrote is run",
        ),
        (
            "{check: code, allow_code: false, walls: all, timeout_seconds: 1, memory_megabytes: 9}",
            ".allow_code",
            "expected true, as code of answers is run on this machine, or no such check, got false",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line_its_place_and_a_way_out(
    tmp_path: Path, check: str, place: str, said: str
) -> None:
    (line,) = told(with_rules(tmp_path, check))
    assert line.startswith(f"{tmp_path}/ours.yml:4: rules.facts.0{place}: ")
    assert said in line


def test_two_checks_of_one_workload_need_two_names(tmp_path: Path) -> None:
    (line,) = told(with_rules(tmp_path, "{check: refusal}", "{check: json}", "{check: refusal}"))
    assert "rules.facts: 2 checks of the workload facts are called rule:refusal." in line
    assert "Give each a `name` of its own." in line
    (line,) = told("demo", "rules={all: [{check: json}], facts: [{check: json}]}")
    assert "2 checks of the workload facts are called rule:json." in line
    apart = "rules={letters: [{check: json}], facts: [{check: json}, {check: json, name: again}]}"
    assert set(load_settings("demo", [apart]).settings.rules) == {"letters", "facts"}


def test_the_glossary_tells_each_field_by_the_meaning_that_it_has_in_its_kind(tmp_path: Path) -> None:
    file = with_rules(tmp_path, "{check: token_f1, least: 0.5}", "{check: citations, least: 1}")
    meanings = {entry.path: entry.meaning for entry in glossary(load_settings(file))}
    assert meanings["rules.facts.0.least"] == "The F1 of the words from which an answer passes."
    assert meanings["rules.facts.1.least"].startswith("How many citations an answer must have")


def test_the_example_of_the_page_loads_and_shows_every_kind(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    (tmp_path / "ours.yml").write_text(example)
    rules = load_settings(tmp_path / "ours.yml").settings.rules
    shown: list[AnyCheck] = [check for checks in rules.values() for check in checks]
    assert {type(check) for check in shown} == set(KINDS)
    rows = re.findall(r"^\| `(\w+)` \|", PAGE.read_text(), re.MULTILINE)
    assert rows == [kind for one in KINDS for kind in typing.get_args(one.model_fields["check"].annotation)]
