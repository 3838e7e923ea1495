"""The section of learning from plain text: continued pretraining, and small models that begin with nothing."""

from typing import Annotated

from pydantic import Field

from conf.section import AtLeastOne, Section


class BeginningSettings(Section):
    """A decoder of the Llama kind that begins at random, with a tokenizer made from the documents."""

    vocabulary: Annotated[int, Field(ge=300)]
    """How many different tokens there are at most; 256 of them are the bytes."""
    layers: AtLeastOne
    """How many layers it has."""
    heads: AtLeastOne
    """How many attention heads each layer has."""
    head_width: Annotated[int, Field(ge=2, multiple_of=2)]
    """How many numbers each head works with; all heads of a layer together are the width of the model."""
    context: Annotated[int, Field(ge=16)]
    """How many tokens it can see."""


class PretrainSettings(Section):
    """Learning from whole documents, token after token; the section mixture says from which, and how often."""

    tokens_per_example: Annotated[int, Field(ge=16)]
    """The length of an example; documents stand in it one after another, and a long one goes on in the next."""
    begin: BeginningSettings | None
    """A new model of these measures, or null to go on from the base model."""
