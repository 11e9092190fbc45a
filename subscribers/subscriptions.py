"""Joining and leaving: with `asking` and `admission` the only writers of a subscription's state.

Every function is one transaction, moves rows by UPDATEs that name the old state, writes one
consent per row moved, and sends its signals after the commit. Doing a thing twice does it once.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.dispatch import Signal

from subscribers import greeting, ledger, suppression, waiting
from subscribers.asking import request as request  # noqa: PLC0414  (callers take all from here)
from subscribers.ledger import Proof
from subscribers.models import Consent, Subscriber, Subscription
from subscribers.signals import subscription_confirmed, subscription_ended

UNSUBSCRIBED = "unsubscribed"
NEVER_CONFIRMED = "never confirmed"
# "Undo" is for a slip of the finger. The link in an old mail must not bring anybody back.
UNDO_WITHIN = timedelta(hours=1)

State = Subscription.State
# Who joins anew wants all of it, now: what he chose before he left is over.
AS_A_NEW_READER: dict[str, object] = {
    "paused_until": None,
    "frequency": Subscription.Frequency.EVERY_DAY,
    "own_time": None,
}

# Why one ended, where it was not the reader who left: said in the ledger too.
TOLD = frozenset({"bounced", "complained", "erased", NEVER_CONFIRMED})


def confirmable(*, subscriber_id: int, issued_at: datetime) -> QuerySet[Subscription]:
    """What a confirmation link acts on: what waits, but for what was left after it was made.

    So an old link never brings back somebody who left, even if others ask in his name again.
    """
    left_later = Q(ended_at__gte=issued_at + timedelta(seconds=1))
    moved = Consent.objects.filter(
        subscriber_id=OuterRef("subscriber_id"), act=Consent.Act.MOVED, at__gt=issued_at
    )
    return (
        Subscription.objects.filter(
            ~left_later, subscriber_id=subscriber_id, state=State.PENDING, newsletter__is_open=True
        )
        .exclude(subscriber__erased_at__isnull=False)
        # It went to a mailbox that is his no more.
        .exclude(Exists(moved))
        .select_related("newsletter")
        .order_by("newsletter__position", "newsletter__name")
    )


@transaction.atomic
def confirm(
    *,
    subscriber_id: int,
    issued_at: datetime,
    proof: Proof,
    now: datetime,
    shown: Collection[str] | None = None,
) -> list[Subscription]:
    """Make active what the link of `issued_at` may confirm; the subscriptions that changed.

    `shown`: slugs of what the page with the button named, so that nothing slips in after it.
    A bounce or complaint from before the mail is forgotten: the button proves the mailbox.
    """
    confirmed: list[Subscription] = []
    if not _is_here(subscriber_id):
        return confirmed
    for subscription in confirmable(subscriber_id=subscriber_id, issued_at=issued_at):
        if shown is not None and subscription.newsletter.slug not in shown:
            continue
        page = waiting.asked_at(subscription)
        if _activate(subscription, old=[State.PENDING], now=now, page=page):
            greeting.queue_once(subscription=subscription, now=now)
            _record(subscription, Consent.Act.CONFIRMED, proof, now)
            confirmed.append(subscription)
    if confirmed:
        hashed = Subscriber.objects.values_list("address_hash", flat=True).get(pk=subscriber_id)
        suppression.lift_proved(hashed=hashed, before=issued_at, proof=proof, now=now)
    return confirmed


@transaction.atomic
def leave(
    *,
    subscriber_id: int,
    newsletter_id: int,
    proof: Proof,
    now: datetime,
    reason: str = UNSUBSCRIBED,
) -> bool:
    """End one subscription; whether it was there to end. Idempotent, also at the same time."""
    return _leave_each(
        Subscription.objects.filter(subscriber_id=subscriber_id, newsletter_id=newsletter_id),
        proof=proof,
        now=now,
        reason=reason,
    )


@transaction.atomic
def leave_all(
    *, subscriber_id: int, proof: Proof, now: datetime, reason: str = UNSUBSCRIBED
) -> bool:
    """End every subscription of one reader; whether there was any. Idempotent."""
    mine = Subscription.objects.filter(subscriber_id=subscriber_id)
    return _leave_each(mine, proof=proof, now=now, reason=reason)


@transaction.atomic
def end_active(
    *, subscriber_id: int, confirmed_before: datetime, proof: Proof, now: datetime, reason: str
) -> bool:
    """End what one reader gets, but for what he confirmed since; whether there was any.

    For news of a mailbox (`subscribers.bounces`): what only waits for confirmation goes on waiting,
    and a button pressed later than the news is the better proof.
    """
    mine = Subscription.objects.filter(
        subscriber_id=subscriber_id, state=State.ACTIVE, confirmed_at__lte=confirmed_before
    )
    return _leave_each(mine, proof=proof, now=now, reason=reason)


@transaction.atomic
def lapse(*, subscriber_id: int, asked_before: datetime, proof: Proof, now: datetime) -> bool:
    """End what one reader never confirmed; whether there was any. Its links are long dead."""
    if not _is_here(subscriber_id):
        return False
    mine = waiting.unconfirmed(asked_before=asked_before).filter(subscriber_id=subscriber_id)
    return _leave_each(mine, proof=proof, now=now, reason=NEVER_CONFIRMED)


@transaction.atomic
def rejoin(*, subscriber_id: int, newsletter_id: int, proof: Proof, now: datetime) -> bool:
    """Take leaving back within `UNDO_WITHIN`; whether there was something to take back."""
    if not _is_here(subscriber_id):
        return False
    subscription = _undoable(subscriber_id, newsletter_id, now).first()
    if subscription is None or not _activate(subscription, old=[State.ENDED], now=None):
        return False
    _record(subscription, Consent.Act.REJOINED, proof, now)
    _announce(subscription_confirmed, subscription, now)
    return True


def can_rejoin(*, subscriber_id: int, newsletter_id: int, now: datetime) -> bool:
    """Whether "Undo" is still offered."""
    return _undoable(subscriber_id, newsletter_id, now).exists()


@transaction.atomic
def switch(
    *,
    subscriber_id: int,
    wanted: set[int],
    offered: set[int],
    proof: Proof,
    now: datetime,
) -> None:
    """Bring a reader's newsletters in line with his choices; ids not in `offered` stay as is.

    The link to his choices came to his mailbox, so what he switches on needs no confirmation.
    What only waits for confirmation and is not wanted goes on waiting.
    """
    if not _is_here(subscriber_id):
        return
    for newsletter_id in sorted(wanted & offered):
        _switch_on(subscriber_id, newsletter_id, proof, now)
    _leave_each(
        Subscription.objects.filter(
            subscriber_id=subscriber_id, newsletter_id__in=offered - wanted, state=State.ACTIVE
        ),
        proof=proof,
        now=now,
        reason=UNSUBSCRIBED,
    )


def _switch_on(subscriber_id: int, newsletter_id: int, proof: Proof, now: datetime) -> None:
    subscription, created = Subscription.objects.get_or_create(
        subscriber_id=subscriber_id,
        newsletter_id=newsletter_id,
        defaults={
            "state": State.ACTIVE,
            "page": proof.page,
            "created_at": now,
            "confirmed_at": now,
        },
    )
    if created:
        _announce(subscription_confirmed, subscription, now)
    elif not _activate(subscription, old=[State.PENDING, State.ENDED], now=now, page=proof.page):
        return
    greeting.queue_once(subscription=subscription, now=now)
    _record(subscription, Consent.Act.ADDED, proof, now)


def _leave_each(
    subscriptions: QuerySet[Subscription], *, proof: Proof, now: datetime, reason: str
) -> bool:
    left = False
    old = [State.ACTIVE, State.PENDING]
    for subscription in subscriptions.filter(state__in=old).order_by("newsletter_id"):
        if _move(subscription, old=old, state=State.ENDED, reason=reason, ended_at=now):
            _record(
                subscription, Consent.Act.LEFT, proof, now, detail=reason if reason in TOLD else ""
            )
            _announce(subscription_ended, subscription, now)
            left = True
    return left


def _activate(
    subscription: Subscription, *, old: list[State], now: datetime | None, page: str | None = None
) -> bool:
    """Make it active; `now` is the instant of confirmation and `page` where, None keeps them."""
    confirmed_at = now or subscription.confirmed_at
    # "Undo" keeps what was chosen.
    anew = AS_A_NEW_READER if now else {}
    changed = _move(
        subscription,
        old=old,
        state=State.ACTIVE,
        reason="",
        ended_at=None,
        confirmed_at=confirmed_at,
        **({} if page is None else {"page": page}),
        **anew,
    )
    if changed and now:
        _announce(subscription_confirmed, subscription, now)
    return changed


def _is_here(subscriber_id: int) -> bool:
    """Whether there is such a reader; locked, so that an erasure comes before or after this."""
    readers = Subscriber.objects.select_for_update(no_key=True).filter(erased_at__isnull=True)
    return readers.filter(pk=subscriber_id).first() is not None


def _move(subscription: Subscription, *, old: list[State], **values: object) -> bool:
    rows = Subscription.objects.filter(pk=subscription.pk, state__in=old)
    return bool(rows.update(**values))


def _undoable(subscriber_id: int, newsletter_id: int, now: datetime) -> QuerySet[Subscription]:
    return Subscription.objects.filter(
        subscriber_id=subscriber_id,
        newsletter_id=newsletter_id,
        state=State.ENDED,
        reason=UNSUBSCRIBED,
        subscriber__erased_at__isnull=True,
        confirmed_at__isnull=False,
        ended_at__gt=now - UNDO_WITHIN,
    )


def _record(
    subscription: Subscription, act: Consent.Act, proof: Proof, now: datetime, *, detail: str = ""
) -> None:
    ledger.record(
        act=act,
        proof=proof,
        now=now,
        subscriber_ids=[subscription.subscriber_id],
        newsletter_id=subscription.newsletter_id,
        detail=detail,
    )


def _announce(signal: Signal, subscription: Subscription, now: datetime) -> None:
    transaction.on_commit(
        partial(
            signal.send_robust,
            sender=Subscription,
            subscriber_id=subscription.subscriber_id,
            newsletter_id=subscription.newsletter_id,
            now=now,
        )
    )
