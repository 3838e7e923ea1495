"""MediaWiki dumps: each article as one document, from XML that is read as it streams and may declare no entity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from conf import DocumentsSettings
from pipelines.documents.reading.extracted import Extracted, Found
from pipelines.documents.reading.streams import opened, record_bytes, too_large_record
from pipelines.documents.reading.wikitext import ENGLISH_APART, Words, article_text
from pipelines.files import File
from pipelines.unfit import Unfit

BLOCK_BYTES = 2**18
SEPARATOR = " "
ROOT = "mediawiki"
ARTICLES = 0
PAGE, REVISION = "mediawiki/page", "mediawiki/page/revision"
FIELDS = {
    f"{PAGE}/title": "title",
    f"{PAGE}/ns": "namespace",
    f"{PAGE}/id": "page_id",
    f"{REVISION}/id": "revision_id",
    f"{REVISION}/timestamp": "date",
    f"{REVISION}/model": "model",
    f"{REVISION}/text": "text",
}
SITE = {"mediawiki/siteinfo/base": "base"}
NAMESPACE = "mediawiki/siteinfo/namespaces/namespace"
LINKED_APART = {"-2", "6", "14"}
"""Media, files and categories: links to them stand beside the text and are none of it."""


@dataclass
class Page:
    """One page while its elements come by; of many revisions the last one stays."""

    fields: dict[str, str] = field(default_factory=dict)
    is_redirect: bool = False
    is_too_large: bool = False


class Pages:
    """What the parser calls: it gathers pages, and forgets each once it was handed on."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes, self.done, self.page, self.held = most_bytes, list[Page](), Page(), 0
        self.path: list[str] = []
        self.pieces: list[str] = []
        self.site: dict[str, str] = {}
        self.apart = {*ENGLISH_APART}
        self.namespace_key = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.path.append(name.rpartition(SEPARATOR)[2])
        where = "/".join(self.path)
        if self.path[0] != ROOT:
            raise Unfit("unknown_format", f"Expected a MediaWiki export; this XML begins with `{self.path[0][:40]}`.")
        self.pieces, self.held = [], 0
        if where == PAGE:
            self.page = Page()
        elif where == f"{PAGE}/redirect":
            self.page.is_redirect = True
        elif where == NAMESPACE:
            self.namespace_key = attributes.get("key", "")

    def text(self, piece: str) -> None:
        if (
            "/".join(self.path) not in FIELDS
            and len(self.path) != len(NAMESPACE.split("/"))
            and self.path[-1] != "base"
        ):
            return
        self.held += len(piece)
        if self.held > self.most_bytes:
            self.pieces, self.page.is_too_large = [], True
        else:
            self.pieces.append(piece)

    def end(self, name: str) -> None:
        where, value = "/".join(self.path), "".join(self.pieces)
        self.path.pop()
        if where in FIELDS:
            self.page.fields[FIELDS[where]] = value
        elif where in SITE:
            self.site[SITE[where]] = value
        elif where == NAMESPACE and self.namespace_key in LINKED_APART:
            self.apart.add(value.lower())
        elif where == PAGE:
            self.done.append(self.page)
        self.pieces = []


def wiki_dump(file: File, settings: DocumentsSettings) -> Iterator[Found]:
    """Every page of a dump: articles as text; redirects and pages of other namespaces are refused by name."""
    pages = Pages(record_bytes(settings))
    parser = _parser(pages)
    fed = 0
    with opened(file, settings) as stream:
        while block := stream.read1(BLOCK_BYTES):
            fed += len(block)
            _feed(parser, block)
            if fed - max(parser.CurrentByteIndex, 0) > record_bytes(settings) + BLOCK_BYTES:
                raise too_large_record(settings)
            yield from (_document(page, pages, settings) for page in pages.done)
            pages.done = []
        if fed:
            _feed(parser, b"", is_final=True)


def _parser(pages: Pages) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=SEPARATOR)
    parser.buffer_text = True
    parser.buffer_size = BLOCK_BYTES
    parser.StartElementHandler = pages.start
    parser.EndElementHandler = pages.end
    parser.CharacterDataHandler = pages.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    raise Unfit("entities", "Expected XML without a document type, which no dump has and attacks hide entities in.")


def _feed(parser: expat.XMLParserType, block: bytes, is_final: bool = False) -> None:
    try:
        parser.Parse(block, is_final)
    except expat.ExpatError as problem:
        told = expat.ErrorString(problem.code)
        raise Unfit("broken_xml", f"Expected well-formed XML; it breaks at line {problem.lineno}: {told}.") from None


def _document(page: Page, pages: Pages, settings: DocumentsSettings) -> Found:
    known = page.fields
    refused = _refusal(page, settings)
    if refused:
        return refused
    title = known.get("title", "").strip()
    text = article_text(known.get("text", ""), Words(frozenset(pages.apart)))
    extra = {name: known[name] for name in ("page_id", "revision_id", "date") if known.get(name)}
    if pages.site.get("base"):
        extra["url"] = f"{pages.site['base'].rpartition('/')[0]}/{title.replace(' ', '_')}"
    return Extracted(text, title or None, extra)


def _refusal(page: Page, settings: DocumentsSettings) -> Unfit | None:
    if page.is_redirect:
        return Unfit("redirect", "The page only points to another.")
    if page.fields.get("namespace", str(ARTICLES)).strip() != str(ARTICLES):
        return Unfit(
            "not_an_article", f"Expected namespace {ARTICLES}; this page is in another (talk, help, template)."
        )
    if page.fields.get("model", "wikitext") != "wikitext":
        return Unfit("not_wikitext", f"Expected wikitext, got `{page.fields['model'][:40]}`.")
    return too_large_record(settings) if page.is_too_large else None
