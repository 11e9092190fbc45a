"""A new address: asked for behind a fresh link, made by a button at the new address.

What is asked for looks the same whoever the new address belongs to. An address stands in these rows
only until the change is made, called off or a week old, the old one until it has been told.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from subscribers import addresses, identity, ledger, notice_queue, suppression
from subscribers.abuse import mail_limits
from subscribers.abuse.mail_limits import ONE_MAIL_IN, SUPPRESSED_ONE_MAIL_IN
from subscribers.addresses import Address
from subscribers.ledger import Proof
from subscribers.models import (
    AddressChange,
    Consent,
    FreshLink,
    Notice,
    Subscriber,
    Suppression,
)

LIFE = timedelta(days=7)

Kind = Notice.Kind


@transaction.atomic
def ask(*, subscriber_id: int, address: Address, now: datetime) -> None:
    """Queue a mail to the new address: a button, or that it is a reader's already.

    Under limits for the new address, whoever asks, and for the reader; beyond them nothing is sent.
    """
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if subscriber is None or subscriber.erased_at or subscriber.address_key == address.key:
        return
    new_hash = suppression.address_hash(address.key)
    if not _may_mail(subscriber, new_hash, address, now):
        return
    owner = Subscriber.objects.filter(address_key=address.key).first()
    change = AddressChange.objects.create(
        subscriber=subscriber,
        new_address="" if owner else address.mailable,
        new_hash=new_hash,
        created_at=now,
    )
    if owner:
        notice_queue.add(kind=Kind.ADDRESS_TAKEN, subscriber=owner, context={}, now=now)
    else:
        context = {"change_id": change.pk}
        notice_queue.add(kind=Kind.NEW_ADDRESS, subscriber=subscriber, context=context, now=now)


def waiting(*, subscriber_id: int, change_id: int, now: datetime) -> AddressChange | None:
    """The change that a link would make, None when it is made, expired or called off."""
    return (
        AddressChange.objects.filter(
            pk=change_id,
            subscriber_id=subscriber_id,
            subscriber__erased_at=None,
            created_at__gt=now - LIFE,
        )
        .exclude(new_address="")
        .first()
    )


def confirm(*, subscriber_id: int, change_id: int, proof: Proof, now: datetime) -> bool:
    """Move the reader to the new address; whether he was moved. Twice moves once.

    Subscriptions and consents are his, so they stay. A bounce or complaint of the new address from
    before the mail is lifted, in the ledger: the button proves the mailbox. A later one, and what
    staff set, is not: then nothing is changed.
    """
    try:
        with transaction.atomic():
            return _confirm(subscriber_id, change_id, proof, now)
    except IntegrityError:
        # It became a reader's in this very moment.
        return False


def _confirm(subscriber_id: int, change_id: int, proof: Proof, now: datetime) -> bool:
    subscriber = Subscriber.objects.select_for_update().get(pk=subscriber_id)
    change = waiting(subscriber_id=subscriber_id, change_id=change_id, now=now)
    if change is None:
        return False
    address = addresses.parse(change.new_address)
    taken = Subscriber.objects.filter(address_key=address.key).exclude(pk=subscriber_id)
    if taken.exists() or not _may_be_mailed(change, address):
        return False
    # Names what was: of two at the same time, one finds it gone.
    if not AddressChange.objects.filter(pk=change.pk, new_address=change.new_address).update(
        new_address="", old_address=subscriber.address or "", confirmed_at=now
    ):
        return False
    Subscriber.objects.filter(pk=subscriber_id).update(**identity.columns(address))
    ledger.record(subscriber_ids=[subscriber_id], act=Consent.Act.MOVED, proof=proof, now=now)
    # Or an old file would bring the old address back. Whoever signs up with it lifts it.
    suppression.suppress(
        address_hashes=[subscriber.address_hash],
        reason=Suppression.Reason.MOVED,
        detail="",
        now=now,
        proof=proof,
    )
    suppression.lift_proved(hashed=change.new_hash, before=change.created_at, proof=proof, now=now)
    context = {"change_id": change.pk}
    notice_queue.add(kind=Kind.ADDRESS_CHANGED, subscriber=subscriber, context=context, now=now)
    # What went to the old mailbox opens and changes nothing more.
    FreshLink.objects.filter(subscriber=subscriber).update(is_void=True)
    AddressChange.objects.filter(subscriber=subscriber).update(new_address="")
    return True


def moved_since(*, subscriber_id: int, day: datetime) -> bool:
    """Whether a mail of that day (UTC) went to an address that is not the reader's any more."""
    moved = Consent.objects.filter(subscriber_id=subscriber_id, act=Consent.Act.MOVED)
    return moved.filter(at__gte=day + timedelta(days=1)).exists()


def forget_old(*, now: datetime) -> int:
    """Take out the addresses that are not needed any more; the number of rows. Idempotent."""
    open_states = [Notice.State.ACCEPTED, Notice.State.FAILED]
    told = Notice.objects.filter(
        kind=Kind.ADDRESS_CHANGED, state__in=open_states, created_at__gt=now - 2 * LIFE
    ).values_list("context__change_id", flat=True)
    held = AddressChange.objects.exclude(new_address="", old_address="")
    gone = Q(created_at__lte=now - LIFE) & Q(confirmed_at=None)
    gone |= Q(confirmed_at__lte=now - LIFE) | Q(pk__in=list(told))
    return held.filter(gone).update(new_address="", old_address="")


def _may_mail(subscriber: Subscriber, new_hash: str, address: Address, now: datetime) -> bool:
    mine = AddressChange.objects.filter(subscriber=subscriber)
    to_it = AddressChange.objects.filter(new_hash=new_hash)
    if not mail_limits.has_room_today(mine, now=now):
        return False
    if suppression.is_forbidden(hashed=new_hash, domain=address.domain):
        return False
    suppressed = Suppression.objects.filter(address_hash=new_hash)
    rest = SUPPRESSED_ONE_MAIL_IN if suppressed.exists() else ONE_MAIL_IN
    return mail_limits.may_follow(to_it, rest=rest, now=now)


def _may_be_mailed(change: AddressChange, address: Address) -> bool:
    if suppression.is_forbidden(hashed=change.new_hash, domain=address.domain):
        return False
    later = Suppression.objects.filter(
        address_hash=change.new_hash, created_at__gte=change.created_at
    )
    return not later.exists()
