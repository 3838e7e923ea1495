"""The section of duplicate documents: when two are the same, and what becomes of paragraphs that many share."""

from typing import Annotated, Literal

from pydantic import Field

from conf.near_duplicates import NearDuplicateSettings
from conf.section import AtLeastOne, Section

Several = Annotated[int, Field(ge=2)]


class DuplicatesSettings(Section):
    """Which documents are kept where several are the same, or nearly so."""

    near: NearDuplicateSettings
    """When two documents are nearly the same."""
    most_pairs_on_driver: AtLeastOne
    """Near pairs up to which the driver finds what hangs together; more are left to Spark, which takes longer."""
    paragraphs: Literal["keep", "count", "remove"]
    """What is done about paragraphs that several kept documents share: nothing, count them, or leave them to one."""
    paragraph_documents: Several
    """In so many documents a paragraph must stand to count as shared."""
    paragraph_characters: AtLeastOne
    """A shorter paragraph never counts as shared: headings and short answers are alike in many documents."""
