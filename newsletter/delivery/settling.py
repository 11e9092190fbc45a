"""Settling what is unknown: something came back that shows that the provider took the mail."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from newsletter.delivery import exceptions
from newsletter.models import Batch, Delivery, DeliveryException
from subscribers.mailing.answers import Failure
from subscribers.mailing.providers import PROVIDERS

State = Batch.State
Readers = DeliveryException.State
# Why an exception is accepted that was unknown.
SETTLED = "settled"
WORDS = "Later something came back that shows that it was taken."

# Subscriber id -> the tokens that came with what was found.
_Found = defaultdict[int, set[UUID | None]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Evidence:
    """That a reader has, or had on its way, the mail of a digest: an event, or a personal link.

    `token`: of the claim that it came from, where the provider says it back.
    """

    digest_id: int
    subscriber_id: int
    token: UUID | None = None


def by_evidence(*, evidence: Collection[Evidence], now: datetime) -> int:
    """Make readers accepted who were unknown; the number of batches and readers settled.

    Where the provider takes a call as a whole, one of its readers tells of all; of a follow-up only
    by its token, for its readers may have the mail from earlier calls. Who waits to be sent the
    same again is spared it. Idempotent, and one statement a digest with nothing unknown.
    """
    found: defaultdict[int, _Found] = defaultdict(lambda: defaultdict(set))
    for one in evidence:
        found[one.digest_id][one.subscriber_id].add(one.token)
    settled = 0
    for digest_id in sorted(found):
        if _has_open_questions(digest_id):
            settled += _settle(digest_id, found[digest_id], now)
    return settled


def _has_open_questions(digest_id: int) -> bool:
    unknown = Batch.objects.filter(digest_id=digest_id, state=State.UNKNOWN)
    return unknown.exists() or _open_readers(digest_id).exists()


def _open_readers(digest_id: int) -> QuerySet[DeliveryException]:
    return DeliveryException.objects.filter(
        Q(state=Readers.UNKNOWN) | Q(state=Readers.RETRY, may_have_it=True), digest_id=digest_id
    )


@transaction.atomic
def _settle(digest_id: int, found: _Found, now: datetime) -> int:
    batches = Batch.objects.select_for_update(of=("self",))
    unknown = list(batches.filter(digest_id=digest_id, state=State.UNKNOWN).order_by("pk"))
    batch_of = _holders(digest_id, set(found), unknown)
    whole = {
        batch.pk: batch
        for one, batch in batch_of.items()
        if batch and _tells_of_all(batch, found[one])
    }
    for batch in whole.values():
        accept_batch(batch=batch, now=now)
    single = [one for one, batch in batch_of.items() if batch is None or batch.pk not in whole]
    accept_readers(digest_id=digest_id, ids=single, now=now)
    log.info("unknown_settled", digest=digest_id, batches=sorted(whole), readers=len(single))
    return len(whole) + len(single)


def _holders(digest_id: int, ids: set[int], unknown: list[Batch]) -> dict[int, Batch | None]:
    """The unknown batch that each reader is in; None when only he himself is unknown.

    Readers of whom nothing is unknown are left out.
    """
    by_pk = {batch.pk: batch for batch in unknown}
    holders: dict[int, Batch | None] = {
        one.subscriber_id: by_pk.get(one.follow_up_id or 0)
        if one.state == Readers.UNKNOWN
        else None
        for one in _open_readers(digest_id).filter(subscriber_id__in=ids)
    }
    excepted = DeliveryException.objects.filter(digest_id=digest_id, subscriber_id__in=ids)
    others = ids - set(excepted.values_list("subscriber_id", flat=True))
    lanes = Delivery.objects.filter(digest_id=digest_id, subscriber_id__in=others)
    for subscriber_id, lane in lanes.values_list("subscriber_id", "lane"):
        for batch in unknown:
            if batch.lane == lane and _holds(batch, subscriber_id):
                holders[subscriber_id] = batch
    return holders


def _holds(batch: Batch, subscriber_id: int) -> bool:
    return batch.low is not None and batch.low < subscriber_id <= (batch.high or 0)


def _tells_of_all(batch: Batch, tokens: set[UUID | None]) -> bool:
    provider = PROVIDERS.get(batch.provider)
    is_of_this_call = batch.low is not None or batch.token in tokens
    return provider is not None and provider.accepts_whole and is_of_this_call


def accept_batch(*, batch: Batch, now: datetime) -> None:
    """All who are unknown in a batch are accepted."""
    Batch.objects.filter(pk=batch.pk, state=State.UNKNOWN).update(
        state=State.ACCEPTED, answer=f"{batch.answer} {WORDS}".strip(), not_before=None
    )
    if batch.low is None:
        exceptions.settle_followed(batch=batch, new=Readers.ACCEPTED, now=now)


def accept_readers(*, digest_id: int, ids: Collection[int], now: datetime) -> None:
    """These readers are accepted, whatever the rest of their batch is."""
    mine = DeliveryException.objects.filter(digest_id=digest_id, subscriber_id__in=list(ids))
    spared = list(mine.filter(state=Readers.RETRY).values_list("pk", flat=True))
    failures = {one: Failure(reason=SETTLED) for one in ids}
    exceptions.write(digest_id=digest_id, new=Readers.ACCEPTED, failures=failures, now=now)
    # What they waited for did not carry them: they have it from before.
    DeliveryException.objects.filter(pk__in=spared).update(follow_up=None)
