"""Claiming a batch: it is ours while the lease lasts, and who may be mailed is read now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.fields import BooleanField

from newsletter.delivery import exceptions
from newsletter.models import Batch, Delivery, DeliveryException, Digest, Revision
from newsletter.rendering import personal
from subscribers import audience
from subscribers.database import column_value
from subscribers.mailing.messages import Recipient
from subscribers.models import Newsletter, Subscription

LEASE = timedelta(seconds=90)
# How finely digests take turns; a stamp for every batch would cost a statement each.
TURN = timedelta(seconds=1)

# Of the digest that waited longest, its first batch that is due. The outer WHERE makes it a
# compare-and-set; SKIP LOCKED (PostgreSQL only) keeps workers from queueing for one row.
_CLAIM = """
UPDATE newsletter_batch
SET state = 'claimed', token = %s, lease_until = %s, attempts = attempts + 1, provider = %s,
    not_before = NULL, submitted_to = NULL, acked_to = NULL, answer = '',
    revision_id = (
        SELECT lane.revision_id FROM newsletter_lane lane
        WHERE lane.digest_id = newsletter_batch.digest_id AND lane.number = newsletter_batch.lane
    )
WHERE state = 'pending' AND id = (
    SELECT batch.id FROM newsletter_batch batch
    JOIN newsletter_digest digest ON digest.id = batch.digest_id
    WHERE digest.state = 'sending' AND batch.state = 'pending'
      AND (batch.not_before IS NULL OR batch.not_before <= %s)
    ORDER BY digest.served_at NULLS FIRST, batch.id
    LIMIT 1 {lock}
)
RETURNING id
"""


@dataclass(slots=True)
class Claim:
    """A batch in our hands, and the recipients of it who may be mailed now, in id order."""

    batch: Batch
    token: UUID
    newsletter: Newsletter
    revision: Revision
    recipients: Sequence[Recipient]

    @property
    def is_follow_up(self) -> bool:
        """Whether its recipients are named by exceptions instead of a range."""
        return self.batch.low is None


@transaction.atomic(durable=True)
def claim(*, provider: str, now: datetime) -> Claim | None:
    """Take one due batch, or None. Readers who may not be mailed any more become `left`."""
    token = uuid4()
    batch_id = _take(token=token, provider=provider, now=now)
    if batch_id is None:
        return None
    batches = Batch.objects.select_related("digest__newsletter", "revision")
    batch = batches.defer("revision__page").get(pk=batch_id)
    served_at = batch.digest.served_at
    if served_at is None or now - served_at >= TURN:
        Digest.objects.filter(pk=batch.digest_id).update(served_at=now)
    assert batch.revision is not None  # noqa: S101  (set by the claim)
    claimed = Claim(
        batch=batch,
        token=token,
        newsletter=batch.digest.newsletter,
        revision=batch.revision,
        recipients=(),
    )
    claimed.recipients = _read_recipients(claimed, now=now)
    return claimed


def _take(*, token: UUID, provider: str, now: datetime) -> int | None:
    on_postgresql = connection.vendor == "postgresql"
    sql = _CLAIM.format(lock="FOR UPDATE OF batch SKIP LOCKED" if on_postgresql else "")
    stored_now = column_value(Batch, "not_before", now)
    lease_until = column_value(Batch, "lease_until", now + LEASE)
    with connection.cursor() as cursor:
        cursor.execute(
            sql, [column_value(Batch, "token", token), lease_until, provider, stored_now]
        )
        row = cursor.fetchone()
    return int(row[0]) if row else None


# id, address, name, confirmed at, page of sign-up, gets the newsletter that this one promotes.
_Row = tuple[int, str, str, datetime | None, str, bool]


def _read_recipients(claimed: Claim, *, now: datetime) -> list[Recipient]:
    """Those of the batch who are deliverable now; the others are written down as `left`."""
    batch = claimed.batch
    rows = _mailable(claimed)
    if len(rows) != batch.size:
        here = {row[0] for row in rows}
        gone = [one for one in _waiting(batch) if one not in here]
        exceptions.mark_left(batch=batch, subscriber_ids=gone, now=now)
    domain = claimed.newsletter.from_address.rpartition("@")[2]
    return [_recipient(claimed, row, domain) for row in rows]


def _mailable(claimed: Claim) -> list[_Row]:
    """The batch's readers who wait for it and are deliverable now, in id order."""
    batch, newsletter = claimed.batch, claimed.newsletter
    rows = audience.deliverable(newsletter_id=newsletter.pk).filter(_of_batch(batch))
    values = (
        rows.annotate(gets_promoted=_gets_promoted(newsletter))
        .order_by("subscriber_id")
        .values_list(
            "subscriber_id",
            "subscriber__address",
            "subscriber__name",
            "confirmed_at",
            "page",
            "gets_promoted",
        )
    )
    # Who is deliverable has an address, which the column's type does not say.
    return cast("list[_Row]", list(values))


def _of_batch(batch: Batch) -> Q:
    """A condition on rows with a `subscriber_id`: they wait for this batch."""
    exception = DeliveryException.objects.filter(
        digest_id=batch.digest_id, subscriber_id=OuterRef("subscriber_id")
    )
    if batch.low is None:
        named = exception.filter(follow_up=batch, state=DeliveryException.State.RETRY)
        return Q(Exists(named))
    delivery = Delivery.objects.filter(
        digest_id=batch.digest_id, subscriber_id=OuterRef("subscriber_id"), lane=batch.lane
    )
    in_range = Q(subscriber_id__gt=batch.low, subscriber_id__lte=batch.high)
    return in_range & Q(Exists(delivery)) & ~Q(Exists(exception))


def _waiting(batch: Batch) -> list[int]:
    """Ids of all who wait for this batch, deliverable or not."""
    rows = Delivery.objects.filter(_of_batch(batch), digest_id=batch.digest_id)
    return list(rows.values_list("subscriber_id", flat=True))


def _gets_promoted(newsletter: Newsletter) -> Exists | Value:
    if newsletter.promotes_id is None:
        return Value(True, output_field=BooleanField())  # noqa: FBT003
    return Exists(
        Subscription.objects.filter(
            subscriber_id=OuterRef("subscriber_id"),
            newsletter_id=newsletter.promotes_id,
            state=Subscription.State.ACTIVE,
        )
    )


def _recipient(claimed: Claim, row: _Row, domain: str) -> Recipient:
    subscriber_id, address, name, confirmed_at, page, gets_promoted = row
    digest_id = claimed.batch.digest_id
    return Recipient(
        subscriber_id=subscriber_id,
        address=address,
        message_id=personal.message_id(
            digest_id=digest_id, subscriber_id=subscriber_id, domain=domain
        ),
        values=personal.values(
            newsletter=claimed.newsletter,
            revision=claimed.revision,
            digest_id=digest_id,
            subscriber_id=subscriber_id,
            name=name,
            confirmed_at=confirmed_at,
            page=page,
            gets_promoted=gets_promoted,
        ),
    )
