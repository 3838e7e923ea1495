"""The loss begins where the model would begin to write, and an ending is learned only where there was one."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from pipelines.engines.chat import prompt_tokens
from pipelines.engines.drawing import Room
from pipelines.engines.protocol import Ask, Message, Said, Sampling
from pipelines.engines.transformers_engine import TransformersEngine
from pipelines.models.loading import Weights, load_causal
from pipelines.tune.encoding import EMPTY, TOO_LONG, Reader, reader_of
from tests.pipelines.engines.tiny import TEMPLATE, make_tiny_model

ANSWER = "The Otter."
ONE: list[Message] = [{"role": "user", "content": "Which one?"}]
WITH_SYSTEM: list[Message] = [{"role": "system", "content": "Be brief."}, *ONE]
TURNS: list[Message] = [*ONE, {"role": "assistant", "content": ANSWER}, {"role": "user", "content": "And then?"}]
OWN_SYSTEM = "{% if messages[0]['role'] != 'system' %}<|im_start|>system\nHelp.<|im_end|>\n{% endif %}" + TEMPLATE
"""A template that puts a system prompt of its own before a conversation that has none."""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("tiny"))


def reader(base: Path, folder: Path, template: str | None) -> Reader:
    """The same model under another chat template."""
    from transformers import AutoTokenizer

    shutil.copytree(base, folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.chat_template = template
    (folder / "chat_template.jinja").unlink()
    tokenizer.save_pretrained(folder)
    return reader_of(str(folder), 512)


def whole(tokenizer: Any, messages: list[Message], answer: str) -> list[int]:
    """What the template itself makes of the conversation with its answer: the independent implementation."""
    told = [*messages, {"role": "assistant", "content": answer}]
    return list(tokenizer(tokenizer.apply_chat_template(told, tokenize=False))["input_ids"])


@pytest.mark.parametrize("messages", [ONE, WITH_SYSTEM, TURNS])
@pytest.mark.parametrize("template", [TEMPLATE, OWN_SYSTEM])
def test_the_loss_begins_where_the_model_would_and_ends_with_an_ending_it_wrote(
    base: Path, tmp_path: Path, template: str, messages: list[Message]
) -> None:
    own = reader(base, tmp_path / "own", template)
    tokenizer = own.tokenizer
    ended, cut = (own.encoded(messages, Said(ANSWER, ended)) for ended in (True, False))
    for encoded in (ended, cut):
        assert tokenizer.decode(encoded.tokens[: encoded.answer_start]).endswith("<|im_start|>assistant\n")
        assert list(encoded.tokens[: encoded.answer_start]) == prompt_tokens(tokenizer, messages)
    assert tokenizer.decode(ended.tokens[ended.answer_start :]) == ANSWER + "<|im_end|>"
    assert tokenizer.decode(cut.tokens[cut.answer_start :]) == ANSWER
    # the template goes on with a line end, which no model writes
    assert [*ended.tokens, *tokenizer("\n")["input_ids"]] == whole(tokenizer, messages, ANSWER)


TRIMS = TEMPLATE.replace("message['content']", "(message['content'] | trim)")
WITHOUT_THOUGHTS = TEMPLATE.replace("message['content']", "message['content'].split('</think>')[-1]")


@pytest.mark.parametrize(("template", "answer"), [(TRIMS, "Two.\n"), (WITHOUT_THOUGHTS, "<think>One?</think>Two.")])
def test_an_answer_that_a_template_tells_otherwise_is_learned_as_it_was_given(
    base: Path, tmp_path: Path, template: str, answer: str
) -> None:
    own = reader(base, tmp_path / "own", template)
    ended = own.encoded(ONE, Said(answer))
    assert own.tokenizer.decode(ended.tokens[ended.answer_start :]) == answer + "<|im_end|>"


def test_without_a_template_the_conversation_is_read_as_text(base: Path, tmp_path: Path) -> None:
    own = reader(base, tmp_path / "own", None)
    ended = own.encoded(ONE, Said(ANSWER))
    assert own.tokenizer.decode(ended.tokens[: ended.answer_start]) == "Which one?\n\n"
    assert own.tokenizer.decode(ended.tokens[ended.answer_start :]) == ANSWER + "<|im_end|>"


def test_the_prompt_is_as_long_as_the_engine_reads_it(base: Path) -> None:
    engine = TransformersEngine(load_causal(Weights(str(base), "tiny"), "cpu", "float32"), Room(1, 512))
    (reply,) = engine.answer([Ask(tuple(TURNS), Sampling(0.0, 1.0, 1), (1,))])
    assert isinstance(reply, list)
    assert reply[0].prompt_tokens == reader_of(str(base), 512).encoded(TURNS, Said(ANSWER)).answer_start


def test_what_is_too_long_or_says_nothing_is_left_out_and_never_cut(base: Path) -> None:
    entire = reader_of(str(base), 10_000).encoded(ONE, Said(ANSWER))
    exact, short = (reader_of(str(base), len(entire.tokens) - less) for less in (0, 1))
    assert (exact.unfit(entire), short.unfit(entire)) == (None, TOO_LONG)
    assert short.encoded(ONE, Said(ANSWER)) == entire
    assert exact.unfit(exact.encoded(ONE, Said("", ended=False))) == EMPTY
    assert exact.unfit(exact.encoded(ONE, Said(""))) is None
    # the tiny model sees 512 tokens, whatever the settings say
    assert reader_of(str(base), 10_000).longest == 512
    assert reader_of(str(base), 10_000) is reader_of(str(base), 10_000)
