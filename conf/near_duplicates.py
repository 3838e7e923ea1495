"""The section of near-duplicate search, which prompts and documents share."""

from typing import Annotated

from pydantic import Field

from conf.section import AtLeastOne, NotNegative, Section

Threshold = Annotated[float, Field(gt=0, le=1)]


class NearDuplicateSettings(Section):
    """When two texts count as the same text but for a few words."""

    shingle_words: AtLeastOne
    """How many words in a row are compared as one; more of them make a changed word weigh more."""
    threshold: Threshold
    """The share of runs of words that two texts must have in common (their Jaccard index) to count as near."""
    end_words: NotNegative
    """Words at each end that must be as alike as the whole, so that a question after a long text counts; 0 for none."""
    permutations: AtLeastOne
    """Length of a signature; a longer one finds pairs more surely and takes more room."""
    bands: AtLeastOne
    """Parts of a signature, of which one must agree for two texts to be compared; more parts compare more texts."""
    seed: NotNegative
    """What the signatures are drawn from; another seed signs every text anew."""
