"""Walking over the site as a search engine does: from page to page along its links."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit
from xml.etree.ElementTree import Element

from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from tinyhtml5.parser import HTMLParser

ADDRESSES = ("href", "src", "action", "poster", "data")


@dataclass(slots=True)
class Crawled:
    """One page: what it answered, the faults of its HTML, its ids and where it leads."""

    status: int
    # Of HTML's own parser, as "line:column what".
    faults: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    links: set[str] = field(default_factory=set)
    # Addresses elsewhere that a browser would load or send something to by itself.
    foreign: set[str] = field(default_factory=set)
    tree: Element | None = None


def crawl(client: Client, starts: Iterable[str]) -> dict[str, Crawled]:
    """Every page that can be reached from `starts`, by its path with query."""
    pages: dict[str, Crawled] = {}
    waiting = list(starts)
    while waiting:
        path = waiting.pop()
        if path in pages:
            continue
        pages[path] = visit(client, path)
        waiting += {urldefrag(link).url for link in pages[path].links} - pages.keys()
    return pages


def visit(client: Client, path: str) -> Crawled:
    """One page, file or feed of the site."""
    if path.startswith((settings.STATIC_URL, settings.MEDIA_URL)):
        return Crawled(status=200 if is_file(path) else 404)
    response: Any = client.get(path)
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return Crawled(status=response.status_code)
    return read(response.content.decode(), at=path, status=response.status_code)


def is_file(path: str) -> bool:
    """Whether a style sheet, script or picture is there."""
    if path.startswith(settings.STATIC_URL):
        return finders.find(path.removeprefix(settings.STATIC_URL)) is not None
    return (settings.MEDIA_ROOT / path.removeprefix(settings.MEDIA_URL)).is_file()


def read(html: str, *, at: str, status: int = 200) -> Crawled:
    """What stands in a page."""
    parser = HTMLParser(namespace_html_elements=False)
    tree: Element = parser.parse(html)
    page = Crawled(status=status, tree=tree)
    page.faults = [f"{place[0]}:{place[1]} {what}" for place, what, *_ in parser.errors]
    for element in tree.iter():
        if identity := element.get("id"):
            page.ids.append(identity)
        for name, address in addresses(element):
            _sort(page, element, name, urljoin(f"{settings.SITE_URL}{at}", address))
    return page


def addresses(element: Element) -> Iterator[tuple[str, str]]:
    """Every address that an element names, with the attribute."""
    for name in ADDRESSES:
        if (value := element.get(name)) is not None:
            yield name, value
    for part in element.get("srcset", "").split(","):
        if part.strip():
            yield "srcset", part.split()[0]


def _sort(page: Crawled, element: Element, name: str, address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme == "mailto":
        return
    if address.startswith(f"{settings.SITE_URL}/"):
        if element.tag != "form" or element.get("method", "get") == "get":
            page.links.add(address.removeprefix(settings.SITE_URL))
    elif name != "href" or (element.tag == "link" and element.get("rel") != "canonical"):
        page.foreign.add(address)
