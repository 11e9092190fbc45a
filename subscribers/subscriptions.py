"""Joining and leaving: the only writer of a subscription's state.

Every function is one transaction, moves rows by UPDATEs that name the old state, writes one
consent per row moved, and sends its signals after the commit. Doing a thing twice does it once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet
from django.dispatch import Signal

from subscribers import greeting, suppression
from subscribers.inserting import insert
from subscribers.models import Consent, Subscriber, Subscription
from subscribers.signals import subscription_confirmed, subscription_ended

UNSUBSCRIBED = "unsubscribed"
# "Undo" is for a slip of the finger. The link in an old mail must not bring anybody back.
UNDO_WITHIN = timedelta(hours=1)

State = Subscription.State


@dataclass(frozen=True, slots=True)
class Proof:
    """How an act came about: kept with it as consent. `network` is truncated already."""

    method: str
    page: str = ""
    wording: str = ""
    network: str = ""


# New, or asked for again after leaving. `ended_at` stays until confirmed: links from before it must
# not act (see `confirmable`).
_ASK = (
    "(newsletter_id, subscriber_id) DO UPDATE SET state = 'pending', page = excluded.page,"
    " reason = '' WHERE subscribers_subscription.state = 'ended'"
)


@transaction.atomic(savepoint=False)
def request(
    *, subscriber_id: int, newsletter_ids: Iterable[int], proof: Proof, now: datetime
) -> set[int]:
    """Note what somebody asked for on a form; the newsletters that now wait for confirmation.

    Active ones stay as they are. Nobody gets mail by this: `confirm` follows. Two statements.
    """
    asked = [
        Subscription(
            subscriber_id=subscriber_id,
            newsletter_id=newsletter_id,
            state=State.PENDING,
            page=proof.page,
            created_at=now,
        )
        for newsletter_id in sorted(set(newsletter_ids))
    ]
    if not asked:
        return set()
    new = {pk for (pk,) in insert(asked, on_conflict=_ASK, returning="newsletter_id")}
    if new:
        revived = [one for one in asked if one.newsletter_id in new]
        insert([_consent(one, Consent.Act.REQUESTED, proof, now) for one in revived])
    return new if len(new) == len(asked) else new | _waiting(asked)


def _waiting(asked: list[Subscription]) -> set[int]:
    """Those of them that wait already."""
    return set(
        Subscription.objects.filter(
            subscriber_id=asked[0].subscriber_id,
            newsletter_id__in=[one.newsletter_id for one in asked],
            state=State.PENDING,
        ).values_list("newsletter_id", flat=True)
    )


def confirmable(*, subscriber_id: int, issued_at: datetime) -> QuerySet[Subscription]:
    """What a confirmation link acts on: what waits, but for what was left after it was made.

    So an old link never brings back somebody who left, even if others ask in his name again.
    """
    left_later = Q(ended_at__gte=issued_at + timedelta(seconds=1))
    return (
        Subscription.objects.filter(
            ~left_later, subscriber_id=subscriber_id, state=State.PENDING, newsletter__is_open=True
        )
        .exclude(subscriber__erased_at__isnull=False)
        .select_related("newsletter")
        .order_by("newsletter__position", "newsletter__name")
    )


@transaction.atomic
def confirm(
    *, subscriber_id: int, issued_at: datetime, proof: Proof, now: datetime
) -> list[Subscription]:
    """Make active what the link of `issued_at` may confirm; the subscriptions that changed.

    A bounce or complaint from before the mail is forgotten: the button proves the mailbox.
    """
    confirmed = []
    for subscription in confirmable(subscriber_id=subscriber_id, issued_at=issued_at):
        if _activate(subscription, old=[State.PENDING], now=now):
            greeting.queue_once(subscription=subscription, now=now)
            _record(subscription, Consent.Act.CONFIRMED, proof, now)
            confirmed.append(subscription)
    if confirmed:
        _lift(subscriber_id, before=issued_at, proof=proof, now=now)
    return confirmed


def _lift(subscriber_id: int, *, before: datetime, proof: Proof, now: datetime) -> None:
    """Let the address be mailed again, with the reason why it was not as proof."""
    key = Subscriber.objects.values_list("address_hash", flat=True).get(pk=subscriber_id)
    reason = suppression.lift(address_hash=key, before=before)
    if reason:
        Consent.objects.create(
            subscriber_id=subscriber_id,
            act=Consent.Act.LIFTED,
            at=now,
            method=proof.method,
            network=proof.network,
            detail=reason,
        )


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
def rejoin(*, subscriber_id: int, newsletter_id: int, proof: Proof, now: datetime) -> bool:
    """Take leaving back within `UNDO_WITHIN`; whether there was something to take back."""
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
    elif not _activate(subscription, old=[State.PENDING, State.ENDED], now=now):
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
            _record(subscription, Consent.Act.LEFT, proof, now)
            _announce(subscription_ended, subscription, now)
            left = True
    return left


def _activate(subscription: Subscription, *, old: list[State], now: datetime | None) -> bool:
    """Make it active; `now` is the instant of confirmation, None keeps the one it has."""
    confirmed_at = now or subscription.confirmed_at
    changed = _move(
        subscription,
        old=old,
        state=State.ACTIVE,
        reason="",
        ended_at=None,
        confirmed_at=confirmed_at,
    )
    if changed and now:
        _announce(subscription_confirmed, subscription, now)
    return changed


def _move(subscription: Subscription, *, old: list[State], **values: object) -> bool:
    rows = Subscription.objects.filter(pk=subscription.pk, state__in=old)
    return bool(rows.update(**values))


def _undoable(subscriber_id: int, newsletter_id: int, now: datetime) -> QuerySet[Subscription]:
    return Subscription.objects.filter(
        subscriber_id=subscriber_id,
        newsletter_id=newsletter_id,
        state=State.ENDED,
        reason=UNSUBSCRIBED,
        confirmed_at__isnull=False,
        ended_at__gt=now - UNDO_WITHIN,
    )


def _record(subscription: Subscription, act: Consent.Act, proof: Proof, now: datetime) -> None:
    _consent(subscription, act, proof, now).save(force_insert=True)


def _consent(subscription: Subscription, act: Consent.Act, proof: Proof, now: datetime) -> Consent:
    return Consent(
        subscriber_id=subscription.subscriber_id,
        newsletter_id=subscription.newsletter_id,
        act=act,
        at=now,
        method=proof.method,
        page=proof.page,
        wording=proof.wording,
        network=proof.network,
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
