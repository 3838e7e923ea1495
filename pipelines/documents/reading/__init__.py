"""From the bytes of a file to the documents in it: one reader per family of formats, bounded in memory, with refusals.

    for one in read(File("dump.xml.bz2", "dump.xml.bz2"), settings.documents):
        ...  # an Extracted, or an Unfit that says why there is none

A reader yields as it goes. What it yields as Unfit costs one document; what it raises costs the rest of the file.

Which extractor does what, and why: FastWARC and Resiliparse (one well-kept family, strict about broken archives) for
WARC and HTML; pypdfium2 (Chrome's own PDF library) for PDF; python-docx for DOCX; mwparserfromhell with its C
tokenizer for wikitext, behind Python's expat with entities refused; charset-normalizer, which can say that it does not
know, for bytes that nothing declares; ftfy for Unicode that was decoded wrongly before it came here.
"""

from pipelines.documents.reading.extracted import Extracted, Found
from pipelines.documents.reading.formats import FORMATS, read

__all__ = ["FORMATS", "Extracted", "Found", "read"]
