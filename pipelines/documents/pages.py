"""Text of pages: the main content of HTML by resiliparse, the text layer of PDF by pdfium."""

from __future__ import annotations


def html_text(page: str) -> tuple[str | None, str]:
    """Title and main content; navigation, footers and scripts are left out."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse(page)
    return (tree.title or None), extract_plain_text(tree, main_content=True, alt_texts=False)


def pdf_text(content: bytes) -> str:
    """The text of every page; a ValueError says what is wrong with the file."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as problem:
        raise ValueError(f"Expected a readable PDF without a password; the reader says: {problem}") from None
    try:
        return "\n\n".join(page.get_textpage().get_text_bounded() for page in document).replace("\r\n", "\n")
    finally:
        document.close()
