"""Feeds: which are due, and what one says whatever its format."""

from datetime import datetime

import structlog
from django.db.models import Q

from newsletter.content import json_feed, xml_feed
from newsletter.content.entries import MAX_ENTRIES, FeedError, ReadFeed
from newsletter.content.fetching import Fetched
from newsletter.models import Feed

log = structlog.get_logger(__name__)


def due_feeds(*, now: datetime) -> list[int]:
    """Ids of the active feeds whose next fetch is due, longest overdue first."""
    due = Feed.objects.filter(
        Q(next_fetch_at=None) | Q(next_fetch_at__lte=now),
        is_active=True,
    )
    return list(due.order_by("next_fetch_at", "pk").values_list("pk", flat=True))


def read(fetched: Fetched) -> ReadFeed:
    """The entries in an answer, as many as can be read; raises FeedError if it is no feed."""
    try:
        found = _read(fetched)
    except FeedError:
        raise
    except Exception as error:
        # The libraries raise what they like on hostile input; one feed must not stop the others.
        log.exception("feed_unreadable", url=fetched.url)
        raise FeedError("The feed is damaged so badly that nothing could be read.") from error
    if found.is_full:
        found.problems.append(f"Only the first {MAX_ENTRIES} entries were taken.")
        del found.entries[MAX_ENTRIES:]
    return found


def _read(fetched: Fetched) -> ReadFeed:
    if fetched.body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}:
        return json_feed.read(fetched.body, url=fetched.url)
    content_type = fetched.headers.get("content-type", "")
    return xml_feed.read(fetched.body, url=fetched.url, content_type=content_type)
