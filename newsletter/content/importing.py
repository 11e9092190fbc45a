"""One visit to a feed: fetch, read, store its stories, and say in a sentence how it went."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from newsletter.content import articles, feeds, fetching
from newsletter.content.articles import Stored
from newsletter.content.entries import FeedError, ReadFeed
from newsletter.content.fetching import Fetched, FetchError
from newsletter.models import Feed

LEAST_MINUTES = 5
LONGEST_WAIT = timedelta(days=1)
MAX_FAILURES = 1000
_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, */*;q=0.5"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FeedOutcome:
    """How a visit went. `entries` = new + updated + known + doubled + skipped.

    `problems` has a sentence per entry left out; `message` says it all in one or two.
    """

    ok: bool
    message: str
    entries: int = 0
    new: int = 0
    updated: int = 0
    known: int = 0
    doubled: int = 0
    skipped: int = 0
    problems: list[str] = field(default_factory=list)
    # What could not be read of the feed as a whole.
    damage: str = ""


def fetch_feed(*, feed_id: int, now: datetime) -> FeedOutcome:
    """Visit a feed, store what is new and write the outcome to its row; never raises for a bad one.

    Safe to run twice at once: a story is stored once. After a failure the next visit waits twice
    as long as before, at most a day.
    """
    feed = Feed.objects.filter(pk=feed_id).first()
    if feed is None:
        return FeedOutcome(ok=False, message="There is no such source.")
    _put_off(feed=feed, now=now)
    try:
        fetched = fetching.fetch(feed.url, headers=_conditions(feed))
        outcome = _imported(feed=feed, fetched=fetched, now=now)
    except (FetchError, FeedError) as error:
        outcome = FeedOutcome(ok=False, message=error.message)
        failures = min(feed.failures + 1, MAX_FAILURES)
        _write(feed=feed, outcome=outcome, fetched_at=now, failures=failures)
        log.warning("feed_failed", feed=feed_id, failures=failures)
        return outcome
    _write(
        feed=feed,
        outcome=outcome,
        fetched_at=now,
        failures=0,
        next_fetch_at=now + timedelta(minutes=max(feed.every_minutes, LEAST_MINUTES)),
        **_validators(fetched, outcome),
    )
    log.info("feed_fetched", feed=feed_id, entries=outcome.entries, new=outcome.new)
    return outcome


def import_entries(*, feed: Feed, found: ReadFeed, now: datetime) -> FeedOutcome:
    """Store the entries of a feed as stories, each in its own transaction."""
    counts: Counter[str] = Counter()
    seen: set[str] = set()
    for entry in found.entries:
        known_by = {key for key in articles.keys(feed=feed, entry=entry) if key}
        if known_by & seen:
            counts["doubled"] += 1
            continue
        seen |= known_by
        counts[articles.store(feed=feed, entry=entry, now=now).value] += 1
    return FeedOutcome(
        ok=True,
        message=_sentence(found=found, counts=counts),
        entries=found.total,
        new=counts[Stored.NEW.value],
        updated=counts[Stored.UPDATED.value],
        known=counts[Stored.KNOWN.value],
        doubled=counts["doubled"],
        skipped=found.total - counts.total(),
        problems=found.problems,
        damage=found.damage,
    )


def _imported(*, feed: Feed, fetched: Fetched, now: datetime) -> FeedOutcome:
    if fetched.not_modified:
        return FeedOutcome(ok=True, message="Nothing has changed since the last visit.")
    return import_entries(feed=feed, found=feeds.read(fetched), now=now)


def _put_off(*, feed: Feed, now: datetime) -> None:
    """Due again as after a failure, written beforehand: a feed may bring its worker down."""
    every = timedelta(minutes=max(feed.every_minutes, LEAST_MINUTES))
    wait = min(every * 2 ** min(feed.failures + 1, 12), max(LONGEST_WAIT, every))
    Feed.objects.filter(pk=feed.pk).update(next_fetch_at=now + wait)


def _conditions(feed: Feed) -> dict[str, str]:
    """Headers that ask for the feed only if it changed (RFC 9110 section 13)."""
    headers = {"Accept": _ACCEPT}
    if feed.etag:
        headers["If-None-Match"] = feed.etag
    if feed.last_modified:
        headers["If-Modified-Since"] = feed.last_modified
    return headers


def _validators(fetched: Fetched, outcome: FeedOutcome) -> dict[str, str]:
    """What to ask with next time; nothing for a damaged feed, so that its fault is told again."""
    if fetched.not_modified:
        return {}
    return {
        "etag": _kept(fetched, "etag", 200, outcome),
        "last_modified": _kept(fetched, "last-modified", 60, outcome),
    }


def _kept(fetched: Fetched, name: str, length: int, outcome: FeedOutcome) -> str:
    value = fetched.headers.get(name, "")
    usable = len(value) <= length and value.isascii() and not outcome.damage
    return value if usable else ""


def _write(*, feed: Feed, outcome: FeedOutcome, **fields: Any) -> None:
    Feed.objects.filter(pk=feed.pk).update(outcome=outcome.message[:300], **fields)


def _sentence(*, found: ReadFeed, counts: Counter[str]) -> str:
    """ "20 entries, 3 new, 1 updated. 1 left out: entry 4 has no title." """
    noun = "entry" if found.total == 1 else "entries"
    parts = [f"{found.total} {noun}", f"{counts[Stored.NEW.value]} new"]
    parts += [
        f"{counts[what]} {what}" for what in (Stored.UPDATED.value, "doubled") if counts[what]
    ]
    sentences = [", ".join(parts) + "."]
    if found.problems:
        left_out = found.total - counts.total()
        first = found.problems[0]
        more = "" if left_out == 1 else ", the first of them: "
        sentences.append(f"{left_out} left out{more or ': '}{first[0].lower()}{first[1:]}")
    if found.damage:
        sentences.append(found.damage)
    return " ".join(sentences)
