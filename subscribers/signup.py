"""Sign-up: writes what was asked for, and at most one mail about it.

The request only writes rows; a worker sends the mail. What it returns and how it looks from
outside are the same for everybody, so that nobody learns who is a reader.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from subscribers import flood, identity, notices, subscriptions, suppression, wording
from subscribers.addresses import Address
from subscribers.models import Notice, Subscriber, Subscription, Suppression
from subscribers.subscriptions import Proof

ONE_MAIL_IN = timedelta(minutes=10)
MAILS_A_DAY = 3
# Somebody whose mailbox bounced or who called us spam may still come back, seldom.
SUPPRESSED_ONE_MAIL_IN = timedelta(days=30)

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
    subscriber = _subscriber(address, now)
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


def _subscriber(address: Address, now: datetime) -> Subscriber:
    """The row of an address, made if need be, locked so that limits hold between requests."""
    row = Subscriber(**identity.columns(address), created_at=now)
    while True:
        Subscriber.objects.bulk_create([row], ignore_conflicts=True)
        locked = Subscriber.objects.select_for_update().filter(address_key=address.key).first()
        # None: it was erased in between. What was asked for after that is a new reader's.
        if locked is not None:
            return locked


def _mail(subscriber: Subscriber, *, kind: Kind, about: set[int], now: datetime) -> bool:
    """Queue a mail where the limits allow one; whether they did."""
    suppressed = suppression.reason_of(
        address_hash=subscriber.address_hash, domain=subscriber.domain
    )
    if suppressed:
        allowed = _may_mail_suppressed(subscriber, suppressed, kind, now)
    else:
        allowed = _may_mail(subscriber, now)
    if allowed:
        context = {"newsletter_ids": sorted(about)}
        notices.queue(kind=kind, subscriber=subscriber, context=context, now=now)
    return allowed


def _may_mail(subscriber: Subscriber, now: datetime) -> bool:
    """Counted over all kinds that a stranger can ask for, whichever newsletters they are about.

    A link sent ten minutes ago confirms what was asked for since.
    """
    today = Notice.objects.filter(
        subscriber=subscriber, kind__in=flood.ASKED_FOR, created_at__gt=now - timedelta(days=1)
    )
    # A link from before he left does not bring him back, so he needs a new one at once.
    left_at = Subscription.objects.filter(subscriber=subscriber).aggregate(at=Max("ended_at"))["at"]
    since = max(now - ONE_MAIL_IN, left_at) if left_at else now - ONE_MAIL_IN
    return today.count() < MAILS_A_DAY and not today.filter(created_at__gt=since).exists()


def _may_mail_suppressed(
    subscriber: Subscriber, suppressed: str, kind: Kind, now: datetime
) -> bool:
    if suppressed == Suppression.Reason.MANUAL or kind != Kind.CONFIRMATION:
        return False
    since = now - SUPPRESSED_ONE_MAIL_IN
    return not Notice.objects.filter(
        subscriber=subscriber, kind=kind, created_at__gt=since
    ).exists()
