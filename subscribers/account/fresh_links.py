"""Fresh links: mailed to a reader, good for half an hour and once.

A mail gets forwarded, so its links never show data, erase or change the address; whoever has the
mailbox asks for a fresh one. GET only shows a button (scanners look at links), the button opens.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from subscribers import ledger, notice_queue, suppression
from subscribers.abuse import mail_limits
from subscribers.ledger import Proof
from subscribers.models import Consent, FreshLink, Notice, Subscriber

LIFE = timedelta(minutes=30)


@transaction.atomic
def send(*, subscriber_id: int, now: datetime) -> None:
    """Queue a mail with a fresh link, at most one in ten minutes and three a day.

    A link that was opened proves the mailbox, so the next may follow at once; so it may when the
    last went to an address that is not his any more.
    """
    subscriber = _mailable(subscriber_id)
    if subscriber is None:
        return
    sent = FreshLink.objects.filter(subscriber=subscriber)
    if not mail_limits.may_follow(sent, resting=Q(opened_at=None, is_void=False), now=now):
        return
    link = FreshLink.objects.create(subscriber=subscriber, created_at=now)
    _queue(subscriber, {"link_id": link.pk}, now)


@transaction.atomic
def send_choices(*, subscriber_id: int, now: datetime) -> None:
    """Queue a mail with a new link to the preference page, under the same limits."""
    subscriber = _mailable(subscriber_id)
    if subscriber is None:
        return
    sent = Notice.objects.filter(subscriber=subscriber, kind=Notice.Kind.FRESH_LINK, context={})
    if mail_limits.may_follow(sent, now=now):
        _queue(subscriber, {}, now)


def is_good(*, subscriber_id: int, link_id: int, now: datetime) -> bool:
    """Whether a link would still open."""
    return _unopened(subscriber_id, link_id, now).exists()


@transaction.atomic
def open_once(*, subscriber_id: int, link_id: int, proof: Proof, now: datetime) -> bool:
    """Use a link up; whether it opened. Of many at the same time one does."""
    if not _unopened(subscriber_id, link_id, now).update(opened_at=now):
        return False
    ledger.record(subscriber_ids=[subscriber_id], act=Consent.Act.TOLD, proof=proof, now=now)
    return True


def is_open(*, subscriber_id: int, link_id: int, now: datetime) -> bool:
    """Whether the page behind an opened link may still act: half an hour from opening it."""
    return FreshLink.objects.filter(
        pk=link_id,
        subscriber_id=subscriber_id,
        subscriber__erased_at=None,
        opened_at__gt=now - LIFE,
        is_void=False,
    ).exists()


def _unopened(subscriber_id: int, link_id: int, now: datetime) -> QuerySet[FreshLink]:
    return FreshLink.objects.filter(
        pk=link_id,
        subscriber_id=subscriber_id,
        opened_at=None,
        is_void=False,
        created_at__gt=now - LIFE,
    )


def _mailable(subscriber_id: int) -> Subscriber | None:
    """The reader, locked so that limits hold between requests; None when he must not be mailed.

    A bounce or complaint is no reason: he asks for his own data, and has a right to it. What staff
    set, the address or its domain, is.
    """
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if subscriber is None or not subscriber.address:
        return None
    forbidden = suppression.is_forbidden(hashed=subscriber.address_hash, domain=subscriber.domain)
    return None if forbidden else subscriber


def _queue(subscriber: Subscriber, context: dict[str, int], now: datetime) -> None:
    notice_queue.add(kind=Notice.Kind.FRESH_LINK, subscriber=subscriber, context=context, now=now)
