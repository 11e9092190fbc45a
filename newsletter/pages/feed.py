"""A newsletter's past mails as Atom (RFC 4287), for feed readers."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date
from django.views.decorators.http import conditional_page, require_safe

from config.publisher import publisher
from newsletter.digests import queries
from newsletter.models import Digest
from newsletter.pages.paging import SIZE
from newsletter.rendering.links import absolute, page_of
from newsletter.rendering.wording import one_line
from subscribers.models import Newsletter

# Marks the mails that tell what the others brought in a week.
THE_WEEK = "The week"


@require_safe
@conditional_page
def feed(request: HttpRequest, slug: str) -> HttpResponse:
    """`/newsletters/<slug>/feed.xml`: the newest 24, each with its words and links.

    Answers 304 by ETag or date. Search engines are to show the pages, not this.
    """
    found = get_object_or_404(Newsletter, slug=slug)
    digests = list(
        queries.listed(newsletter=found)
        .select_related("newsletter", "revision")
        .defer("revision__html", "revision__text")
        .order_by("-occurrence")[:SIZE]
    )
    response = HttpResponse(_atom(found, digests), content_type="application/atom+xml")
    response["X-Robots-Tag"] = "noindex"
    changes = [_updated(digest) for digest in digests]
    response["Last-Modified"] = http_date(max(changes, default=found.created_at).timestamp())
    return response


def _atom(found: Newsletter, digests: list[Digest]) -> str:
    atom = _Atom(
        title=one_line(found.name),
        subtitle=one_line(found.tagline),
        link=page_of(found),
        description="",
        language=found.language,
        feed_url=absolute(f"{found.get_absolute_url()}feed.xml"),
        author_name=one_line(found.writer or publisher().name),
        fallback=found.created_at,
    )
    for digest in digests:
        atom.add_item(**_entry(digest))
    return atom.writeString("utf-8")


class _Atom(Atom1Feed):
    """Django's feed, but for an empty one: the same date each time, and so the same bytes."""

    def latest_post_date(self) -> datetime:
        dates = [item["updateddate"] for item in self.items]
        newest: datetime = max(dates, default=self.feed["fallback"])
        return newest


def _entry(digest: Digest) -> dict[str, Any]:
    """`title`, the page as link and id, and its words as escaped HTML with absolute links."""
    revision, link = digest.revision, page_of(digest)
    assert revision is not None  # noqa: S101  (asked for by `queries.listed`)
    return {
        "title": one_line(revision.subject),
        "link": link,
        "unique_id": link,
        "pubdate": digest.sending_at,
        "updateddate": _updated(digest),
        "categories": [THE_WEEK] if digest.is_weekly else [],
        "description": one_line(
            render_to_string(
                "newsletter/feed_entry.html", {"page": revision.page, "digest": digest}
            )
        ),
    }


def _updated(digest: Digest) -> datetime:
    moments = [digest.sending_at, digest.corrected_at, digest.created_at]
    return max(moment for moment in moments if moment is not None)
