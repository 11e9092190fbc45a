"""Who of a batch is mailed: read at the claim, in id order, and who is not, with the reason."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.fields import BooleanField

from newsletter.delivery import exceptions
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
    recipients = peek(batch=batch, letter=letter)
    if len(recipients) != batch.size:
        here = {one.subscriber_id for one in recipients}
        gone = [one for one in waiting(batch=batch) if one not in here]
        exceptions.mark_left(batch=batch, subscriber_ids=gone, now=now)
    return recipients


def peek(*, batch: Batch, letter: Letter) -> list[Recipient]:
    """The same without writing anything: one statement."""
    return [_recipient(batch, letter, row) for row in _mailable(batch, letter.newsletter)]


def waiting(*, batch: Batch) -> Sequence[int]:
    """Ids of all who wait for the batch, deliverable or not."""
    rows = Delivery.objects.filter(_of_batch(batch), digest_id=batch.digest_id)
    return list(rows.order_by("subscriber_id").values_list("subscriber_id", flat=True))


def _mailable(batch: Batch, newsletter: Newsletter) -> list[_Row]:
    rows = audience.deliverable(newsletter_id=newsletter.pk).filter(_of_batch(batch))
    values = (
        rows.annotate(gets_promoted=_gets_promoted(newsletter, batch))
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
    """A condition on rows with a `subscriber_id`: they wait for this batch.

    The range stands on both tables: PostgreSQL does not conclude one from the other, and would read
    all deliveries of the digest for each batch.
    """
    exception = DeliveryException.objects.filter(
        digest_id=batch.digest_id, subscriber_id=OuterRef("subscriber_id")
    )
    if batch.low is None:
        named = exception.filter(follow_up=batch, state=DeliveryException.State.RETRY)
        return Q(Exists(named))
    delivery = Delivery.objects.filter(
        _range(batch),
        digest_id=batch.digest_id,
        subscriber_id=OuterRef("subscriber_id"),
        lane=batch.lane,
    )
    return _range(batch) & Q(Exists(delivery)) & ~Q(Exists(exception))


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
