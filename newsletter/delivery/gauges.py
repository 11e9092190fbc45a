"""How the send path stands, in a few statements whose cost is that of what is open or unknown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from newsletter.delivery import claims
from newsletter.digests.lifecycle import OPEN_BATCHES
from newsletter.models import Batch, Digest, Lane

# Unknown batches without those of their readers who differ, and the readers who are unknown alone.
_UNKNOWN = """
SELECT COALESCE((
    SELECT SUM(batch.size - (
        SELECT COUNT(*) FROM newsletter_deliveryexception differs
        JOIN newsletter_delivery reader ON reader.digest_id = differs.digest_id
            AND reader.subscriber_id = differs.subscriber_id AND reader.lane = batch.lane
        WHERE differs.digest_id = batch.digest_id
            AND differs.subscriber_id > batch.low AND differs.subscriber_id <= batch.high
    )) FROM newsletter_batch batch WHERE batch.state = 'unknown' AND batch.low IS NOT NULL
), 0) + (
    SELECT COUNT(*) FROM newsletter_deliveryexception
    WHERE state IN ('retry', 'unknown') AND state = 'unknown'
)
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
    """Figures of all digests together; reads no settled batch, and of deliveries only
    those of readers who differ from an unknown batch."""
    states = dict.fromkeys(Digest.State.values, 0)
    states |= dict(Digest.objects.values_list("state").annotate(Count("pk")).order_by())
    batches: dict[str, int] = dict.fromkeys((str(state) for state in OPEN_BATCHES), 0)
    opened = Batch.objects.filter(state__in=OPEN_BATCHES)
    batches |= dict(opened.values_list("state").annotate(Count("pk")).order_by())
    due = opened.filter(
        claims.due(now=now), state=Batch.State.PENDING, digest__state=Digest.State.SENDING
    )
    return SendPath(
        digests=states,
        batches=batches,
        due=due.count(),
        oldest_due=_oldest(due, now),
        unknown_readers=_unknown_readers(),
    )


def _oldest(due: QuerySet[Batch], now: datetime) -> timedelta:
    """Since when the first could go: its wave's time, or its own, or when its mail began."""
    waves = Lane.objects.filter(number__gt=0, digest_id=OuterRef("digest_id"))
    wave = Subquery(waves.filter(number=OuterRef("lane")).values("release_at")[:1])
    began = Coalesce("not_before", "digest__sending_at", "digest__release_at")
    since = Greatest(began, Coalesce(wave, began))
    first: datetime | None = due.aggregate(first=Min(since))["first"]
    return max(now - first, timedelta(0)) if first else timedelta(0)


def _unknown_readers() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_UNKNOWN)
        return int(cursor.fetchone()[0])
