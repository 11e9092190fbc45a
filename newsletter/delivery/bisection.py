"""Finding for whom a call was refused when the answer names nobody, by halves.

Each half is tried once. When both were refused, only one of them is parted further, down to halves
of ten: refused too, they show that it is not the readers, and the digest is paused. As soon as any
half was accepted the mail itself is good, and what was refused is parted down to single readers.

One half goes at a time, and nothing else of the digest meanwhile (`claims`): a mail that is bad for
all costs a few calls, however many batches it has.
"""

from datetime import datetime

from django.db import transaction

from newsletter.delivery import brake, exceptions, pausing, recipients, splitting
from newsletter.delivery.splitting import Part
from newsletter.digests import lifecycle
from newsletter.models import Batch, DeliveryException, Digest, DigestChange
from subscribers.mailing.answers import Failure

# How the reason of the pause begins; who goes on after it has decided that it is the readers.
REASON = "The provider refused this mail for everybody it was tried for"
# So few that were refused, with no half accepted before: it is not the readers.
ENOUGH_TO_PAUSE = 10

State = Batch.State
Bisection = Batch.Bisection


def refuse(*, batch: Batch, detail: str, now: datetime) -> None:
    """Park a batch whose call was refused without a name, and see what is to be tried next.

    Inside the transaction that records the answer.
    """
    Batch.objects.filter(pk=batch.pk).update(
        state=State.PENDING, bisection=Bisection.REFUSED, answer=detail, lease_until=None
    )
    advance(digest_id=batch.digest_id, now=now)


@transaction.atomic
def advance(*, digest_id: int, now: datetime) -> None:
    """When every half was tried: part the smallest that was refused, or decide about it.

    Idempotent; called after each answer about a half, and by the sweep.
    """
    # Locked, so that two who come at once do not part the same half twice.
    digest = Digest.objects.select_for_update(no_key=True).get(pk=digest_id)
    halves = list(Batch.objects.filter(digest_id=digest_id, bisection__gt=0))
    waiting = [half for half in halves if half.state in lifecycle.OPEN_BATCHES]
    if any(half.bisection == Bisection.UNTRIED for half in waiting):
        return
    refused = [half for half in waiting if half.state == State.PENDING]
    if digest.state != Digest.State.SENDING or not refused:
        return
    _decide(min(refused, key=lambda half: (half.size, half.pk)), halves, now)


def stuck() -> list[int]:
    """Digests that may have halves to be parted, for the sweep."""
    found = Batch.objects.filter(
        bisection=Bisection.REFUSED,
        state=State.PENDING,
        digest__state=Digest.State.SENDING,
    )
    return list(found.order_by().values_list("digest_id", flat=True).distinct())


def try_again(*, digest_id: int) -> None:
    """A person goes on after the pause: what was refused is tried as it is."""
    Batch.objects.filter(
        digest_id=digest_id, state=State.PENDING, bisection=Bisection.REFUSED
    ).update(bisection=Bisection.UNTRIED)


def _decide(batch: Batch, halves: list[Batch], now: datetime) -> None:
    ids = list(recipients.waiting(batch=batch))
    is_half = any(half.pk == batch.parent_id for half in halves)
    is_good = _is_good(batch, halves, is_small=not is_half and len(ids) <= ENOUGH_TO_PAUSE)
    if not ids:
        # No proof of anything: it was not handed over like this.
        Batch.objects.filter(pk=batch.pk).update(submitted_at=None)
        _finish(batch, State.ACCEPTED, now)
    elif not is_good and (len(ids) == 1 or (is_half and len(ids) <= ENOUGH_TO_PAUSE)):
        pausing.pause(digest_id=batch.digest_id, reason=f"{REASON}: {batch.answer}", now=now)
    elif len(ids) == 1:
        failure = Failure(reason="refused", detail=batch.answer[:300])
        exceptions.write(
            digest_id=batch.digest_id,
            new=DeliveryException.State.FAILED,
            failures={ids[0]: failure},
            now=now,
        )
        _finish(batch, State.FAILED, now)
        brake.check(digest_id=batch.digest_id, now=now)
    else:
        _halve(batch, ids, now)
        return
    if is_good:
        # The next of those refused, if there is one.
        advance(digest_id=batch.digest_id, now=now)


def _halve(batch: Batch, ids: list[int], now: datetime) -> None:
    middle = len(ids) // 2
    if batch.low is None or batch.high is None:
        for half in (ids[:middle], ids[middle:]):
            splitting.follow_up(
                batch=batch, subscriber_ids=half, now=now, bisection=Bisection.UNTRIED
            )
        _finish(batch, State.SPLIT, now)
        return
    parts = [
        Part(high=high, state=State.PENDING, bisection=Bisection.UNTRIED)
        for high in (ids[middle - 1], batch.high)
    ]
    splitting.split(batch=batch, parts=parts, now=now)


def _is_good(batch: Batch, halves: list[Batch], *, is_small: bool) -> bool:
    """Whether it is the readers, and not the mail, that the provider refuses.

    So it is when a half of the same call was taken; when a person went on after the pause; and,
    for a call to a few only, when the provider took the same words before.
    """
    parents = {half.pk: half.parent_id for half in halves}
    root = _root(batch.pk, parents)
    taken = Batch.objects.filter(
        digest_id=batch.digest_id, state=State.ACCEPTED, submitted_at__isnull=False
    )
    ids = [half.pk for half in halves if _root(half.pk, parents) == root]
    if taken.filter(pk__in=ids).exists():
        return True
    if is_small and taken.filter(revision=batch.revision_id, provider=batch.provider).exists():
        return True
    paused = DigestChange.objects.filter(digest_id=batch.digest_id, reason__startswith=REASON)
    return paused.exists()


def _root(pk: int, parents: dict[int, int | None]) -> int:
    while (parent := parents.get(pk)) in parents and parent is not None:
        pk = parent
    return pk


def _finish(batch: Batch, new: State, now: datetime) -> None:
    Batch.objects.filter(pk=batch.pk, state=State.PENDING).update(state=new, finished_at=now)
