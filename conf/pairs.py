"""The section of pairs: which compared answers are kept, which are derived, and which of them train a reward model."""

from typing import Annotated, Literal

from pydantic import Field

from conf.section import AtLeastOne, NotNegative, Section, Text

Origin = Literal["human", "rating", "thumbs", "gold"]
Share = Annotated[float, Field(ge=0, lt=1)]
Ratio = Annotated[float, Field(ge=0, le=1)]
Margin = Annotated[float, Field(gt=0)]


class FullMargins(Section):
    """The margin of each origin that counts as 1 when pairs of all origins train together; thumbs have none."""

    human: Margin
    """In the units in which your raters say how much better an answer is."""
    rating: Margin
    """A difference between ratings, which are from 1 to 5."""
    gold: Margin
    """A difference in overlap with the gold answer (token F1)."""


class PairsSettings(Section):
    """Pairs of answers of which one is better, for training reward models."""

    max_characters: AtLeastOne
    """The longest prompt or answer that is taken; a longer one is refused: a reward model would see only its start."""
    least_rating_difference: Margin
    """How far the mean ratings of two answers to a prompt lie apart at least, before they are a pair."""
    least_gap: Annotated[float, Field(gt=0, le=1)]
    """How far two answers lie apart at least in overlap with the gold answer (token F1), before they are a pair."""
    least_length_ratio: Ratio
    """The shorter of two candidates as a share of the longer, at least; so that length does not tell which is right."""
    most_rating_pairs: NotNegative
    """The most pairs from the ratings of one prompt; those that lie furthest apart."""
    most_thumbs_pairs: NotNegative
    """The most pairs from the thumbs of one prompt."""
    most_gold_pairs: NotNegative
    """The most pairs of a gold answer and a policy's wrong candidate to one prompt; those most alike in length."""
    most_candidate_pairs: NotNegative
    """The most pairs of a policy's better and worse candidate to one prompt."""
    origins: Annotated[tuple[Origin, ...], Field(min_length=1)]
    """The origins of the pairs that train: human, rating, thumbs, gold."""
    full_margins: FullMargins
    holdout_share: Share
    """The share of prompts whose pairs are kept for measuring a reward model, and never train it."""
    holdout_salt: Text
    """What that share is drawn from, together with a prompt's identity."""
