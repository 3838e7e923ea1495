"""A scorer for each check: what it is called, where it applies, when answers are scored anew, and what stops it."""

import pickle
import shutil
from pathlib import Path
from typing import Any

from conf import load_settings
from conf.rules import Check
from pipelines.score.protocol import Score, Scorer, ScorerMaker
from pipelines.score.rules.make import CHECKS, RulesScorer, rule_makers
from tests.pipelines.score.rules.judging import about, declared, maker

REFUSAL, SHORT = declared(check="refusal"), declared(check="length", unit="words", most=3)


def test_every_kind_that_settings_know_has_its_check() -> None:
    kinds = {kind for one in Check.__origin__.__args__ for kind in one.model_fields["check"].annotation.__args__}
    assert len(kinds) == 14
    assert set(CHECKS) == kinds


def test_a_check_is_called_by_its_kind_or_its_name_and_applies_where_it_is_declared() -> None:
    named = declared(check="length", name="brief", unit="words", most=3)
    makers: list[ScorerMaker] = list(rule_makers({"all": [REFUSAL], "facts": [SHORT, named], "letters": [SHORT]}))
    assert [one.name for one in makers] == ["rule:refusal", "rule:length", "rule:brief"]
    applies = [{where for where in ("facts", "letters", "other") if one.applies_to(where)} for one in makers]
    assert applies == [{"facts", "letters", "other"}, {"facts", "letters"}, {"facts"}]
    assert rule_makers(load_settings("demo").settings.rules) == []


def test_a_maker_can_be_sent_to_an_actor() -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "array", "maxItems": 1}}}
    sent = pickle.loads(pickle.dumps(maker(check="json", json_schema=schema)))
    scorer: Scorer = sent()
    found = scorer.score([about('{"a": [1]}'), about('{"a": [1, 2]}')])
    assert [score.passed for score in found if isinstance(score, Score)] == [True, False]
    scorer.close()


def test_the_digest_is_the_settings_and_nothing_else() -> None:
    def digest(**settings: Any) -> str:
        return maker(**settings).digest

    one = digest(check="json", json_schema={"const": 1})
    assert one == digest(json_schema={"const": 1}, check="json")
    others = [
        digest(check="json", json_schema={"const": True}),
        digest(check="json", json_schema={"const": 1}, bare=True),
        digest(check="json", json_schema={"const": 1}, name="other"),
        digest(check="json"),
        digest(check="refusal"),
    ]
    assert len({one, *others}) == 6


def test_the_digest_of_sql_is_the_content_of_its_database_wherever_it_is(tmp_path: Path) -> None:
    here, there = tmp_path / "here.db", tmp_path / "there.db"
    here.write_bytes(b"first")
    shutil.copy(here, there)
    limits = {"match_gold": False, "tolerance": 0, "timeout_seconds": 1, "most_rows": 1}
    first, same = (maker(check="sql", engine="sqlite", database=str(at), **limits).digest for at in (here, there))
    there.write_bytes(b"second")
    assert first == same != maker(check="sql", engine="sqlite", database=str(there), **limits).digest


def test_an_answer_that_a_check_throws_on_is_left_open_and_the_others_are_judged() -> None:
    def touchy(subject: Any) -> Score:
        if subject.answer == "bad":
            raise RecursionError("too deep\nand more")
        return Score(1.0, True)

    found = RulesScorer("rule:touchy", touchy).score([about("good"), about("bad"), about("good")])
    assert found[0] == found[2] == Score(1.0, True)
    assert found[1] == Score(None, None, "the check failed on this answer: RecursionError: too deep")


def test_half_a_character_stops_no_check() -> None:
    settings: list[dict[str, Any]] = [
        {"check": "json"},
        {"check": "regex", "must": ["a"]},
        {"check": "contains", "must": ["a"]},
        {"check": "length", "unit": "words", "most": 3},
        {"check": "exact"},
        {"check": "token_f1", "least": 0.5},
        {"check": "number", "which": "last", "decimal": "either", "tolerance": 0},
        {"check": "language", "languages": ["en"]},
        {"check": "grounded", "least": 0.5},
        {"check": "citations", "least": 0},
        {"check": "refusal"},
    ]
    for one in settings:
        found = maker(**one)().score([about("\ud800 otter \udfff", ["otter"])])
        assert isinstance(found[0], Score)
        assert "failed on this answer" not in str(found[0].reason)
