"""The sections of drawing: which model, which engine, and by which strategies answers are drawn."""

from typing import Annotated, Literal

from pydantic import Field

from conf.frozen import FrozenMapping
from conf.secret_names import SecretName
from conf.section import AtLeastOne, Identifier, NotNegative, Seconds, Section, Text

Share = Annotated[float, Field(gt=0, le=1)]
Temperature = Annotated[float, Field(ge=0, le=5)]
Money = Annotated[float, Field(ge=0)]


class ModelSettings(Section):
    """The model that the wheel begins with."""

    base: Text
    """The base model: embedded, or a folder that holds a model as safetensors."""
    licence: Text | None
    """The licence of the base model's weights as an SPDX id, or null if unknown; the embedded model's is known."""


class UrlSettings(Section):
    """An OpenAI-compatible server, and how it is treated."""

    address: Text
    """The address up to and with its version, such as http://localhost:8000/v1."""
    model: Text
    """The name by which the server knows the model."""
    key_secret: SecretName | None
    """The name of the secret that holds the server's key, or null for a server without one."""
    most_in_flight: AtLeastOne
    """How many requests are under way at once at most; fewer while the server is overloaded."""
    answer_timeout_seconds: Seconds
    """How long one request may take before it is tried again."""
    patience_seconds: Seconds
    """How long one answer is tried for, at least twice and pauses included, before its prompt is rejected."""
    price_per_million_prompt_tokens: Money
    """What a million tokens that are read cost."""
    price_per_million_answer_tokens: Money
    """What a million tokens that are written cost."""
    most_money: Money | None
    """What one run may cost, or null for no limit; what is left over is drawn by the next run."""


class EngineSettings(Section):
    """What runs the model."""

    kind: Literal["transformers", "url", "vllm", "echo"]
    """In this process (transformers, vllm), behind a URL (url), or no model at all (echo, for dry runs)."""
    device: Literal["auto", "cpu", "cuda"]
    """Where a model in this process runs; auto takes an accelerator where there is one."""
    precision: Literal["auto", "float32", "bfloat16", "float16"]
    """The numbers that a model in this process calculates with; auto is bfloat16 where that is quicker."""
    rows: AtLeastOne
    """How many answers a model in this process draws at once."""
    tokens: AtLeastOne
    """How many tokens it remembers for them at once; half of both is taken when memory runs out."""
    url: UrlSettings | None
    """The server behind a URL, or null for none."""
    vllm_python: Text | None
    """The Python of an environment with vLLM and the same Ray and Python version, or null to use this one."""


class StrategySettings(Section):
    """One way of asking; only its final answer is kept for tuning, which is done on the bare prompt."""

    system: Text | None
    """A system message put in front, or null for none."""
    shots: NotNegative
    """How many rated examples of the prompt's workload stand in front; a workload without any is passed over."""
    orders: AtLeastOne
    """How many subsets and orders of the examples are drawn from, each with its own samples."""
    steps: tuple[str, ...]
    """Instructions that are answered one after another, the last being the final answer; empty for one plain answer."""
    temperature: Temperature
    """How far answers stray from the likeliest words; 0 is greedy, and one sample is all there is."""


class GenerateSettings(Section):
    """How candidate answers are drawn."""

    use: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    """The names of the strategies that are drawn from."""
    strategies: FrozenMapping[Identifier, StrategySettings]
    """Strategies by name, of which `use` names those that are drawn from."""
    least_rating: Annotated[float, Field(ge=1, le=5)]
    """The rating from which a rated answer serves as an example."""
    first_samples: AtLeastOne
    """How many answers each strategy draws to every prompt."""
    most_samples: AtLeastOne
    """How many it draws where the scores of the first ones disagree."""
    disagreement: Annotated[float, Field(ge=0)]
    """The standard deviation of a prompt's scores from which more answers are drawn."""
    top_p: Share
    """The share of probability that sampling keeps: the likeliest words that reach it together."""
    max_tokens: AtLeastOne
    """The longest answer in tokens."""
    stop: tuple[Text, ...]
    """Texts that end an answer."""
    prompts_per_batch: AtLeastOne
    """How many prompts an actor is given at once; a killed actor costs that many."""
    reference: bool
    """Whether the log-probability of each answer under the bare prompt is computed, which tuning needs."""
