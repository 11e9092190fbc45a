"""Claiming a batch: it is ours while the lease lasts, within what its provider may get now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Q

from newsletter.delivery import lanes, recipients, splitting
from newsletter.delivery.letters import Letter, Letters
from newsletter.models import Batch, Lane
from subscribers import witness
from subscribers.database import column_value
from subscribers.mailing import limits
from subscribers.mailing.api import calls
from subscribers.mailing.limits import Grant
from subscribers.mailing.messages import Recipient
from subscribers.mailing.providers import Provider, Shape

LEASE = timedelta(seconds=90)

# Of the digest that waited longest, an urgent one before all others, its first batch that is due:
# its lane's time has come, and so has its own if it has to wait. The outer WHERE makes it a
# compare-and-set; SKIP LOCKED (PostgreSQL only) keeps workers from queueing for one row. While a
# digest looks for whom a call was refused for, one of its halves goes at a time, and nothing else.
# Nothing goes while sending is locked.
_CLAIM = """
UPDATE newsletter_batch
SET state = 'claimed', token = %s, lease_until = %s, attempts = attempts + 1, provider = %s,
    not_before = NULL, submitted_to = NULL, acked_to = NULL, answer = '', payload_hash = '',
    revision_id = (
        SELECT lane.revision_id FROM newsletter_lane lane
        WHERE lane.digest_id = newsletter_batch.digest_id AND lane.number = newsletter_batch.lane
    )
WHERE state = 'pending' AND id = (
    SELECT batch.id FROM newsletter_batch batch
    JOIN newsletter_digest digest ON digest.id = batch.digest_id
    JOIN newsletter_lane wave ON wave.digest_id = batch.digest_id AND wave.number = batch.lane
    WHERE digest.state = 'sending' AND batch.state = 'pending' AND batch.bisection <> 2
      AND wave.release_at <= %s AND (batch.not_before IS NULL OR batch.not_before <= %s)
      AND NOT EXISTS (
        SELECT 1 FROM newsletter_batch half
        WHERE half.digest_id = batch.digest_id AND half.bisection > 0
          AND half.state IN ('pending', 'claimed', 'submitting') AND half.id <> batch.id
          AND (batch.bisection = 0 OR half.state <> 'pending')
      )
      AND {is_open}
    ORDER BY digest.is_urgent DESC, digest.served_at NULLS FIRST, batch.id
    LIMIT 1 {lock}
)
RETURNING id, digest_id, lane, low, high, size, attempts, bisection, revision_id
"""
_RETURNED = (
    *("id", "digest_id", "lane", "low", "high", "size", "attempts", "bisection"),
    "revision_id",
)


@dataclass(slots=True)
class Claim:
    """A batch in our hands, and the recipients of it who may be mailed now, in id order."""

    batch: Batch
    token: UUID
    letter: Letter
    provider: Provider
    recipients: Sequence[Recipient]
    # What was reserved for it; None when there is nobody to mail.
    grant: Grant | None = None

    @property
    def is_follow_up(self) -> bool:
        """Whether its recipients are named by exceptions instead of a range."""
        return self.batch.low is None


@transaction.atomic(durable=True)
def claim(
    *,
    provider: Provider,
    letters: Letters,
    now: datetime,
    earlier: datetime | None = None,
    fence: int = 0,
) -> Claim | None:
    """Take one due batch for `provider`, or None when none is due.

    Readers who may not be mailed any more become `left`. What the provider may not get now, or not
    in one call, is cut off and waits. Raises `Closed` when it may get nothing; then nothing
    happened.

    `earlier`: of the two clocks, which a wave waits for; `now` where it is not given.

    `fence`: what `witness.begin` gave this run; nothing is claimed once sending was locked or the
    database was replaced since. 0 only where nothing was ever checked.
    """
    batch = _take(provider=provider, now=now, earlier=earlier or now, fence=fence)
    if batch is None:
        return None
    assert batch.revision_id is not None and batch.token is not None  # noqa: S101, PT018  (just set)
    letter = letters.get(batch.revision_id)
    found = recipients.read(batch=batch, letter=letter, now=now)
    claimed = Claim(
        batch=batch, token=batch.token, letter=letter, provider=provider, recipients=found
    )
    if found:
        _reserve(claimed, now)
    return claimed


def due(*, now: datetime, earlier: datetime | None = None) -> Q:
    """A condition on pending batches whose time has come, but for what holds their digest.

    `earlier`: of the two clocks, as in `claim`.
    """
    return lanes.due(now=earlier or now) & (Q(not_before__isnull=True) | Q(not_before__lte=now))


def _reserve(claimed: Claim, now: datetime) -> None:
    most = _most_in_one_call(claimed)
    claimed.grant = limits.reserve(provider=claimed.provider, mails=most, now=now)
    if claimed.grant.mails < len(claimed.recipients):
        claimed.recipients = claimed.recipients[: claimed.grant.mails]
        last = claimed.recipients[-1].subscriber_id
        assert last is not None  # noqa: S101  (a digest's recipients have one)
        claimed.batch = splitting.cut(batch=claimed.batch, last=last, now=now)


def _most_in_one_call(claimed: Claim) -> int:
    """By the number that the provider takes, and by its bytes."""
    provider, found = claimed.provider, claimed.recipients
    if provider.shape is Shape.MERGE_BATCH:
        return calls.fits(provider=provider, mailing=claimed.letter.mailing, recipients=found)
    return min(len(found), provider.batch_size)


def _take(*, provider: Provider, now: datetime, earlier: datetime, fence: int) -> Batch | None:
    token, lease_until = uuid4(), now + LEASE
    on_postgresql = connection.vendor == "postgresql"
    lock = "FOR UPDATE OF batch SKIP LOCKED" if on_postgresql else ""
    sql = _CLAIM.format(lock=lock, is_open=witness.IS_OPEN)
    parameters = [
        column_value(Batch, "token", token),
        column_value(Batch, "lease_until", lease_until),
        provider.name,
        column_value(Lane, "release_at", earlier),
        column_value(Batch, "not_before", now),
        fence,
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        row = cursor.fetchone()
    if row is None:
        return None
    return Batch(
        **dict(zip(_RETURNED, row, strict=True)),
        state=Batch.State.CLAIMED,
        token=token,
        lease_until=lease_until,
        provider=provider.name,
    )
