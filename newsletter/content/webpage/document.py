"""A page's bytes as a tree of bounded size, whatever somebody put into them."""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from lxml import etree

from newsletter.content.fetching import Fetched
from newsletter.content.pictures import joined
from newsletter.content.webpage.facts import PageError

# Long stories have some thousand elements; reading gets slower with each.
MAX_ELEMENTS = 20_000
MAX_DEPTH = 200
# Parsers compare each attribute with all before it: a tag with 100,000 takes them minutes.
MAX_ATTRIBUTES = 40
MAX_TEXT = 1_000_000
# Of what one element says, where that is a headline, a name or a caption.
MAX_LINE = 5_000
MAX_DATA = 20
# Read of a page: what comes later is menus, or an attack on our patience.
MAX_LETTERS = 2_000_000
_LEFT_OUT = {"script", "style", "noscript", "template", "svg", "iframe", "object", "textarea"}
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset=["'\s]{0,3}([\w.:-]{2,30})""", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"charset=[\"']?([\w.:-]+)", re.IGNORECASE)
_HTML_TYPES = {"", "text/html", "application/xhtml+xml", "text/plain", "application/octet-stream"}


@dataclass(frozen=True, slots=True)
class Document:
    """`url` is where it was found, `base` what its links are relative to, `data` its JSON-LD."""

    root: Any
    url: str
    base: str
    data: tuple[str, ...] = ()

    def joined(self, address: str) -> str:
        """`address` made absolute, or nothing if it is not on the web."""
        return joined(self.base, address)


def parse(fetched: Fetched) -> Document:
    """The document in an answer; raises PageError if it is no web page."""
    kind = fetched.headers.get("content-type", "")
    _check_kind(fetched.body, kind.partition(";")[0].strip().lower())
    builder = _Builder()
    parser: Any = etree.HTMLParser(target=builder, encoding="utf-8")
    root = etree.fromstring(
        _text(fetched.body, kind)[:MAX_LETTERS].encode("utf-8", "replace"), parser
    )
    if root is None:
        raise PageError("The page is empty.")
    base = next((tag.get("href", "") for tag in root.iter("base")), "")
    return Document(
        root=root,
        url=fetched.url,
        base=joined(fetched.url, base) or fetched.url,
        data=tuple("".join(pieces) for pieces in builder.scripts),
    )


def words_of(element: Any) -> str:
    """The text in `element`, as it stands; of a very long one its beginning."""
    found, length = list[str](), 0
    for piece in element.itertext():
        found.append(piece)
        length += len(piece)
        if length > MAX_LINE:
            break
    return " ".join(found)[:MAX_LINE]


def _check_kind(body: bytes, kind: str) -> None:
    start = body[:1000].lstrip()
    if start.startswith(b"%PDF-") or kind == "application/pdf":
        raise PageError("This is a PDF, not a web page.")
    if not start:
        raise PageError("The page is empty.")
    if kind not in _HTML_TYPES:
        raise PageError(f"This is no web page ({kind[:60]}).")
    if b"<" not in body[:5000] or b"\x00\x00" in body[:1000]:
        raise PageError("This is no web page.")


def _text(body: bytes, kind: str) -> str:
    """What is valid UTF-8 is UTF-8, whatever the server says; else as the page or server says."""
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if body.startswith(mark):
            return body.decode(name, "replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    header, tag = _HEADER_CHARSET.search(kind), _CHARSET.search(body[:4096])
    named = header[1] if header else tag[1].decode("ascii", "replace") if tag else ""
    # Cut in a character, or wrong in a few places: nearly all that is left is UTF-8 all the same.
    if named.lower() in {"", "utf-8", "utf8"}:
        named = "utf-8" if named else "cp1252"
    # As browsers do: who says Latin-1 means the larger set of Windows.
    if named.lower() in {"iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii"}:
        named = "cp1252"
    try:
        return body.decode(named, "replace")
    except (LookupError, ValueError):
        return body.decode("cp1252", "replace")


@dataclass(slots=True)
class _Builder:
    """What the parser tells its findings to: it keeps a tree in bounds, and JSON-LD apart."""

    scripts: list[list[str]] = field(default_factory=list)
    _tree: Any = field(default_factory=etree.TreeBuilder)
    _elements: int = 0
    _letters: int = 0
    _depth: int = 0
    # For each open element whether it is in the tree.
    _open: list[bool] = field(default_factory=list)
    # How many elements that are left out with all in them are open.
    _out: int = 0
    _reads_data: bool = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        is_out = tag in _LEFT_OUT
        kept = not (is_out or self._out or self._is_full())
        self._out += is_out
        if tag == "script" and "ld+json" in attributes.get("type", "").lower():
            self._reads_data = len(self.scripts) < MAX_DATA
            if self._reads_data:
                self.scripts.append([])
        if kept:
            self._elements += 1
            self._depth += 1
            self._tree.start(tag, dict(islice(attributes.items(), MAX_ATTRIBUTES)))
        self._open.append(kept)

    def end(self, tag: str) -> None:
        if self._open.pop():
            self._depth -= 1
            self._tree.end(tag)
        if tag in _LEFT_OUT:
            self._out -= 1
            self._reads_data = False

    def data(self, text: str) -> None:
        if self._reads_data:
            self.scripts[-1].append(text)
        elif not self._out and any(self._open[:1]) and self._letters < MAX_TEXT:
            self._letters += len(text)
            self._tree.data(text)

    def close(self) -> Any:
        return self._tree.close() if self._elements else None

    def _is_full(self) -> bool:
        return self._elements >= MAX_ELEMENTS or self._depth >= MAX_DEPTH
