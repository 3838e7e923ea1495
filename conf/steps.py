"""The sections of the steps, in the order of the story."""

from conf.section import AtLeastOne, Section


class DocumentsSettings(Section):
    """What is taken when documents come in."""

    max_file_megabytes: AtLeastOne
    """The largest file that is read; a larger one is rejected with its reason."""
    max_characters: AtLeastOne
    """The longest document that is kept; a longer one is rejected with its reason."""


class PromptsSettings(Section):
    """What is taken when logged prompts come in."""

    max_line_megabytes: AtLeastOne
    """The longest line of a log that is read; a longer one is rejected with its reason."""
    max_characters: AtLeastOne
    """The longest prompt that is kept; a longer one is rejected with its reason."""
