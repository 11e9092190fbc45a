"""Absolute addresses, as mails need them."""

import re
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from django.conf import settings

from newsletter.models import Article

# The first of two at-signs.
_PAIR = re.compile(r"@(?=@)")


class HasPage(Protocol):
    """Anything with a page on this site."""

    def get_absolute_url(self) -> str: ...


def absolute(path: str) -> str:
    """`path` on this site as an absolute address; what is absolute already stays."""
    return urljoin(f"{settings.SITE_URL}/", path)


def page_of(thing: HasPage) -> str:
    """The absolute address of the page of an article, a digest or a newsletter."""
    return absolute(thing.get_absolute_url())


def outside(url: str) -> str:
    """An address from an editor or a feed, or "" when a mail must not link to it.

    Of at-signs in a row all but the last are written so that the address cannot hold or begin a
    placeholder and still leads there.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return ""
    return _PAIR.sub("%40", "".join(url.split()))


def article_link(article: Article) -> str:
    """Where a story is read: here, or at its source when we show an excerpt only."""
    if article.is_excerpt and (source := outside(article.link)):
        return source
    return page_of(article)
