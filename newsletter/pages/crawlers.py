"""What search engines ask for: which pages there are, and which to leave alone."""

from collections.abc import Iterator
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from newsletter.digests import queries
from newsletter.models import Article, Author, Digest, Topic
from newsletter.rendering.links import absolute
from subscribers.models import Newsletter

# A file may hold 50,000 addresses (sitemaps.org); the newest stories and mails are what is sought.
NEWEST = 20_000
# A reader's own links, the desk, and addresses that only programs use.
CLOSED = (
    *("admin", "anymail", "c", "confirm", "new-address", "o", "outbox", "preferences"),
    *("preview", "unsubscribe", "your-data"),
)


@require_safe
@conditional_page
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt` (RFC 9309)."""
    lines = ["User-agent: *", *(f"Disallow: /{place}/" for place in CLOSED)]
    lines.append(f"Sitemap: {absolute('/sitemap.xml')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@conditional_page
@cache_control(public=True, max_age=3600)
def sitemap(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`: our own pages, the newest mails and stories; excerpts are their source's."""
    places = [(absolute(path), changed) for path, changed in _pages()]
    return render(
        request, "newsletter/sitemap.xml", {"places": places}, content_type="application/xml"
    )


def _pages() -> Iterator[tuple[str, datetime | None]]:
    """Path and last change of each page."""
    yield "/", None
    yield "/privacy/", None
    for newsletter in Newsletter.objects.only("slug"):
        yield newsletter.get_absolute_url(), None
    for digest in _digests():
        yield digest.get_absolute_url(), digest.corrected_at or digest.sending_at
    for kind in (Author, Topic):
        for listed in kind.objects.filter(articles__isnull=False).distinct().only("slug"):
            yield listed.get_absolute_url(), None
    own = Article.objects.filter(kind=Article.Kind.OWN).only("slug", "published_at")
    for story in own.order_by("-published_at", "-id")[:NEWEST]:
        yield story.get_absolute_url(), story.published_at


def _digests() -> list[Digest]:
    rows = Digest.objects.filter(state__in=queries.OUT, sending_at__isnull=False)
    rows = rows.select_related("newsletter").only(
        "occurrence", "sending_at", "corrected_at", "newsletter__slug"
    )
    return list(rows.order_by("-sending_at", "-id")[:NEWEST])
