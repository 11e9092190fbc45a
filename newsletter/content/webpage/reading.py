"""Reading a story's page: fetch it, and find what it says in the order of trust."""

from dataclasses import replace
from urllib.parse import urlsplit

import structlog

from newsletter.content import fetching, identity, words
from newsletter.content.fetching import Fetched, FetchError
from newsletter.content.webpage import json_ld, marks, meta_tags, text
from newsletter.content.webpage.document import Document, parse
from newsletter.content.webpage.facts import Origin, Page, PageError, merged

_ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
_CACHES = ("ampproject.org", "google.com")
_PARTED = (" | ", " - ", " – ", " — ", " · ")  # noqa: RUF001

log = structlog.get_logger(__name__)


def read_page(*, url: str) -> Page:
    """The page at `url` and what it says of its story; fetches, for at most 10 s.

    Raises PageError, and nothing else, whatever is there.
    """
    try:
        return read(fetching.fetch(url, headers={"Accept": _ACCEPT}))
    except FetchError as error:
        raise PageError(error.message) from error


def read(fetched: Fetched) -> Page:
    """What an answer says of its story; raises PageError."""
    try:
        return _read(fetched)
    except PageError:
        raise
    except Exception as error:
        # The libraries raise what they like on hostile input.
        log.exception("page_unreadable", host=urlsplit(fetched.url).hostname)
        raise PageError("This page is so badly made that nothing could be read.") from error


def _read(fetched: Fetched) -> Page:
    document = parse(fetched)
    sources = [
        (Origin.DATA, json_ld.facts_of(document)),
        (Origin.TAGS, meta_tags.facts_of(document)),
    ]
    known, _ = merged(sources)
    sources.append((Origin.PAGE, marks.facts_of(document, picture=known.picture)))
    known, _ = merged(sources)
    sources.append((Origin.TEXT, text.facts_of(document, known=known)))
    facts, origins = merged(sources)
    language = words.language(facts.language) if facts.language else ""
    title = _without_site(facts.title, facts.site)
    return Page(_link(document), replace(facts, title=title, language=language), origins)


def _without_site(title: str, site: str) -> str:
    """ "Ferry fares rise | The Harbour Post" without the name that sites put there."""
    for parted in _PARTED:
        if site and title.endswith(parted + site):
            return title.removesuffix(parted + site)
    return title


def _link(document: Document) -> str:
    """The story's own address: what the page names as such, if it is of the same site."""
    named = next(
        (
            document.joined(tag.get("href") or "")
            for tag in document.root.iter("link")
            if "canonical" in (tag.get("rel") or "").lower().split()
        ),
        "",
    )
    for link in (named, document.url):
        if link and _may_stand_for(link, document.url):
            return identity.without_tracking(link)
    raise PageError("This is not a web address.")


def _may_stand_for(link: str, url: str) -> bool:
    """Not another site's page, and not the front page, which careless sites name on each page."""
    try:
        there, here = urlsplit(identity.without_tracking(link)), urlsplit(url)
    except ValueError:
        return False
    if len(link) > words.MAX_LINK:
        return False
    if here.path.strip("/") and not there.path.strip("/") and not there.query:
        return False
    host = here.hostname or ""
    is_cache = any(host == one or host.endswith(f".{one}") for one in _CACHES)
    return is_cache or _site_of(there.hostname or "") == _site_of(host)


def _site_of(host: str) -> str:
    """`host` without what only tells one view of a site from another."""
    for prefix in ("www.", "amp.", "m.", "mobile."):
        host = host.removeprefix(prefix)
    return host
