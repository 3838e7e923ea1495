"""The section of cleaning: which lines are taken out of documents, and by which rules whole documents are dropped.

The values in base.yml are those of the papers: Gopher (Rae et al. 2021, appendix A) and C4 (Raffel et al. 2020, by its
released code). The first rule that a document breaks drops it, and `dropped_by` names that rule by its setting.
"""

from typing import Annotated

from pydantic import Field, StringConstraints

from conf.frozen import FrozenMapping
from conf.section import AtLeastOne, Identifier, Section, Text

Share = Annotated[float, Field(ge=0, le=1)]
Ratio = Annotated[float, Field(ge=0)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Mark = Annotated[str, StringConstraints(min_length=1, max_length=1)]
Phrase = Annotated[str, StringConstraints(min_length=1, to_lower=True)]


class DocumentLanguageSettings(Section):
    """How a document's language is found, and which languages are kept."""

    characters: AtLeastOne
    """How many characters at its beginning tell a document's language."""
    least_letters: AtLeastOne
    """The fewest letters that tell a language; with fewer it stays unknown."""
    least_confidence: Share
    """The probability from which the likeliest language is believed; below it the language stays unknown."""
    unspaced: tuple[Language, ...]
    """Languages written without spaces, on which rules that count words say nothing."""
    keep: tuple[Language, ...] | None
    """The languages that are kept, each other and unknown one being dropped; null for all."""


class LineSettings(Section):
    """Which lines are taken out of a document (C4); the document goes on without them."""

    terminal_marks: tuple[Mark, ...] | None
    """The marks of which one must end a line, or it goes, as does one that ends in three dots; null for any end."""
    least_words: AtLeastOne | None
    """The fewest words of a line that stays; null for any number."""
    longest_word: AtLeastOne | None
    """The longest word that a line may hold, in characters; null for any length."""
    phrases: tuple[Phrase, ...]
    """A line that holds one of these goes, capital or small: notices of scripts, cookies and terms."""
    without_repeats: bool
    """Whether a line that stood before in the same document goes, but for its first appearance."""


class RepetitionSettings(Section):
    """How much of a document as it was taken in may be repetition (Gopher); null switches a rule off."""

    most_duplicate_lines: Share | None
    """The share of lines that stood before in the document."""
    most_duplicate_line_characters: Share | None
    """The share of characters that is in such lines."""
    most_duplicate_paragraphs: Share | None
    """The share of paragraphs that stood before in the document."""
    most_duplicate_paragraph_characters: Share | None
    """The share of characters that is in such paragraphs."""
    most_top_2_gram: Ratio | None
    """The share of characters in the most frequent run of two words."""
    most_top_3_gram: Ratio | None
    """The share of characters in the most frequent run of three words."""
    most_top_4_gram: Ratio | None
    """The share of characters in the most frequent run of four words."""
    most_duplicate_5_grams: Share | None
    """The share of characters in runs of five words that stood before."""
    most_duplicate_6_grams: Share | None
    """The share of characters in runs of six words that stood before."""
    most_duplicate_7_grams: Share | None
    """The share of characters in runs of seven words that stood before."""
    most_duplicate_8_grams: Share | None
    """The share of characters in runs of eight words that stood before."""
    most_duplicate_9_grams: Share | None
    """The share of characters in runs of nine words that stood before."""
    most_duplicate_10_grams: Share | None
    """The share of characters in runs of ten words that stood before."""


class WordRuleSettings(Section):
    """What a document as it was taken in must look like (Gopher); null switches a rule off."""

    least_words: AtLeastOne | None
    """The fewest words."""
    most_words: AtLeastOne | None
    """The most words."""
    least_mean_length: Ratio | None
    """The shortest mean length of words, in characters."""
    most_mean_length: Ratio | None
    """The longest mean length of words, in characters."""
    most_hashes: Ratio | None
    """The most hash signs for each word."""
    most_ellipses: Ratio | None
    """The most ellipses for each word."""
    most_bullet_lines: Share | None
    """The share of lines that may begin with a bullet."""
    most_ellipsis_lines: Share | None
    """The share of lines that may end with an ellipsis."""
    least_alphabetic: Share | None
    """The share of words that hold a letter."""
    least_stop_words: AtLeastOne | None
    """How many different stop words of its language a document holds at least."""
    stop_words: FrozenMapping[Language, tuple[Phrase, ...]]
    """Stop words by language; a document in another one, or in an unknown one, is not asked for any."""


class PageSettings(Section):
    """What must be left of a document once its lines are taken out (C4)."""

    least_sentences: AtLeastOne | None
    """The fewest sentences that are left; null for any number."""
    phrases: tuple[Phrase, ...]
    """A document in which one of these is left is dropped, capital or small: placeholder text, and program code."""


class CleaningSettings(Section):
    """How documents are cleaned, and which are dropped."""

    language: DocumentLanguageSettings
    lines: LineSettings
    repetition: RepetitionSettings
    words: WordRuleSettings
    pages: PageSettings
    word_lists: FrozenMapping[Identifier, Text]
    """Files of words that are counted, one entry a line, by the name of the list; beside ours, or in place of one."""
    most_listed: FrozenMapping[Identifier, Share]
    """The share of words that may be on a list, by its name, such as toxic; a list that is not here drops nothing."""
