"""Who of a batch is mailed: read at the claim, in id order, and who is not, with the reason."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.fields import BooleanField

from newsletter.delivery import exceptions, lanes
from newsletter.delivery.letters import Letter
from newsletter.models import Batch, Delivery, DeliveryException
from newsletter.rendering import personal
from subscribers import audience
from subscribers.mailing.messages import Recipient
from subscribers.models import Newsletter, Subscription

# id, address, name, confirmed at, page of sign-up, gets the newsletter that this one promotes.
_Row = tuple[int, str, str, datetime | None, str, bool]


def read(*, batch: Batch, letter: Letter, now: datetime) -> list[Recipient]:
    """Those who wait for the batch and are deliverable now; the others are written as `left`."""
    at = lanes.wanted_at(digest=letter.revision.digest, now=now)
    recipients = [_recipient(batch, letter, row) for row in _mailable(batch, letter, at=at)]
    if len(recipients) != batch.size:
        here = {one.subscriber_id for one in recipients}
        gone = [one for one in waiting(batch=batch) if one not in here]
        exceptions.mark_left(batch=batch, subscriber_ids=gone, now=now)
    return recipients


def unknown(*, batch: Batch, letter: Letter) -> list[Recipient]:
    """Those of an unknown batch of whom that still holds and who are deliverable now."""
    rows = _mailable(batch, letter, named=DeliveryException.State.UNKNOWN)
    return [_recipient(batch, letter, row) for row in rows]


def waiting(
    *, batch: Batch, named: DeliveryException.State = DeliveryException.State.RETRY
) -> Sequence[int]:
    """Ids of all whom the batch holds, deliverable or not; of a follow-up, those in that state."""
    rows = Delivery.objects.filter(_of_batch(batch, named), digest_id=batch.digest_id)
    return list(rows.order_by("subscriber_id").values_list("subscriber_id", flat=True))


def _mailable(
    batch: Batch,
    letter: Letter,
    at: datetime | None = None,
    named: DeliveryException.State = DeliveryException.State.RETRY,
) -> list[_Row]:
    # How often a reader wants it was asked when the audience was frozen: the next mail follows.
    # Of a wave those whom it holds are few in its range: they are looked up one by one.
    is_dense = batch.lane == 0
    everybody = audience.deliverable(
        newsletter_id=letter.newsletter.pk,
        at=at,
        above=batch.low if is_dense else None,
        upto=batch.high if is_dense else None,
    )
    rows = everybody.filter(_of_batch(batch, named))
    values = (
        rows.annotate(gets_promoted=_gets_promoted(letter.newsletter, batch))
        .order_by("subscriber_id")
        .values_list(
            "subscriber_id",
            "reader__address",
            "reader__name",
            "confirmed_at",
            "page",
            "gets_promoted",
        )
    )
    # Who is deliverable has an address, which the column's type does not say.
    return cast("list[_Row]", list(values))


def _of_batch(batch: Batch, named: DeliveryException.State) -> Q:
    """A condition on rows with a `subscriber_id`: the batch holds them."""
    exception = DeliveryException.objects.filter(
        digest_id=batch.digest_id, subscriber_id=OuterRef("subscriber_id")
    )
    if batch.low is None:
        return Q(Exists(exception.filter(follow_up=batch, state=named)))
    in_range = _range(batch)
    # Said of each table: PostgreSQL carries an equality over to another table, but not a range, and
    # would read all of the digest's deliveries for every batch.
    delivery = Delivery.objects.filter(
        in_range,
        digest_id=batch.digest_id,
        subscriber_id=OuterRef("subscriber_id"),
        lane=batch.lane,
    )
    return in_range & Q(Exists(delivery)) & ~Q(Exists(exception.filter(in_range)))


def _range(batch: Batch) -> Q:
    """The subscriber ids of a batch; a follow-up has no range and may hold any."""
    if batch.low is None:
        return Q()
    return Q(subscriber_id__gt=batch.low, subscriber_id__lte=batch.high)


def _gets_promoted(newsletter: Newsletter, batch: Batch) -> Exists | Value:
    if newsletter.promotes_id is None:
        return Value(True, output_field=BooleanField())  # noqa: FBT003
    return Exists(
        Subscription.objects.filter(
            _range(batch),
            subscriber_id=OuterRef("subscriber_id"),
            newsletter_id=newsletter.promotes_id,
            state=Subscription.State.ACTIVE,
        )
    )


def _recipient(batch: Batch, letter: Letter, row: _Row) -> Recipient:
    subscriber_id, address, name, confirmed_at, page, gets_promoted = row
    return Recipient(
        subscriber_id=subscriber_id,
        address=address,
        message_id=personal.message_id(
            digest_id=batch.digest_id, subscriber_id=subscriber_id, domain=letter.domain
        ),
        values=personal.values(
            newsletter=letter.newsletter,
            revision=letter.revision,
            digest_id=batch.digest_id,
            subscriber_id=subscriber_id,
            name=name,
            confirmed_at=confirmed_at,
            page=page,
            gets_promoted=gets_promoted,
        ),
    )
