"""A strategy is data: what it puts around a prompt, what it is known by, and what is kept of its steps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from pipelines.engines.echo import EchoEngine
from pipelines.engines.protocol import Answer, Ask, Refusal, Reply, Told
from pipelines.generate.asking import Piece, ask, seed_of, tokens_of
from pipelines.generate.strategies import Shot, Way, ways
from tests.pipelines.generate.story import settings_of

RATED = [Shot(f"r{number}", "facts", f"Question {number}?", f"Answer {number}.") for number in range(7)]
RATED += [Shot("other", "letters", "Dear sirs", "Yours")]


def ways_of(*overrides: str, workloads: Sequence[str] = ("facts",), rated: Sequence[Shot] = RATED) -> list[Way]:
    return ways(settings_of(*overrides).generate, workloads, rated)


def test_what_a_strategy_puts_around_a_prompt_keeps_the_prompts_own_system_message() -> None:
    (way,) = ways_of("generate.use=[concise]")
    opening = way.opening([{"role": "system", "content": "Be kind."}, {"role": "user", "content": "How much?"}])
    assert [message["role"] for message in opening] == ["system", "user"]
    assert opening[0]["content"].startswith("Answer in as few words")
    assert opening[0]["content"].endswith("\n\nBe kind.")


def test_examples_are_a_subset_of_the_workloads_own_in_an_order_that_repeats() -> None:
    first, second = ways_of("generate.use=[examples]")
    assert (first.name, second.name) == ("examples/1", "examples/2")
    assert len(first.shots) == len(second.shots) == 5
    assert first.shots != second.shots
    assert {shot.workload for shot in (*first.shots, *second.shots)} == {"facts"}
    assert ways_of("generate.use=[examples]", rated=RATED[::-1]) == [first, second]
    elsewhere = [replace(shot, rating_id=f"{9 - at}") for at, shot in enumerate(RATED)]
    same = [way.digest for way in ways_of("generate.use=[examples]", rated=elsewhere)]
    assert same == [first.digest, second.digest], "the same examples have other ids in another home"
    assert ways_of("generate.use=[examples]", workloads=["unknown"]) == []
    opening = first.opening([{"role": "user", "content": "How much?"}])
    assert [message["role"] for message in opening] == ["user", "assistant"] * 5 + ["user"]


def test_a_digest_changes_with_all_that_decides_an_answer_and_with_nothing_else() -> None:
    (plain,) = ways_of()
    changes = ("generate.top_p=0.5", "generate.max_tokens=7", "generate.strategies.bare.temperature=0.1")
    digests = {ways_of(change)[0].digest for change in changes} | {plain.digest}
    assert len(digests) == 4
    assert ways_of("generate.first_samples=1")[0].digest == plain.digest
    assert ways_of(workloads=["letters"])[0].digest == plain.digest


def test_two_names_for_one_way_of_asking_are_drawn_once() -> None:
    same = "generate.strategies.copy={system: null, shots: 0, orders: 3, steps: [], temperature: 0.7}"
    assert [way.name for way in ways_of(same, "generate.use=[bare, copy]")] == ["bare"]


def test_greedy_strategies_draw_one_sample_however_many_are_asked_for() -> None:
    (way,) = ways_of("generate.strategies.bare.temperature=0", "generate.first_samples=4")
    assert (way.samples, way.most_samples) == (1, 1)


class Scripted(EchoEngine):
    """Says what it was asked last, and remembers every conversation."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Ask] = []
        self.told: list[Told] = []

    def answer(self, asks: Sequence[Ask]) -> list[Reply]:
        self.asked += asks
        return [[Answer(f"<{ask.messages[-1]['content']}>", "stop", 1, 2, -1.0) for _ in ask.seeds] for ask in asks]

    def log_probabilities(self, told: Sequence[Told]) -> list[list[float | None]]:
        self.told += told
        return [[-9.0] * len(one.answers) for one in told]


def piece_of(way: Way, text: str = "How much?") -> Piece:
    return Piece(way, "p", ({"role": "user", "content": text},), ("c0", "c1"), (0, 1))


def test_steps_are_asked_one_after_another_and_only_the_last_answer_is_kept() -> None:
    (way,) = ways_of("generate.strategies.bare.steps=[Think., Answer.]")
    engine = Scripted()
    piece = piece_of(way)
    drawn = ask(engine, [piece], reference=True)
    assert [one.final.text for one in drawn] == ["<Answer.>"] * 2
    assert [json.loads(one.trace or "") for one in drawn] == [["<How much?\n\nThink.>"]] * 2
    assert [(tokens_of(one).prompt_tokens, tokens_of(one).answer_tokens) for one in drawn] == [(2, 4)] * 2
    second = engine.asked[1].messages
    assert [message["role"] for message in second] == ["user", "assistant", "user"]
    # the reference is the bare prompt, which is what tuning sees
    assert [one.log_probability for one in drawn] == [-9.0] * 2
    assert engine.told[0].messages == piece.messages


def test_a_bare_prompt_needs_no_second_look_for_its_log_probability() -> None:
    engine = Scripted()
    drawn = ask(engine, [piece_of(ways_of()[0])], reference=True)
    assert [one.log_probability for one in drawn] == [-1.0] * 2
    assert engine.told == []


def test_each_sample_and_each_step_has_a_seed_of_its_own_that_repeats() -> None:
    seeds = [seed_of(name, step) for name in ("c0", "c1") for step in (0, 1)]
    assert len(set(seeds)) == 4
    assert seeds == [seed_of(name, step) for name in ("c0", "c1") for step in (0, 1)]
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_a_refused_prompt_refuses_each_of_its_samples() -> None:
    bare = ways_of()[0]
    drawn = ask(EchoEngine(), [piece_of(bare, "word " * 5000), piece_of(bare)], reference=True)
    assert [isinstance(one.refusal, Refusal) for one in drawn] == [True, True, False, False]


def test_settings_that_use_an_unknown_strategy_say_which_there_are() -> None:
    with pytest.raises(ValueError, match="nowhere is used and not among the strategies: bare, concise"):
        settings_of("generate.use=[nowhere]")
