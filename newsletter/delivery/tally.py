"""Counting answers for the metrics, off the way of the mail: the sweep does it from the rows.

Prometheus wants counters that only grow, whichever process it asks. Counting at each answer would
cost a happy batch another statement; counting at each scrape would read every batch ever sent. So
each digest has a few rows of highest marks, and a scrape adds those up.
"""

from collections import Counter
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q, Sum

from newsletter.delivery.holding import STANDING, of_holder
from newsletter.models import Digest, Tally

ANSWERS = ("accepted", "failed", "unknown", "retry")
# Answers that come in later than this after the last claim are not counted any more.
_FRESH = timedelta(days=1)

_BY_BATCH = f"""
SELECT provider, state, SUM(size) FROM newsletter_batch
WHERE digest_id = %(digest)s AND {STANDING} GROUP BY provider, state
"""  # noqa: S608
_BY_EXCEPTION = f"""
SELECT held_by, held_as, carried_by, state, COUNT(*) FROM (
    SELECT differs.state,
        {of_holder("provider", reader="differs.subscriber_id", lane="reader.lane")} AS held_by,
        {of_holder("state", reader="differs.subscriber_id", lane="reader.lane")} AS held_as,
        (SELECT carrier.provider FROM newsletter_batch carrier
            WHERE carrier.id = differs.follow_up_id) AS carried_by
    FROM newsletter_deliveryexception differs
    JOIN newsletter_delivery reader
        ON reader.digest_id = %(digest)s AND reader.subscriber_id = differs.subscriber_id
    WHERE differs.digest_id = %(digest)s
) known GROUP BY held_by, held_as, carried_by, state
"""  # noqa: S608
_RAISE = (
    "INSERT INTO newsletter_tally (digest_id, provider, answer, mails) VALUES (%s, %s, %s, %s)"
    " ON CONFLICT (digest_id, provider, answer) DO UPDATE"
    " SET mails = excluded.mails WHERE newsletter_tally.mails < excluded.mails"
)

Answered = tuple[str, str]


def tally(*, now: datetime) -> None:
    """Raise the marks of every digest that is on its way or was a day ago. Idempotent."""
    on_their_way = [Digest.State.PREPARING, Digest.State.SENDING, Digest.State.PAUSED]
    fresh = Digest.objects.filter(Q(state__in=on_their_way) | Q(served_at__gte=now - _FRESH))
    for digest_id in list(fresh.values_list("pk", flat=True)):
        _raise(digest_id)


def totals() -> dict[Answered, int]:
    """Mails by provider and answer ever, a reader once for each answer and digest."""
    rows = Tally.objects.values_list("provider", "answer").annotate(Sum("mails")).order_by()
    return {(provider, answer): int(mails) for provider, answer, mails in rows}


def _raise(digest_id: int) -> None:
    known = {
        (provider, answer): mails
        for provider, answer, mails in Tally.objects.filter(digest_id=digest_id).values_list(
            "provider", "answer", "mails"
        )
    }
    with connection.cursor() as cursor:
        for (provider, answer), mails in _counted(digest_id).items():
            if provider and answer in ANSWERS and mails > known.get((provider, answer), 0):
                cursor.execute(_RAISE, [digest_id, provider, answer, mails])


def _counted(digest_id: int) -> Counter[Answered]:
    counted: Counter[Answered] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(_BY_BATCH, {"digest": digest_id})
        for provider, state, size in cursor.fetchall():
            counted[provider, state] += int(size)
        cursor.execute(_BY_EXCEPTION, {"digest": digest_id})
        for held_by, held_as, carried_by, state, number in cursor.fetchall():
            counted[held_by or "", held_as or ""] -= number
            # A follow-up that was never claimed has no provider: then his batch's refused him.
            counted[carried_by or held_by or "", state] += number
    return counted
