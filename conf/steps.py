"""The sections of the steps, in the order of the story."""

from typing import Literal

from conf.section import AtLeastOne, Section, Text


class DocumentsSettings(Section):
    """What is taken when documents come in."""

    max_file_megabytes: AtLeastOne
    """The largest file that is read; a larger one is rejected with its reason."""
    max_characters: AtLeastOne
    """The longest document that is kept; a longer one is rejected with its reason."""


class PromptColumns(Section):
    """Which columns of tables of logged prompts (CSV, TSV, Parquet) hold what; null where no column does."""

    prompt: Text | None
    """The column with the text of the user's message; null where `messages` has the whole conversation."""
    messages: Text | None
    """The column with the conversation: JSON text, or in Parquet a list of role and content; else null."""
    system: Text | None
    """The column with the system message that stood before the prompt."""
    response: Text | None
    """The column with the prototype's answer."""
    user: Text | None
    """The column that names the person who asked; only a pseudonym of it is stored."""
    workload: Text | None
    """The column with the workload that the prompt belongs to."""
    feedback: Text | None
    """The column with the person's thumb: up or down, true or false."""
    asked_at: Text | None
    """The column with the time of the request: ISO 8601, or seconds since 1970; in UTC where it does not say."""
    id: Text | None
    """The column with the request's own id, unique over all files; where it is null, the whole row is its id."""


class PromptsSettings(Section):
    """What is taken when logged prompts come in."""

    max_line_megabytes: AtLeastOne
    """The longest line of a log that is read; a longer one is rejected with its reason."""
    max_characters: AtLeastOne
    """The longest prompt that is kept; a longer one is rejected with its reason."""
    discovery: Literal["ledger", "auto_loader"]
    """How new files are found: by listing and the ledger of intakes, or by Databricks Auto Loader and the ledger."""
    columns: PromptColumns
    """Which columns of CSV, TSV and Parquet files hold what."""
