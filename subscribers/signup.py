"""Sign-up: writes what was asked for, and at most one mail about it.

The request only writes rows; a worker sends the mail. What it returns and how it looks from
outside are the same for everybody, so that nobody learns who is a reader.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from subscribers import identity, notice_queue, subscriptions, wording
from subscribers.abuse import flood, one_mail
from subscribers.addresses import Address
from subscribers.ledger import Proof
from subscribers.models import Notice, Subscriber, Subscription

Kind = Notice.Kind


def sign_up(
    *, address: Address, newsletter_ids: Iterable[int], page: str, network: str, now: datetime
) -> None:
    """Ask for newsletters with an address; a confirmation (or "you already get it") is queued.

    Idempotent but for its log: an address gets one such mail in ten minutes, three a day. Raises
    TooMany, with nothing written, when too many mails were asked for by all together.
    """
    flood.check(now=now)
    _ask(address=address, asked=set(newsletter_ids), page=page, network=network, now=now)


@transaction.atomic
def _ask(*, address: Address, asked: set[int], page: str, network: str, now: datetime) -> None:
    subscriber = identity.find_or_make(address=address, now=now)
    proof = Proof(method="form", page=page, wording=wording.CURRENT, network=network)
    waiting = subscriptions.request(
        subscriber_id=subscriber.pk, newsletter_ids=asked, proof=proof, now=now
    )
    if waiting:
        _mail(subscriber, kind=Kind.CONFIRMATION, about=waiting, now=now)
    else:
        _mail(subscriber, kind=Kind.ALREADY, about=asked, now=now)


@transaction.atomic
def send_again(*, subscriber_id: int, now: datetime) -> bool:
    """A new confirmation for what still waits, under the same limits; whether one is queued."""
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if subscriber is None or subscriber.erased_at:
        return False
    waiting = set(
        Subscription.objects.filter(
            subscriber=subscriber, state=Subscription.State.PENDING
        ).values_list("newsletter_id", flat=True)
    )
    return bool(waiting) and _mail(subscriber, kind=Kind.CONFIRMATION, about=waiting, now=now)


def _mail(subscriber: Subscriber, *, kind: Kind, about: set[int], now: datetime) -> bool:
    """Queue a mail where the limits allow one; whether they did."""
    known = one_mail.known(
        subscriber_id=subscriber.pk,
        address_hash=subscriber.address_hash,
        domain=subscriber.domain,
        now=now,
    )
    allowed = known.may_be_mailed(kind=kind, now=now)
    if allowed:
        context = {"newsletter_ids": sorted(about)}
        notice_queue.add(kind=kind, subscriber=subscriber, context=context, now=now)
    return allowed
