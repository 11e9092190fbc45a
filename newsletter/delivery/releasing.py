"""Letting a restored or copied database send again, at a person's word.

After a restore readers may have got mails that the database does not know of. So whatever would go
out the moment that sending is unlocked is stopped first, unless the person says otherwise.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from newsletter import wake
from newsletter.delivery.counts import Counts, counts
from newsletter.digests import lifecycle
from newsletter.models import Digest
from newsletter.scheduling import planning
from subscribers import witness
from subscribers.models import Notice

State = Digest.State
ROUNDS = 20
PAUSED = "Sending was locked. Readers may have it already: resume it for those who wait, or cancel."


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """A digest that would go on at once, and how many readers wait; None: not counted yet."""

    digest: Digest
    waiting: int | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """Whether sending is locked, and what would go out at once if it were not."""

    locked_at: datetime | None
    reason: str
    digests: list[OnItsWay]
    notices: int


def outlook(*, now: datetime) -> Outlook:
    """What a release would let go, with everything counted that has come due by now.

    Looks for a reason to lock first, as a worker would; and plans, for what a backup does not know
    to be sent already comes due again as soon as anybody plans.
    """
    witness.check(now=now)
    lock = witness.locked()
    if lock is not None:
        _plan_all(now)
    digests = list(
        Digest.objects.filter(state__in=[State.PREPARING, State.SENDING])
        .select_related("newsletter")
        .order_by("release_at", "pk")
    )
    found = counts(digest_ids=[digest.pk for digest in digests])
    return Outlook(
        locked_at=lock.locked_at if lock else None,
        reason=lock.reason if lock else "",
        digests=[_on_its_way(digest, found) for digest in digests],
        notices=Notice.objects.filter(state=Notice.State.PENDING).count(),
    )


@transaction.atomic
def release(*, pause_digests: bool, now: datetime) -> bool:
    """Unlock and wake the workers; False when nothing was locked. Idempotent.

    `pause_digests`: those on their way are paused in the same transaction, so none goes on between.
    """
    if witness.locked() is None:
        return False
    if pause_digests:
        on_their_way = Digest.objects.filter(state__in=[State.PREPARING, State.SENDING])
        for digest_id in list(on_their_way.values_list("pk", flat=True)):
            lifecycle.pause(digest_id=digest_id, by=None, now=now, reason=PAUSED)
    released = witness.release(now=now)
    wake.send(wake.SWEEP)
    wake.send(wake.DRAIN)
    return released


def _plan_all(now: datetime) -> None:
    """One round does what it can in some seconds."""
    for _ in range(ROUNDS):
        if planning.plan(now=now):
            return


def _on_its_way(digest: Digest, found: dict[int, Counts]) -> OnItsWay:
    whole = digest.prepared_at is not None
    return OnItsWay(
        digest=digest, waiting=found.get(digest.pk, Counts()).waiting if whole else None
    )
