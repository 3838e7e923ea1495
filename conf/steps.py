"""The sections of the steps, in the order of the story."""

from typing import Annotated, Literal

from pydantic import Field

from conf.section import AtLeastOne, Section, Text


class DocumentColumns(Section):
    """Which fields of JSON Lines, CSV, TSV and Parquet hold what; of several names the first that is there counts."""

    text: Annotated[tuple[Text, ...], Field(min_length=1)]
    """The field with the document's text; a record without any is rejected with its reason."""
    title: tuple[Text, ...]
    """The field with its title."""
    licence: tuple[Text, ...]
    """The field with its licence; it stands before the one that --licence names for all."""
    url: tuple[Text, ...]
    """The field with its address on the web, which the column extra keeps under `url`."""
    id: tuple[Text, ...]
    """The field with its own id, unique in its source; it stays the same document wherever it stands in a file."""


class DocumentsSettings(Section):
    """What is taken when documents come in."""

    max_file_megabytes: AtLeastOne
    """The largest file of one document (text, PDF, DOCX) that is read; files of many documents have no such bound."""
    max_record_megabytes: AtLeastOne
    """The most of a file of many documents in memory at once: a page, a line, a row, a capture; more is rejected."""
    max_expansion: AtLeastOne
    """How many times its size a compressed file may expand to, beyond max_record_megabytes, before it is rejected."""
    max_characters: AtLeastOne
    """The longest document that is kept; a longer one is rejected with its reason."""
    max_pages: AtLeastOne
    """The most pages of a PDF that is read."""
    max_pdf_seconds: AtLeastOne
    """How many seconds a PDF may take to be read, before its reader is ended and the PDF refused."""
    guess_encoding: bool
    """Whether text that is not UTF-8 and declares nothing is read by a careful guess, named in extra, or rejected."""
    repair_unicode: bool
    """Whether text that was decoded wrongly before it came (mojibake, control characters, ligatures) is mended."""
    columns: DocumentColumns
    """Which fields of JSON Lines, CSV, TSV and Parquet hold what."""


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
