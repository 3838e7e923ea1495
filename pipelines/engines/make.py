"""Making the engine that settings name; this runs where the engine will work, which may be another machine."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import SecretStr

from conf import EngineSettings, resolve_secret
from lakehouse.home import Home
from pipelines.engines.protocol import Engine
from pipelines.models.loading import Weights


@dataclass(frozen=True)
class EngineMaker:
    """All that an engine is made from; small, and it can be sent to an actor."""

    settings: EngineSettings
    weights: Weights | None
    key: SecretStr | None = None

    def __call__(self) -> Engine:
        """The engine, with its model loaded."""
        if self.settings.kind == "echo":
            from pipelines.engines.echo import EchoEngine

            return EchoEngine()
        if self.settings.kind == "url":
            from pipelines.engines.url import UrlEngine

            assert self.settings.url is not None
            return UrlEngine(self.settings.url, self.key)
        assert self.weights is not None
        if self.settings.kind == "vllm":
            from pipelines.engines.vllm_engine import VllmEngine

            return VllmEngine(self.weights, self.settings)
        from pipelines.engines.drawing import Room
        from pipelines.engines.transformers_engine import TransformersEngine
        from pipelines.models.loading import load_causal

        loaded = load_causal(self.weights, self.settings.device, self.settings.precision)
        return TransformersEngine(loaded, Room(self.settings.rows, self.settings.tokens))


def engine_maker(settings: EngineSettings, weights: Weights | None, home: Home) -> EngineMaker:
    """A maker with the key that the engine needs, if it needs one."""
    secret = settings.url.key_secret if settings.kind == "url" and settings.url else None
    return EngineMaker(settings, weights, resolve_secret(secret, home.folder) if secret else None)
