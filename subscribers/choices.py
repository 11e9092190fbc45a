"""Saving a preference page: which newsletters, on which days, from when, and to whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from subscribers import breaks, signup, subscriptions
from subscribers.models import Newsletter, Subscriber, Subscription, SuppressedDomain, Suppression
from subscribers.subscriptions import Proof

State = Subscription.State


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader wants of one newsletter.

    `weekdays_only` None: the page did not ask. `until`: an instant from `breaks.starts`, None for
    no new break. `back`: end the break that he is on.
    """

    newsletter: Newsletter
    gets_it: bool
    weekdays_only: bool | None = None
    until: datetime | None = None
    back: bool = False


@dataclass(frozen=True, slots=True)
class Details:
    """How a reader is greeted, in which language, and by which clock; "" is not known."""

    # None: it stays as it is.
    name: str | None
    language: str | None
    time_zone: str


@transaction.atomic
def save(
    *,
    subscriber_id: int,
    wishes: Iterable[Wish],
    details: Details | None,
    proof: Proof,
    now: datetime,
) -> bool:
    """Bring everything in line; whether what was switched on waits for a button in a mail.

    It does where mail to the address bounced or was called spam: only the button proves that the
    mailbox is there and wants our mail. Saving the same twice changes nothing the second time.
    """
    wishes = list(wishes)
    must_confirm = is_suppressed(subscriber_id=subscriber_id)
    wanted = {wish.newsletter.pk for wish in wishes if wish.gets_it}
    offered = {wish.newsletter.pk for wish in wishes}
    gets = set(
        Subscription.objects.filter(subscriber_id=subscriber_id, state=State.ACTIVE).values_list(
            "newsletter_id", flat=True
        )
    )
    new = wanted - gets if must_confirm else set()
    subscriptions.switch(
        subscriber_id=subscriber_id,
        wanted=wanted - new,
        offered=offered,
        proof=proof,
        now=now,
    )
    _ask_for(subscriber_id, new, proof, now)
    for wish in wishes:
        _apply(subscriber_id, wish, proof, now)
    if details is not None:
        _keep(subscriber_id, details)
    return bool(new)


@transaction.atomic
def add(*, subscriber_id: int, newsletter: Newsletter, proof: Proof, now: datetime) -> bool:
    """Switch one newsletter on; whether it waits for a button in a mail, see `save`."""
    wish = Wish(newsletter=newsletter, gets_it=True)
    return save(subscriber_id=subscriber_id, wishes=[wish], details=None, proof=proof, now=now)


def is_suppressed(*, subscriber_id: int) -> bool:
    """Whether the reader's address must not be mailed."""
    reader = Subscriber.objects.only("address_hash", "domain").get(pk=subscriber_id)
    suppressed = Suppression.objects.filter(address_hash=reader.address_hash)
    domain = SuppressedDomain.objects.filter(domain=reader.domain)
    return suppressed.exists() or domain.exists()


def _ask_for(subscriber_id: int, new: set[int], proof: Proof, now: datetime) -> None:
    if not new:
        return
    subscriptions.request(subscriber_id=subscriber_id, newsletter_ids=new, proof=proof, now=now)
    signup.send_again(subscriber_id=subscriber_id, now=now)


def _apply(subscriber_id: int, wish: Wish, proof: Proof, now: datetime) -> None:
    if not wish.gets_it:
        return
    newsletter = wish.newsletter
    if wish.weekdays_only is not None:
        breaks.leave_out_weekends(
            subscriber_id=subscriber_id,
            newsletter=newsletter,
            wanted=wish.weekdays_only,
            proof=proof,
            now=now,
        )
    if wish.back:
        breaks.resume(subscriber_id=subscriber_id, newsletter=newsletter, proof=proof, now=now)
    elif wish.until:
        breaks.pause(
            subscriber_id=subscriber_id,
            newsletter=newsletter,
            until=wish.until,
            proof=proof,
            now=now,
        )


def _keep(subscriber_id: int, details: Details) -> None:
    values = {"time_zone": details.time_zone}
    if details.name is not None:
        values["name"] = details.name
    if details.language is not None:
        values["language"] = details.language
    Subscriber.objects.filter(pk=subscriber_id, erased_at=None).update(**values)
