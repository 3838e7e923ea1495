"""A model that begins with nothing: a tokenizer made from the documents, and weights at random."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conf import TuneSettings, fingerprint
from conf.pretrain import BeginningSettings
from lakehouse.ensure import ensure
from lakehouse.identity import identity
from lakehouse.place import Lakehouse
from lakehouse.read import read
from lakehouse.settled import settled_folder
from pipelines.documents.kept import KEPT_BY, staying_documents
from pipelines.documents.mixture.drawn import mixed_sources
from pipelines.documents.mixture.recipe import Recipe
from pipelines.generate.policy import Policy, base_row
from pipelines.models.loading import Weights
from pipelines.models.weights import digest_of
from pipelines.tune.encoding import END_OF_TEXT

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

TURN, TURN_END = "<|im_start|>", "<|im_end|>"
TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
WIDENING = 8 / 3
"""How much wider than the model its inner layers are, as in Llama."""


class NoDocuments(ValueError):
    """There is no text to make a tokenizer from."""


def beginning_policy(lakehouse: Lakehouse, settings: TuneSettings, recipe: Recipe) -> Policy:
    """The new model that the settings describe, made once for the documents that the mixture may draw from."""
    begin = settings.pretrain.begin
    assert begin is not None
    ensure(lakehouse, *KEPT_BY)
    staying = staying_documents(*(read(lakehouse, name).frame for name in KEPT_BY))
    documents = mixed_sources(staying, recipe.mixing(lakehouse))
    name = f"new-{_known_by(documents, begin, settings.seed)[:8]}"
    models = lakehouse.place.home.models
    folder = models / "new" / name
    if not folder.is_dir():
        texts = (row["text"] for row in documents.orderBy("document_id").select("text").toLocalIterator())
        _make(folder, begin, texts, settings.seed)
    digest = digest_of(folder)
    return Policy(base_row(name, digest, str(folder.relative_to(models)), None), Weights(str(folder), digest))


def _known_by(documents: DataFrame, begin: BeginningSettings, seed: int) -> str:
    """The measures, the seed and the documents: others make another model."""
    from pyspark.sql import functions as F

    said = F.concat_ws(",", F.array_sort(F.collect_list("document_id")))
    row = documents.agg(F.count("*").alias("documents"), F.sha2(said, 256).alias("digest")).first()
    assert row is not None
    if not row["documents"]:
        raise NoDocuments(
            "expected documents to make a tokenizer from, and none is kept of mixture.sources. Take some in "
            "(`lakewheel documents take`), see whether mixture.only_named leaves them out, or set tune.pretrain.begin: "
            "null to go on from the base model."
        )
    return identity("new", row["digest"], seed, fingerprint(begin.model_dump(mode="json")))


def _make(folder: Path, begin: BeginningSettings, texts: Iterable[str], seed: int) -> None:
    """Whole or not at all: a folder with the final name is complete."""
    with settled_folder(folder) as unfinished:
        tokenizer = new_tokenizer(begin, texts)
        new_network(begin, tokenizer, seed).save_pretrained(unfinished)
        tokenizer.save_pretrained(unfinished)


def new_tokenizer(begin: BeginningSettings, texts: Iterable[str]) -> Any:
    """Byte-level pairs, so that every text can be written in it; with marks for turns, for later tuning on prompts."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    pieces = Tokenizer(models.BPE())
    pieces.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    pieces.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=begin.vocabulary,
        special_tokens=[END_OF_TEXT, TURN, TURN_END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    pieces.train_from_iterator(texts, trainer)
    made = PreTrainedTokenizerFast(
        tokenizer_object=pieces, bos_token=TURN, eos_token=TURN_END, pad_token=END_OF_TEXT, unk_token=END_OF_TEXT
    )
    made.chat_template = TEMPLATE
    return made


def new_network(begin: BeginningSettings, tokenizer: Any, seed: int) -> Any:
    """Weights drawn from the seed."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    width = begin.heads * begin.head_width
    torch.manual_seed(seed)
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=width,
            intermediate_size=int(width * WIDENING),
            num_hidden_layers=begin.layers,
            num_attention_heads=begin.heads,
            max_position_embeddings=begin.context,
            tie_word_embeddings=True,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    )
