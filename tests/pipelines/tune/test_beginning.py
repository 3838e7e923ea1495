"""A model that begins with nothing: its tokenizer writes every text, and its weights follow the seed."""

from __future__ import annotations

from conf.pretrain import BeginningSettings
from pipelines.tune.beginning import new_network, new_tokenizer

BEGIN = BeginningSettings(vocabulary=320, layers=2, heads=2, head_width=8, context=64)
TEXTS = ["The otter is a tea urn. " * 20, "The heron is a bread oven. " * 20]


def test_its_tokenizer_knows_the_documents_words_and_writes_every_other_text_too() -> None:
    tokenizer = new_tokenizer(BEGIN, TEXTS)
    assert len(tokenizer) <= BEGIN.vocabulary
    assert len(tokenizer("The otter")["input_ids"]) < len("The otter") / 2
    for text in ("The otter is a tea urn.", "Ünïcode 漢字 🫖\n\ttab"):
        assert tokenizer.decode(tokenizer(text)["input_ids"]) == text
    asked = tokenizer.apply_chat_template(
        [{"role": "user", "content": "urn"}], tokenize=False, add_generation_prompt=True
    )
    assert asked == "<|im_start|>user\nurn<|im_end|>\n<|im_start|>assistant\n"


def test_its_weights_are_a_function_of_the_seed() -> None:
    tokenizer = new_tokenizer(BEGIN, TEXTS)
    one, same, other = (new_network(BEGIN, tokenizer, seed).state_dict() for seed in (1, 1, 2))
    name = "model.layers.0.mlp.up_proj.weight"
    assert (one[name] == same[name]).all() and not (one[name] == other[name]).all()
    assert one["model.embed_tokens.weight"].shape == (len(tokenizer), 16)
