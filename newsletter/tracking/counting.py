"""Counting clicks: into a stream while the reader is on his way, from there into the database.

Each is counted once: how far the stream is counted is written in the transaction of the counts, so
a worker that dies before it took the entries away leaves nothing to be counted again.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

import structlog
from django.db import Error as DatabaseError
from django.db import connection, transaction
from redis.exceptions import RedisError

from newsletter.delivery import settling
from newsletter.delivery.settling import Evidence
from newsletter.models import ClickCursor, LinkClicks, LooseClick, Revision
from newsletter.tracking import stream
from newsletter.tracking.redirects import Click

# Clicks of one transaction.
PIECE = 5_000

Link = tuple[int, int]
log = structlog.get_logger(__name__)


def count(click: Click) -> None:
    """Note one click; never raises. Without Redis it is noted in the database, with no reader."""
    words = f"{click.revision_id}.{click.number}.{click.subscriber_id}"
    if stream.add(words):
        return
    try:
        # This may be outside of a request, where nobody looks whether a connection is still good.
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        LooseClick.objects.create(revision_id=click.revision_id, number=click.number)
    except DatabaseError as error:
        log.warning("click_lost", revision=click.revision_id, error=type(error).__name__)


def fold(*, now: datetime) -> None:
    """Bring all noted clicks into the counts. Safe to run many times at once."""
    while LooseClick.objects.exists() and _fold_loose() == PIECE:
        pass
    try:
        while _fold_stream(now) == PIECE:
            pass
    except (RedisError, OSError) as error:
        log.warning("clicks_not_read", error=type(error).__name__)


def _fold_stream(now: datetime) -> int:
    """Count one piece of the stream; how many it held, 0 when another worker was quicker."""
    cursor, _ = ClickCursor.objects.get_or_create(pk=1)
    start = _start(cursor.last)
    entries = stream.read(after=start, at_most=PIECE)
    if not entries:
        return 0
    clicks = [click for entry in entries if (click := _read(entry))]
    _settle(clicks, now)
    end = entries[-1].id
    if not _count_and_move(clicks, old=cursor.last, new=end):
        return 0
    stream.drop(up_to=end)
    return len(entries)


def _start(last: str) -> str:
    """From where to read: after what is counted, or from the start of a stream that is new.

    A stream that never gave out the last counted id is another one: Redis was emptied, and its
    clock is behind.
    """
    if stream.position(stream.newest()) < stream.position(last):
        return "0-0"
    # What a worker counted that died before it could take it away.
    stream.drop(up_to=last)
    return last


def _read(entry: stream.Entry) -> Click | None:
    try:
        revision_id, number, subscriber_id = map(int, entry.words.split("."))
    except ValueError:
        log.warning("click_unreadable", entry=entry.id)
        return None
    return Click(revision_id=revision_id, number=number, subscriber_id=subscriber_id)


def _settle(clicks: Sequence[Click], now: datetime) -> None:
    """Whoever follows a link of a mail has it. Done before the count: it may be done twice."""
    digests = dict(
        Revision.objects.filter(pk__in={click.revision_id for click in clicks}).values_list(
            "pk", "digest_id"
        )
    )
    evidence = {
        Evidence(
            digest_id=digests[click.revision_id], subscriber_id=click.subscriber_id, token=None
        )
        for click in clicks
        if click.revision_id in digests
    }
    try:
        settling.by_evidence(evidence=evidence, now=now)
    except Exception:
        # A count must not wait for it: other clicks and reports will say the same.
        log.exception("clicks_did_not_settle")


@transaction.atomic
def _count_and_move(clicks: Iterable[Click], *, old: str, new: str) -> bool:
    if not ClickCursor.objects.filter(pk=1, last=old).update(last=new):
        return False
    _add(Counter((click.revision_id, click.number) for click in clicks))
    return True


@transaction.atomic
def _fold_loose() -> int:
    """Count clicks that were noted without Redis: each row is taken away by whoever counts it."""
    table = connection.ops.quote_name(LooseClick._meta.db_table)  # noqa: SLF001
    sql = (
        f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} ORDER BY id LIMIT %s) "  # noqa: S608
        "RETURNING revision_id, number"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [PIECE])
        rows: list[Link] = cursor.fetchall()
    _add(Counter((int(revision_id), int(number)) for revision_id, number in rows))
    return len(rows)


def _add(clicks: Counter[Link]) -> None:
    """Add to the counts of links whose revision is still there; in order, so that none waits."""
    if not clicks:
        return
    there = set(
        Revision.objects.filter(pk__in={revision for revision, _ in clicks}).values_list(
            "pk", flat=True
        )
    )
    table = connection.ops.quote_name(LinkClicks._meta.db_table)  # noqa: SLF001
    sql = (
        f"INSERT INTO {table} (revision_id, number, clicks) VALUES (%s, %s, %s) "  # noqa: S608
        f"ON CONFLICT (revision_id, number) DO UPDATE SET clicks = {table}.clicks + excluded.clicks"
    )
    rows = [(*link, number) for link, number in sorted(clicks.items()) if link[0] in there]
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)
