"""The engine of vLLM in process, in an environment of its own: its pins and ours do not fit into one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from conf import EngineSettings
from pipelines.engines.chat import answer_tokens, prompt_tokens
from pipelines.engines.protocol import Answer, Ask, EngineError, FinishReason, Refusal, Reply, Told
from pipelines.models.loading import Weights

ADAPTER_NUMBER = 1
ADAPTER_RANKS = (8, 16, 32, 64, 128, 256, 320, 512)


class VllmEngine:
    """Hands whole batches to vLLM, which schedules them itself and shares what prompts have in common."""

    name = "vllm"

    def __init__(self, weights: Weights, settings: EngineSettings) -> None:
        try:
            from vllm import LLM
        except ImportError as problem:
            raise EngineError(
                "expected vLLM in the environment of the actors, and it is not there. Make one with vllm and the same "
                "versions of Python and Ray, and name its Python in engine.vllm_python; or serve with vLLM and set "
                "engine.kind: url."
            ) from problem
        self.model_digest = weights.digest
        self.llm = LLM(
            model=weights.folder,
            dtype=settings.precision,
            max_num_seqs=settings.rows,
            enable_prefix_caching=True,
            **_room_for_adapter(weights),
            trust_remote_code=False,
            load_format="safetensors",
        )
        self.tokenizer = self.llm.get_tokenizer()
        self.context = int(self.llm.llm_engine.model_config.max_model_len)
        self.adapter = _adapter(weights)

    def answer(self, asks: Sequence[Ask]) -> list[Reply]:
        """A reply to each ask; each sample is a request of its own, so that it has its own seed."""
        tokens = [prompt_tokens(self.tokenizer, ask.messages) for ask in asks]
        fit = [place for place, ask in enumerate(asks) if len(tokens[place]) + ask.sampling.max_tokens <= self.context]
        requests = [(place, seed) for place in fit for seed in asks[place].seeds]
        outputs = self._generate(
            [tokens[place] for place, _ in requests], [_parameters(asks[place], seed) for place, seed in requests]
        )
        answers: dict[int, list[Answer]] = {place: [] for place in fit}
        for (place, _), output in zip(requests, outputs, strict=True):
            answers[place].append(_answer(output, len(tokens[place])))
        return [answers.get(place) or _too_long(len(tokens[place]), self.context) for place in range(len(asks))]

    def log_probabilities(self, told: Sequence[Told]) -> list[list[float | None]]:
        """The prompt log-probabilities of whole conversations, summed over the answer."""
        from vllm import SamplingParams

        whole = [
            (prompt_tokens(self.tokenizer, one.messages), answer_tokens(self.tokenizer, one.messages, answer))
            for one in told
            for answer in one.answers
        ]
        reading = SamplingParams(max_tokens=1, prompt_logprobs=0, temperature=0.0)
        fit = [number for number, (prompt, said) in enumerate(whole) if said and len(prompt) + len(said) < self.context]
        outputs = self._generate([whole[number][0] + whole[number][1] for number in fit], [reading] * len(fit))
        sums: dict[int, float] = {}
        for number, output in zip(fit, outputs, strict=True):
            prompt, said = whole[number]
            told_of = output.prompt_logprobs[len(prompt) :]
            sums[number] = sum(place[token].logprob for place, token in zip(told_of, said, strict=True))
        numbers = iter(range(len(whole)))
        return [[sums.get(next(numbers)) for _ in one.answers] for one in told]

    def close(self) -> None:
        self.llm = None

    def _generate(self, prompts: list[list[int]], parameters: list[Any]) -> list[Any]:
        if not prompts:
            return []
        given = [{"prompt_token_ids": tokens} for tokens in prompts]
        return list(self.llm.generate(given, parameters, use_tqdm=False, lora_request=self.adapter))


def _room_for_adapter(weights: Weights) -> dict[str, Any]:
    """vLLM sets room aside for adapters of one of a few ranks, and loads none of a higher one."""
    if weights.adapter is None:
        return {}
    rank = json.loads((Path(weights.adapter) / "adapter_config.json").read_text())["r"]
    fitting = next((one for one in ADAPTER_RANKS if one >= rank), None)
    if fitting is None:
        raise EngineError(
            f"expected an adapter of a rank up to {ADAPTER_RANKS[-1]}, which is as much as vLLM loads, and "
            f"{weights.adapter} has {rank}. Tune with tune.merge: true, and serve the whole model."
        )
    return {"enable_lora": True, "max_lora_rank": fitting}


def _adapter(weights: Weights) -> Any:
    if weights.adapter is None:
        return None
    from vllm.lora.request import LoRARequest

    return LoRARequest("policy", ADAPTER_NUMBER, weights.adapter)


def _parameters(ask: Ask, seed: int) -> Any:
    from vllm import SamplingParams

    sampling = ask.sampling
    return SamplingParams(
        temperature=sampling.temperature,
        top_p=sampling.top_p,
        max_tokens=sampling.max_tokens,
        stop=list(sampling.stop),
        seed=seed,
        logprobs=0,
    )


def _answer(output: Any, prompt_length: int) -> Answer:
    """The sampled tokens' log-probabilities; vLLM reports those before temperature."""
    said = output.outputs[0]
    told = [place[token].logprob for place, token in zip(said.logprobs, said.token_ids, strict=True)]
    finish: FinishReason = "length" if said.finish_reason == "length" else "stop"
    return Answer(said.text.strip(), finish, prompt_length, len(said.token_ids), float(sum(told)))


def _too_long(length: int, context: int) -> Refusal:
    detail = f"The model sees {context} tokens, the answer's included, and the prompt alone has {length}."
    return Refusal("too_long_for_model", detail)
