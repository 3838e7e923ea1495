"""The engine behind a URL: any server that speaks OpenAI's chat completions, treated with patience and a budget."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from conf import UrlSettings
from pipelines.engines.pace import Pace
from pipelines.engines.protocol import NOTHING_SPENT, Answer, Ask, EngineError, Refusal, Reply, Told, Unasked
from pipelines.engines.url_reply import Nonsense, answer_in

if TYPE_CHECKING:
    import httpx

OVERLOADED = (429, 503, 529)
HOPELESS = (401, 403, 404)
LONGEST_PAUSE_SECONDS = 30.0
LEAST_TRIES = 2
SPENT = "money_spent"
One = Answer | Refusal | Unasked


class TryAgain(RuntimeError):
    """The server could not answer now; `wait` is what it asked for."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait


class Away(TryAgain):
    """Nothing in the request can be the cause: the server is not there, or has no time for anybody."""


@dataclass
class UrlEngine:
    """Asks a server; many requests at once, each with its own deadline."""

    settings: UrlSettings
    key: SecretStr | None
    name: str = "url"
    money: float = 0.0
    model_digest: str = field(init=False)

    def __post_init__(self) -> None:
        self.model_digest = f"{self.settings.model}@{self.settings.address}"

    def answer(self, asks: Sequence[Ask]) -> list[Reply]:
        """One request for each seed; a prompt is refused if any of its answers cannot be had."""
        return asyncio.run(self._all(asks))

    def log_probabilities(self, told: Sequence[Told]) -> list[list[float | None]]:
        """A chat server does not score given text."""
        return [[None] * len(one.answers) for one in told]

    def close(self) -> None:
        """Connections live as long as a batch."""

    async def _all(self, asks: Sequence[Ask]) -> list[Reply]:
        import httpx

        pace = Pace(self.settings.most_in_flight)
        headers = {"Authorization": f"Bearer {self.key.get_secret_value()}"} if self.key else {}
        timeout = httpx.Timeout(self.settings.answer_timeout_seconds)
        limits = httpx.Limits(max_connections=self.settings.most_in_flight)
        async with httpx.AsyncClient(headers=headers, timeout=timeout, limits=limits) as client:
            return list(await asyncio.gather(*(self._reply(client, pace, ask) for ask in asks)))

    async def _reply(self, client: httpx.AsyncClient, pace: Pace, ask: Ask) -> Reply:
        came = await asyncio.gather(*(self._patiently(client, pace, ask, seed) for seed in ask.seeds))
        answers = [one for one in came if isinstance(one, Answer)]
        others = [one for one in came if not isinstance(one, Answer)]
        return replace(others[0], spent=sum((one.spent for one in answers), NOTHING_SPENT)) if others else answers

    async def _patiently(self, client: httpx.AsyncClient, pace: Pace, ask: Ask, seed: int) -> One:
        """Try until patience ends, but twice; the pauses grow and are jittered, so that a crowd disperses."""
        from tenacity import AsyncRetrying, RetryError, retry_if_exception_type, stop_after_attempt, stop_after_delay

        ends = stop_after_delay(self.settings.patience_seconds) & stop_after_attempt(LEAST_TRIES)
        attempts = AsyncRetrying(retry=retry_if_exception_type(TryAgain), stop=ends, wait=_pause)
        try:
            async for attempt in attempts:
                with attempt:
                    async with pace.place():
                        return await self._once(client, pace, ask, seed) if self._may_spend else Unasked(SPENT)
        except RetryError as problem:
            why = problem.last_attempt.exception()
            if isinstance(why, Away):
                raise EngineError(
                    f"expected {self.settings.address} to answer, and for {self.settings.patience_seconds:g} seconds "
                    f"it did not: {why}. See whether it runs, and run the step again: what is done is kept."
                ) from None
            detail = f"Expected an answer within {self.settings.patience_seconds:g} seconds; at last {why}."
            return Refusal("no_answer", detail)
        raise AssertionError("an attempt either returns or raises")

    async def _once(self, client: httpx.AsyncClient, pace: Pace, ask: Ask, seed: int) -> Answer | Refusal:
        import httpx

        try:
            # httpx's own limits are per read: a server may send a byte now and then for ever
            sent = client.post(f"{self.settings.address}/chat/completions", json=self._body(ask, seed))
            response = await asyncio.wait_for(sent, self.settings.answer_timeout_seconds)
        except (httpx.TimeoutException, asyncio.TimeoutError):
            pace.overloaded()
            raise TryAgain(f"nothing came within {self.settings.answer_timeout_seconds:g} seconds") from None
        except httpx.HTTPError as problem:
            raise Away(f"the connection failed ({type(problem).__name__})") from None
        return self._read(response, pace)

    def _read(self, response: httpx.Response, pace: Pace) -> Answer | Refusal:
        if response.status_code in OVERLOADED:
            wait = _asked_pause(response)
            pace.overloaded(wait)
            raise Away(f"the server was overloaded ({response.status_code})", wait)
        if response.status_code in HOPELESS:
            raise EngineError(
                f"expected {self.settings.address} to take our requests, and it says {response.status_code}. Check "
                "engine.url.address, engine.url.model and the secret that engine.url.key_secret names."
            )
        if response.status_code >= 500:
            raise TryAgain(f"the server failed ({response.status_code})")
        if response.status_code >= 400:
            return Refusal("refused_by_server", f"The server refused the request with {response.status_code}.")
        try:
            answer = answer_in(response.json(), self.settings)
        except (ValueError, Nonsense) as problem:
            raise TryAgain(f"it answered with something else ({problem})") from None
        pace.kept_up()
        self.money += answer.money
        return answer

    def _body(self, ask: Ask, seed: int) -> dict[str, Any]:
        sampling = ask.sampling
        stop = {"stop": list(sampling.stop)} if sampling.stop else {}
        return {
            "model": self.settings.model,
            "messages": list(ask.messages),
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "max_tokens": sampling.max_tokens,
            "seed": seed & 0x7FFFFFFF,
            "logprobs": True,
            **stop,
        }

    @property
    def _may_spend(self) -> bool:
        return self.settings.most_money is None or self.money < self.settings.most_money


def _asked_pause(response: httpx.Response) -> float | None:
    said = response.headers.get("retry-after", "")
    return float(said) if said.replace(".", "", 1).isdigit() else None


def _pause(state: Any) -> float:
    """What the server asked for, else a random part of a bound that doubles."""
    import random

    problem = state.outcome.exception()
    if isinstance(problem, TryAgain) and problem.wait is not None:
        return min(problem.wait, LONGEST_PAUSE_SECONDS) * random.uniform(1.0, 1.25)
    return random.uniform(0, min(LONGEST_PAUSE_SECONDS, 0.5 * 2**state.attempt_number))
