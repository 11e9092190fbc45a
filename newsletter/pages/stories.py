"""The stories about a topic and those of an author, 24 a page, newest first."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from config.publisher import publisher
from newsletter.content.sanitizing import excerpt
from newsletter.models import Article, Author, Topic
from newsletter.pages.newsletter import picture_of
from newsletter.pages.paging import Order, page
from newsletter.pages.words import publisher_zone
from newsletter.rendering.links import absolute
from newsletter.rendering.wording import day_in_words
from subscribers.views.shared_copies import for_everybody

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# Microseconds since 1970, then the id: two stories may be of one instant.
_PLACE = re.compile(r"(-?\d{1,18})_(\d{1,18})", re.ASCII)


def _read(before: str) -> tuple[datetime, int]:
    found = _PLACE.fullmatch(before)
    if found is None:
        raise ValueError(before)
    return EPOCH + int(found[1]) * MICROSECOND, int(found[2])


def _write(article: Article) -> str:
    return f"{(article.published_at - EPOCH) // MICROSECOND}_{article.pk}"


ORDER: Order[Article] = Order(fields=("published_at", "pk"), read=_read, write=_write)


@require_safe
@for_everybody
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """`/topics/<slug>/`."""
    found = get_object_or_404(Topic, slug=slug)
    context = {"topic": found, "description": _stories_of(found)} | _stories(
        request, found.articles.all(), found.get_absolute_url()
    )
    return render(request, "newsletter/topic.html", context)


@require_safe
@for_everybody
def author(request: HttpRequest, slug: str) -> HttpResponse:
    """`/authors/<slug>/`: who it is, and what he or she wrote."""
    found = get_object_or_404(Author, slug=slug)
    context = {
        "author": found,
        "portrait": picture_of(found),
        "description": excerpt(found.biography, words=30) or _stories_of(found),
    } | _stories(request, found.articles.all(), found.get_absolute_url())
    return render(request, "newsletter/author.html", context)


def _stories(request: HttpRequest, articles: QuerySet[Article], base: str) -> dict[str, Any]:
    """What `newsletter/_stories.html` shows; raises Http404 for a page that there never was."""
    before = request.GET.get("before", "")
    rows = articles.select_related("hero").defer("body")
    paged = page(rows=rows, order=ORDER, before=before)
    zone = publisher_zone()
    return {
        "paged": paged,
        "stories": [(story, _day(story, zone)) for story in paged.rows],
        "canonical": absolute(f"{base}?before={before}" if before else base),
    }


def _stories_of(found: Topic | Author) -> str:
    return gettext("{name}: stories from {publisher}").format(
        name=found.name, publisher=publisher().name
    )


def _day(story: Article, zone: ZoneInfo) -> str:
    return day_in_words(story.published_at.astimezone(zone).date(), story.language)
