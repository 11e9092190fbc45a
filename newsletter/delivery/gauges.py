"""How the send path stands, in a few statements whose cost is that of what is open or unknown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from newsletter.models import Batch, Digest
from subscribers.database import column_value, moment

OPEN = (Batch.State.PENDING, Batch.State.CLAIMED, Batch.State.SUBMITTING)

# Unknown batches without those of their readers who differ, and the readers who are unknown alone.
_UNKNOWN = """
SELECT COALESCE((
    SELECT SUM(batch.size - (
        SELECT COUNT(*) FROM newsletter_deliveryexception differs
        WHERE differs.digest_id = batch.digest_id
            AND differs.subscriber_id > batch.low AND differs.subscriber_id <= batch.high
    )) FROM newsletter_batch batch WHERE batch.state = 'unknown' AND batch.low IS NOT NULL
), 0) + (
    SELECT COUNT(*) FROM newsletter_deliveryexception
    WHERE state IN ('retry', 'unknown') AND state = 'unknown'
)
"""
_OLDEST = """
SELECT MIN(COALESCE(batch.not_before, digest.sending_at, digest.release_at))
FROM newsletter_batch batch JOIN newsletter_digest digest ON digest.id = batch.digest_id
WHERE batch.state IN ('pending', 'claimed', 'submitting') AND batch.state = 'pending'
    AND digest.state = 'sending' AND (batch.not_before IS NULL OR batch.not_before <= %s)
"""


@dataclass(frozen=True, slots=True)
class SendPath:
    """`due` batches could go at this moment; `oldest_due` is since when the first of them could."""

    digests: Mapping[str, int]
    batches: Mapping[str, int]
    due: int
    oldest_due: timedelta
    unknown_readers: int


def send_path(*, now: datetime) -> SendPath:
    """Figures of all digests together; reads no delivery and no settled batch."""
    states = dict.fromkeys(Digest.State.values, 0)
    states |= dict(Digest.objects.values_list("state").annotate(Count("pk")).order_by())
    batches: dict[str, int] = dict.fromkeys((str(state) for state in OPEN), 0)
    opened = Batch.objects.filter(state__in=OPEN)
    batches |= dict(opened.values_list("state").annotate(Count("pk")).order_by())
    due = opened.filter(
        Q(not_before__isnull=True) | Q(not_before__lte=now),
        state=Batch.State.PENDING,
        digest__state=Digest.State.SENDING,
    )
    return SendPath(
        digests=states,
        batches=batches,
        due=due.count(),
        oldest_due=_age(_value(_OLDEST, column_value(Batch, "not_before", now)), now),
        unknown_readers=int(_value(_UNKNOWN)),
    )


def _value(sql: str, *parameters: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0]


def _age(since: Any, now: datetime) -> timedelta:
    if since is None:
        return timedelta(0)
    return max(now - moment(Batch, "not_before", since), timedelta(0))
