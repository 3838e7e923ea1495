"""Conversations and answers in the shapes of agents and chains: OpenAI's, LangChain's, and plain texts by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.prompts.fields import content_of, first_choice
from pipelines.unfit import Unfit

MESSAGES = ("messages", "input")
QUESTIONS = ("question", "prompt", "query", "input", "text")
ANSWERS = ("answer", "output_text", "output", "response", "content", "text", "result")
ROLE_OF_TYPE = {"human": "user", "ai": "assistant", "system": "system", "tool": "tool"}


def messages_under(inputs: Any) -> Any:
    """The messages in the inputs of a call, whichever way it says them; still to be checked."""
    if isinstance(inputs, str):
        return [{"role": "user", "content": inputs}]
    if not isinstance(inputs, Mapping):
        raise Unfit("inputs_type", f"Expected an object or a text as inputs, got {type(inputs).__name__}.")
    lists = [inputs[name] for name in MESSAGES if isinstance(inputs.get(name), list)]
    if lists:
        return [_plain(message) for message in _unwrapped(lists[0])]
    for name in QUESTIONS:
        if isinstance(inputs.get(name), str):
            return [{"role": "user", "content": inputs[name]}]
    if len(inputs) == 1:
        return messages_under(next(iter(inputs.values())))
    raise Unfit("no_messages", f"Expected a list under {', '.join(MESSAGES)}, or text under {', '.join(QUESTIONS)}.")


def answer_in(outputs: Any) -> str | None:
    """The answer in the outputs of a call; None where there is none that we know how to read."""
    if outputs is None or isinstance(outputs, str):
        return outputs
    if isinstance(outputs, list):
        return _last(outputs)
    if not isinstance(outputs, Mapping):
        return None
    if outputs.get("choices"):
        return first_choice(outputs)
    if isinstance(outputs.get("messages"), list):
        return _last(outputs["messages"])
    told = (answer_in(outputs[name]) for name in ANSWERS if outputs.get(name))
    return next((answer for answer in told if answer), None)


def _last(messages: list[Any]) -> str | None:
    """The last message's text; a chain's state holds the whole conversation."""
    last = _plain(messages[-1]) if messages else None
    if isinstance(last, str):
        return last
    return content_of(last.get("content", last.get("text"))) or None if isinstance(last, Mapping) else None


def _unwrapped(messages: list[Any]) -> list[Any]:
    """LangChain's chat models take a list of conversations, as a rule of one."""
    return messages[0] if len(messages) == 1 and isinstance(messages[0], list) else messages


def _plain(message: Any) -> Any:
    """LangChain says type where OpenAI says role, may put both under kwargs, and takes pairs too."""
    if isinstance(message, (list, tuple)) and len(message) == 2:
        message = {"role": message[0], "content": message[1]}
    if not isinstance(message, Mapping):
        return message
    told = message["kwargs"] if isinstance(message.get("kwargs"), Mapping) else message
    said = told.get("role", told.get("type"))
    role = ROLE_OF_TYPE.get(said, said) if isinstance(said, str) else said
    return {**told, "role": role}
