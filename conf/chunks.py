"""The section of passages: how documents are cut for retrieval."""

from typing import Annotated

from pydantic import Field

from conf.section import AtLeastOne, Section


class ChunkSettings(Section):
    """How long passages are, and what is embedded with them."""

    most_tokens: Annotated[int, Field(ge=8, le=254)]
    """The longest passage in tokens of the encoder, which sees 254; a single word that is longer stays whole."""
    overlap: Annotated[float, Field(ge=0, le=0.5)]
    """How much of a passage the next one of its section begins with again, as a share of most_tokens."""
    with_heading: bool
    """Whether the headings above a passage are embedded with it."""
    chunks_per_batch: AtLeastOne
    """How many passages an actor embeds at once."""
