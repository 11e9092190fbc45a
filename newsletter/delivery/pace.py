"""How fast a digest goes, and what it waits for: read from rows, for those who watch it."""

from datetime import datetime, timedelta

from django.db.models import Max, Min, Q, Sum
from django.db.models.functions import Coalesce, Greatest

from newsletter.delivery import lanes
from newsletter.digests import lifecycle
from newsletter.models import Batch, Digest, DigestChange

WINDOW = timedelta(minutes=1)


def per_second(*, digest_id: int, now: datetime) -> float:
    """Mails a second that providers took in the last minute, or since it began or went on.

    By batches that ended, so in the steps in which they end. Two statements.
    """
    moves = DigestChange.objects.filter(digest_id=digest_id, new=Digest.State.SENDING)
    began = moves.exclude(old=Digest.State.SENDING).aggregate(last=Max("at"))["last"]
    since = max(now - WINDOW, began or now - WINDOW)
    taken = Batch.objects.filter(
        digest_id=digest_id, state=Batch.State.ACCEPTED, finished_at__gt=since
    )
    mails = taken.aggregate(mails=Sum("size"))["mails"] or 0
    return float(mails / max((now - since).total_seconds(), 1.0))


def time_left(*, waiting: int, rate: float) -> timedelta | None:
    """How long it takes at this rate (mails a second); None while nothing moves."""
    return timedelta(seconds=waiting / rate) if waiting and rate > 0 else None


def next_try(*, digest_id: int, now: datetime) -> datetime | None:
    """When the first of what is left may go, if all of it has to wait; None: some goes now.

    It may wait for its wave, or because it was refused for now. One statement.
    """
    wave = lanes.goes_at()
    left = Batch.objects.filter(digest_id=digest_id, state__in=lifecycle.OPEN_BATCHES)
    rows = left.annotate(at=Greatest(Coalesce("not_before", wave), wave))
    goes = ~Q(state=Batch.State.PENDING) | Q(at__lte=now)
    found = rows.aggregate(moving=Max("pk", filter=goes), first=Min("at"))
    first: datetime | None = found["first"]
    return None if found["moving"] else first
