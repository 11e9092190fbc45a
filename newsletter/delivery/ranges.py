"""Making the batches of frozen readers: ranges of subscriber ids that join, lane by lane."""

from django.db import connection

from newsletter.models import Batch
from subscribers.mailing.providers import first

# The last subscriber id and the size of each batch of a piece.
_BOUNDS = (
    "SELECT lane, MAX(subscriber_id), COUNT(*) FROM ("
    " SELECT lane, subscriber_id, (ROW_NUMBER() OVER"
    " (PARTITION BY lane ORDER BY subscriber_id) - 1) / %s AS batch"
    " FROM newsletter_delivery"
    " WHERE digest_id = %s AND subscriber_id > %s AND subscriber_id <= %s"
    ") numbered GROUP BY lane, batch ORDER BY 1, 2"
)


def insert(*, digest_id: int, low: int, high: int) -> None:
    """Batches of the provider's size for the readers in (low, high]: (low, a], (a, b], ..."""
    with connection.cursor() as cursor:
        cursor.execute(_BOUNDS, [first().batch_size, digest_id, low, high])
        bounds = cursor.fetchall()
    reached: dict[int, int] = {}
    batches = []
    for lane, last, size in bounds:
        below = reached.get(lane, low)
        batches.append(Batch(digest_id=digest_id, lane=lane, low=below, high=last, size=size))
        reached[lane] = last
    Batch.objects.bulk_create(batches)
