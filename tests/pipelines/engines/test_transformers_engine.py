"""Our drawing against transformers' own: the same words, the same probabilities, however prompts are put together."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from pipelines.engines.chat import answer_tokens, prompt_tokens
from pipelines.engines.drawing import Drawing, Room, Wanted
from pipelines.engines.protocol import Answer, Ask, OutOfMemory, Refusal, Said, Sampling, Told
from pipelines.engines.transformers_engine import TransformersEngine
from pipelines.models.loading import Loaded

WIDE = Room(64, 100_000)
GREEDY = Sampling(0.0, 1.0, 12)
ALIKE = "You answer questions about kitchens in a field, briefly. "
QUESTIONS = ("What is it?", "How much is the Otter a day, and where can it be had in the winter?", "Why?", "Who asks?")


def asks(sampling: Sampling, seeds: tuple[int, ...], shared: str = ALIKE) -> list[Ask]:
    return [Ask(({"role": "user", "content": shared + text},), sampling, seeds) for text in QUESTIONS]


def answers(engine: TransformersEngine, asked: list[Ask]) -> list[list[Answer]]:
    replies = engine.answer(asked)
    assert not any(isinstance(reply, Refusal) for reply in replies)
    return replies  # type: ignore[return-value]


def greedily(plain_model: Any, tokens: list[int], most: int) -> list[int]:
    """One full forward for each token: slow, and there is nothing in it to go wrong."""
    end = plain_model.config.eos_token_id
    said: list[int] = []
    while len(said) < most and (not said or said[-1] != end):
        with torch.inference_mode():
            logits = plain_model(input_ids=torch.tensor([tokens + said])).logits
        said.append(int(logits[0, -1].argmax()))
    return said


@pytest.mark.parametrize("shared", ["", ALIKE])
@pytest.mark.parametrize("room", [WIDE, Room(2, 100_000), Room(64, 300)])
def test_greedy_answers_are_those_of_plain_forwards(loaded: Loaded, plain_model: Any, shared: str, room: Room) -> None:
    asked = asks(GREEDY, (0,), shared)
    wanted = [Wanted(n, prompt_tokens(loaded.tokenizer, ask.messages), ask.seeds) for n, ask in enumerate(asked)]
    drawing = Drawing(loaded.model, frozenset([plain_model.config.eos_token_id]), GREEDY, lambda tokens: False, room)
    with torch.inference_mode():
        rows = {row.place: row.tokens for row in drawing.draw(wanted)}
    assert rows == {one.place: greedily(plain_model, one.tokens, 12) for one in wanted}


def test_the_same_seed_is_the_same_answer_in_any_company(loaded: Loaded) -> None:
    engine = TransformersEngine(loaded, WIDE)
    sampling = Sampling(0.9, 0.9, 16)
    together = answers(engine, asks(sampling, (11, 12, 13)))
    alone = [answers(engine, [ask])[0] for ask in asks(sampling, (11, 12, 13))]
    crowded = answers(TransformersEngine(loaded, Room(3, 100_000)), asks(sampling, (11, 12, 13)))
    assert [[one.text for one in reply] for reply in together] == [[one.text for one in reply] for reply in alone]
    assert [[one.text for one in reply] for reply in together] == [[one.text for one in reply] for reply in crowded]
    assert len({one.text for one in together[1]}) == 3


def test_what_was_sampled_is_as_likely_as_a_plain_forward_says(loaded: Loaded, plain_model: Any) -> None:
    engine = TransformersEngine(loaded, WIDE)
    for ask in asks(Sampling(0.8, 1.0, 10), (5, 6)):
        prompt = prompt_tokens(loaded.tokenizer, ask.messages)
        wanted = [Wanted(0, prompt, ask.seeds)]
        drawing = Drawing(loaded.model, engine.ends, ask.sampling, lambda tokens: False, WIDE)
        with torch.inference_mode():
            rows = list(drawing.draw(wanted))
        for row in rows:
            assert row.log_probability == pytest.approx(naive(plain_model, prompt, row.tokens), abs=1e-3)


def test_the_likelihood_of_given_answers_is_that_of_plain_forwards(loaded: Loaded, plain_model: Any) -> None:
    engine = TransformersEngine(loaded, WIDE)
    said = (Said("Yes."), Said("It is the Otter, in winter", ended=False), Said("No, never, nowhere."))
    told = [Told(ask.messages, said) for ask in asks(GREEDY, (0,))]
    found = engine.log_probabilities(told)
    for one, values in zip(told, found, strict=True):
        prompt = prompt_tokens(loaded.tokenizer, one.messages)
        expected = [
            naive(plain_model, prompt, answer_tokens(loaded.tokenizer, one.messages, answer)) for answer in said
        ]
        assert values == pytest.approx(expected, abs=1e-3)


def naive(plain_model: Any, prompt: list[int], said: list[int]) -> float:
    with torch.inference_mode():
        logits = plain_model(input_ids=torch.tensor([prompt + said])).logits[0].double().log_softmax(-1)
    return sum(float(logits[len(prompt) - 1 + place, token]) for place, token in enumerate(said))


def test_an_answer_ends_at_a_stop_text_and_does_not_hold_it(loaded: Loaded) -> None:
    engine = TransformersEngine(loaded, WIDE)
    plain = answers(engine, asks(GREEDY, (0,)))[0][0].text
    assert len(plain) > 4
    stop = plain[2:4]
    cut = answers(engine, asks(Sampling(0.0, 1.0, 12, (stop,)), (0,)))[0][0]
    assert (cut.text, cut.finish_reason) == (plain[: plain.index(stop)].strip(), "stop")


def test_a_prompt_beyond_the_context_is_refused_and_the_others_are_answered(loaded: Loaded) -> None:
    long = Ask(({"role": "user", "content": "x" * 600},), GREEDY, (0,))
    replies = TransformersEngine(loaded, WIDE).answer([long, *asks(GREEDY, (0,))])
    assert isinstance(replies[0], Refusal)
    assert "Expected at most 500 tokens" in replies[0].detail  # 512 that it sees, less 12 for the answer
    assert all(isinstance(reply, list) for reply in replies[1:])


def test_out_of_memory_halves_the_room_until_it_fits_or_there_is_none(
    loaded: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = TransformersEngine(loaded, Room(8, 1000))
    expected = answers(TransformersEngine(loaded, WIDE), asks(GREEDY, (0, 1)))
    draw = Drawing.draw

    def tight(self: Drawing, wanted: Any) -> Any:
        if self.room.rows > 2:
            raise RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes.")
        return draw(self, wanted)

    monkeypatch.setattr(Drawing, "draw", tight)
    found = answers(engine, asks(GREEDY, (0, 1)))
    assert [[one.text for one in reply] for reply in found] == [[one.text for one in reply] for reply in expected]
    assert engine.room == Room(2, 250)
    monkeypatch.setattr(Drawing, "draw", lambda self, wanted: (_ for _ in ()).throw(MemoryError()))
    with pytest.raises(OutOfMemory, match="a single row does not fit"):
        engine.answer(asks(GREEDY, (0,)))
