"""Writes a plain PDF by hand: pages of lines in Helvetica, uncompressed, the same bytes every time."""

import textwrap

LINE_WIDTH = 88
LINES_PER_PAGE = 46
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def wrapped(title: str, paragraphs: list[str]) -> list[str]:
    lines = [title, ""]
    for paragraph in paragraphs:
        lines += [*textwrap.wrap(paragraph, LINE_WIDTH, break_on_hyphens=False), ""]
    return lines


def shown(line: str) -> bytes:
    """One line as a PDF string, in the encoding that the font declares."""
    escaped = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return b"(" + escaped.encode("cp1252") + b") Tj T*"


def content_stream(lines: list[str]) -> bytes:
    body = b"\n".join([b"BT /F1 10 Tf 14 TL 56 780 Td", *(shown(line) for line in lines), b"ET"])
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(body), body)


def objects_of(pages: list[list[str]]) -> list[bytes]:
    """Catalogue, page tree and font are objects 1 to 3; each page is followed by its content."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        FONT,
    ]
    for number, lines in enumerate(pages):
        content = 5 + 2 * number
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            b"/Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>" % content
        )
        objects.append(content_stream(lines))
    return objects


def assembled(objects: list[bytes]) -> bytes:
    """The objects with the table that says at which byte each begins."""
    data, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(data))
    return data + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table) + trailer


def write_pdf(title: str, paragraphs: list[str], foot: str) -> bytes:
    lines = wrapped(title, paragraphs)
    starts = range(0, len(lines), LINES_PER_PAGE)
    pages = [[*lines[start : start + LINES_PER_PAGE], "", *textwrap.wrap(foot, LINE_WIDTH)] for start in starts]
    return assembled(objects_of(pages))
