"""Freezing the audience of a digest that goes by each reader's own clock, piece by piece.

Which lane a reader is in is settled here, once: who moves afterwards gets this one at the hour he
had, and the next one at his new hour.
"""

from collections.abc import Iterator
from datetime import datetime, time
from functools import partial

from django.db import connection
from django.db.models import CharField, F, Max, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from newsletter.delivery import lanes
from newsletter.delivery.lanes import Plan
from newsletter.models import Digest
from subscribers import audience
from subscribers.database import column_value
from subscribers.models import Subscriber, Subscription

# Subscriber ids in one piece, so at most as many readers. In each lane it may end with a batch that
# is not full; but who pauses the mail waits for the end of a piece, some four seconds.
PIECE = 250_000

# Whoever's hour is not in the list (he changed it since the list was made) goes at home's: nobody
# is lost. A break is looked at where it ends before the reader's wave, or before the newsletter's
# own time; see `lanes.wanted_at`. PostgreSQL and SQLite both call the columns of VALUES column1 ...
_INSERT = """
INSERT INTO newsletter_delivery (digest_id, subscriber_id, lane)
SELECT lane.digest_id, mailable.subscriber_id, lane.number
FROM ({audience}) mailable
LEFT JOIN (VALUES {hours}) hour
    ON hour.column1 = mailable.in_zone AND hour.column2 = mailable.at_time
JOIN newsletter_lane lane
    ON lane.digest_id = %s AND lane.number = COALESCE(hour.column3, {home})
WHERE mailable.paused_until IS NULL OR mailable.paused_until <= lane.release_at
    OR mailable.paused_until <= %s
"""


def highest() -> int:
    """No reader there is has a higher id; at least 1."""
    return Subscriber.objects.aggregate(highest=Max("pk"))["highest"] or 1


def freeze(*, digest: Digest, low: int, high: int, now: datetime) -> int:
    """Write a delivery for each reader with an id in (low, high]; how many those are.

    Inside the transaction of whoever owns the preparation of this digest. With the first piece come
    the lanes, for the hours of everybody.
    """
    readers = partial(
        audience.deliverable, newsletter_id=digest.newsletter_id, frequencies=digest.frequencies
    )
    people = readers(above=low, upto=high)
    if low:
        plan = lanes.planned(digest=digest, people=people)
    else:
        plan = lanes.make_waves(digest=digest, people=readers(), now=now)
    return _insert(digest, plan, people, now)


def _insert(digest: Digest, plan: Plan, people: QuerySet[Subscription], now: datetime) -> int:
    with_hours = people.values(
        "subscriber_id",
        "paused_until",
        in_zone=F("reader__time_zone"),
        at_time=Coalesce(Cast("own_time", CharField()), Value("")),
    )
    sql, parameters = with_hours.query.sql_with_params()
    hours = ", ".join(f"(%s, '{_text(at)}', {lane})" for (_, at), lane in plan.lanes.items())
    statement = _INSERT.format(audience=sql, hours=hours, home=plan.home)
    own = lanes.wanted_at(digest=digest, now=digest.release_at or now)
    values = [*parameters, *_zones(plan), digest.pk, column_value(Digest, "release_at", own)]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def _zones(plan: Plan) -> Iterator[str]:
    return (zone for zone, _ in plan.lanes)


def _text(at: time | None) -> str:
    """As both databases write a time of day."""
    return at.isoformat() if at else ""
