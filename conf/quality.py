"""The section of the quality classifier: how it learns what good documents look like, and who stays."""

from typing import Annotated, Literal

from pydantic import Field

from conf.section import AtLeastOne, Section, Text

Share = Annotated[float, Field(ge=0, le=1)]


class CutSettings(Section):
    """From which score on a document is kept; documents without a score are not judged."""

    by: Literal["score", "percentile", "precision"]
    """What `at` is: a score, the share of the held-out rest that falls, or the precision that is reached."""
    at: Share
    """The cut point; a score of 0 keeps everything."""


class QualitySettings(Section):
    """A classifier that tells good documents from the rest by their words."""

    features: Annotated[int, Field(ge=256)]
    """How many weights there are; words and runs of words share them by their hashes."""
    word_ngrams: Annotated[int, Field(ge=1, le=5)]
    """How many words in a row are looked at together at most."""
    most_characters: AtLeastOne
    """How much of a document is read, from its beginning."""
    most_documents: AtLeastOne
    """How many documents of each kind are learned from at most; which ones, their hashes say."""
    least_documents: AtLeastOne
    """With fewer documents of either kind to train on, nothing is trained."""
    freedom: Annotated[float, Field(gt=0)]
    """How far weights may go to fit what was shown; less of it forgets rare words (scikit-learn's C)."""
    most_iterations: AtLeastOne
    """How many steps the solver takes at most."""
    holdout_share: Annotated[float, Field(gt=0, lt=1)]
    """The share of documents that it is measured on and never learns from."""
    holdout_salt: Text
    """What that share is drawn from, together with a document's identity."""
    cut: CutSettings
    """From which score on a document is kept."""
