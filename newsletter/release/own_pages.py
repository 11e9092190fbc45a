"""Pages of this site that a mail leads to: looked up here, nobody is asked."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Model
from django.urls import Resolver404, resolve

from newsletter.models import Article, Author, Digest, Topic
from newsletter.rendering.links import page_of
from subscribers.models import Newsletter

# Name of the page -> whose slug it takes.
SLUGS: dict[str, type[Model]] = {
    "article": Article,
    "author": Author,
    "topic": Topic,
    "newsletter": Newsletter,
}


def is_own(url: str) -> bool:
    """Whether `url` leads to this site."""
    return url == settings.SITE_URL or url.startswith(f"{settings.SITE_URL}/")


def is_of(*, digest: Digest, url: str) -> bool:
    """Whether it is the page of the digest itself, which is there once it goes out."""
    return url.split("#", maxsplit=1)[0].split("?", maxsplit=1)[0] == page_of(digest)


def missing(*, urls: Iterable[str]) -> Iterator[str]:
    """Those of our own `urls` that lead to no page; one statement for each kind of page."""
    wanted: dict[str, list[tuple[str, str]]] = {}
    for url in urls:
        found = _resolved(url)
        if found is None:
            yield url
        elif found[0] in SLUGS:
            wanted.setdefault(found[0], []).append((found[1].get("slug", ""), url))
    for name, pairs in wanted.items():
        rows = SLUGS[name]._default_manager.filter(slug__in=[slug for slug, _ in pairs])  # noqa: SLF001
        there = set(rows.values_list("slug", flat=True))
        yield from (url for slug, url in pairs if slug not in there)


def _resolved(url: str) -> tuple[str, dict[str, Any]] | None:
    path = urlsplit(url.removeprefix(settings.SITE_URL)).path or "/"
    if path.startswith((settings.STATIC_URL, settings.MEDIA_URL)):
        return "", {}
    try:
        match = resolve(path)
    except Resolver404:
        return None
    return match.url_name or "", match.kwargs
