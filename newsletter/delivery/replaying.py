"""Asking again about what is unknown, where the provider knows idempotency keys.

The same key with the same bytes is the same mail: the provider sends it if it never had it, and
answers as it did if it had. So a replay can settle an unknown and double nobody. It is made only
for readers who may still be mailed, only while what they would get is what they were sent, and
only within most of the key's life. The batch stays unknown until the answer is in.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet

from newsletter.delivery import exceptions, recipients, settling
from newsletter.delivery.claims import LEASE, Claim
from newsletter.delivery.letters import Letters
from newsletter.models import Batch, DeliveryException, Digest
from subscribers import witness
from subscribers.clock import Clock
from subscribers.database import persist
from subscribers.mailing import limits, state
from subscribers.mailing.allowance import Closed
from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.api import calls
from subscribers.mailing.limits import Grant
from subscribers.mailing.messages import Mailing, Recipient
from subscribers.mailing.providers import PROVIDERS, Provider

FIRST = timedelta(seconds=30)
MOST = timedelta(minutes=15)
# Of the key's life: a clock may be wrong, and a call takes its time.
SHARE_OF_LIFE = 0.8
# What one replay may take; the batch is ours until the next is due, which is later.
MOST_SECONDS = 20.0

State = Batch.State
UNKNOWN = DeliveryException.State.UNKNOWN
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Replay:
    """A batch that is asked about, and what was said of its readers."""

    batch: Batch
    provider: Provider
    grant: Grant
    accepted: list[int] = field(default_factory=list)
    failed: dict[int, Failure] = field(default_factory=dict)
    answer: Answer | None = None


def plan(*, claim: Claim, now: datetime) -> None:
    """After a call without an answer: remember what may be asked again, and when first."""
    if claim.provider.key_life is None:
        return
    for batch in _of_call(claim.batch.pk):
        held = set(recipients.waiting(batch=batch, named=UNKNOWN))
        payload_hash = calls.payload_hash(
            provider=claim.provider,
            mailing=claim.letter.mailing,
            recipients=[one for one in claim.recipients if one.subscriber_id in held],
            token=claim.token,
        )
        Batch.objects.filter(pk=batch.pk).update(
            payload_hash=payload_hash, not_before=now + FIRST if payload_hash else None
        )


def plan_lapsed(*, batch: Batch, now: datetime) -> None:
    """After a worker died in a call: what its window was to carry is known from before."""
    known = _of_call(batch.pk).exclude(payload_hash="")
    known.update(not_before=now + FIRST)


def is_due(*, now: datetime) -> bool:
    """Whether there is anything to ask again."""
    return _due(now).exists()


def replay_one(*, letters: Letters, fence: int, clock: Clock) -> bool:
    """Ask about the batch that waited longest; False when none is due."""
    now = clock.now()
    batch = _take(now, fence)
    if batch is None:
        return False
    provider = PROVIDERS[batch.provider]
    assert batch.revision_id is not None and batch.token is not None  # noqa: S101, PT018
    letter = letters.get(batch.revision_id)
    readers = recipients.unknown(batch=batch, letter=letter)
    if not readers or not _is_the_same(batch, provider, letter.mailing, readers, now):
        Batch.objects.filter(pk=batch.pk, state=State.UNKNOWN).update(not_before=None)
        return True
    try:
        with transaction.atomic():
            grant = limits.reserve(provider=provider, mails=len(readers), now=now)
    except Closed:
        # `_take` said when it is tried again.
        return True
    replay = _Replay(batch=batch, provider=provider, grant=grant)
    _ask(replay, letter.mailing, readers[: grant.mails], clock)
    end = now + LEASE
    persist(lambda: _record(replay, clock.now()), until=lambda: clock.now() > end)
    return True


def _of_call(pk: int) -> QuerySet[Batch]:
    """What is unknown of a call: the batch itself, or its children."""
    return Batch.objects.filter(Q(pk=pk) | Q(parent=pk), state=State.UNKNOWN)


def _due(now: datetime) -> QuerySet[Batch]:
    return Batch.objects.filter(
        state=State.UNKNOWN,
        not_before__lte=now,
        digest__state__in=[Digest.State.SENDING, Digest.State.SENT],
    )


def _take(now: datetime, fence: int) -> Batch | None:
    """The batch is ours until it is due again: a compare-and-set on when that is."""
    batch = _due(now).order_by("not_before").first()
    if batch is None:
        return None
    again = now + max(min(FIRST * (1 << min(batch.attempts, 10)), MOST), 2 * FIRST)
    same = Batch.objects.filter(
        witness.is_open(fence=fence),
        pk=batch.pk,
        state=State.UNKNOWN,
        not_before=batch.not_before,
    )
    return batch if same.update(not_before=again, attempts=F("attempts") + 1) else None


def _is_the_same(
    batch: Batch, provider: Provider, mailing: Mailing, readers: list[Recipient], now: datetime
) -> bool:
    if provider.key_life is None or batch.submitted_at is None or batch.token is None:
        return False
    if now > batch.submitted_at + provider.key_life * SHARE_OF_LIFE:
        return False
    standing = calls.payload_hash(
        provider=provider, mailing=mailing, recipients=readers, token=batch.token
    )
    return bool(standing) and standing == batch.payload_hash


def _ask(replay: _Replay, mailing: Mailing, readers: Iterable[Recipient], clock: Clock) -> None:
    assert replay.batch.token is not None  # noqa: S101  (an unknown batch has one)
    end = clock.elapsed() + MOST_SECONDS
    for one in readers:
        if clock.elapsed() > end:
            return
        answer = calls.send(
            provider=replay.provider, mailing=mailing, recipients=[one], token=replay.batch.token
        )
        replay.answer = answer
        replay.failed |= answer.failed
        if answer.kind is Kind.ACCEPTED and not answer.failed and one.subscriber_id is not None:
            replay.accepted.append(one.subscriber_id)
        elif not answer.failed:
            return


@transaction.atomic
def _record(replay: _Replay, now: datetime) -> None:
    """What the answers settle, and what the last of them says of the provider."""
    mine = Batch.objects.select_for_update(of=("self",)).filter(pk=replay.batch.pk)
    batch = mine.filter(state=State.UNKNOWN).first()
    # They were counted when they first went.
    limits.give_back(provider=replay.provider.name, mails=replay.grant.mails, grant=replay.grant)
    if replay.answer is not None:
        state.note(provider=replay.provider.name, grant=replay.grant, answer=replay.answer, now=now)
    if batch is None:
        return
    held = set(recipients.waiting(batch=batch, named=UNKNOWN))
    if held == set(replay.accepted):
        settling.accept_batch(batch=batch, now=now)
    else:
        still = held & set(replay.accepted)
        settling.accept_readers(digest_id=batch.digest_id, ids=still, now=now)
        failed = {one: failure for one, failure in replay.failed.items() if one in held}
        exceptions.write(
            digest_id=batch.digest_id,
            new=DeliveryException.State.FAILED,
            failures=failed,
            now=now,
        )
    log.info(
        "unknown_asked_again",
        digest=batch.digest_id,
        batch=batch.pk,
        accepted=len(replay.accepted),
    )
