"""Saving a preference page: which newsletters, on which days, from when, and to whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from enum import Enum, auto
from typing import Any

from django.db import transaction

from subscribers import signup, subscriptions, suppression, zones
from subscribers.choosing import breaks, rhythm
from subscribers.ledger import Proof
from subscribers.models import Newsletter, Subscriber, Subscription

State = Subscription.State


class Outcome(Enum):
    """What became of what was switched on."""

    SAVED = auto()
    # It waits for a button in a mail.
    MUST_CONFIRM = auto()
    # It stays off: staff keep us from mailing the address, and only they can change that.
    CANNOT_MAIL = auto()


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader wants of one newsletter.

    `frequency` None: the page did not ask. `own_time` counts where `asks_time`; None: as usual.
    `until`: an instant from `breaks.starts`, None for no new break. `back`: end the break that he
    is on.
    """

    newsletter: Newsletter
    gets_it: bool
    frequency: Subscription.Frequency | None = None
    asks_time: bool = False
    own_time: time | None = None
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
) -> Outcome:
    """Bring everything in line, and say what became of what was switched on.

    Where mail to the address bounced or was called spam it waits for a button in a mail: only that
    proves that the mailbox is there and wants our mail. Saving the same twice changes nothing the
    second time.
    """
    wishes = list(wishes)
    outcome = _possible(subscriber_id)
    wanted = {wish.newsletter.pk for wish in wishes if wish.gets_it}
    offered = {wish.newsletter.pk for wish in wishes}
    gets = set(
        Subscription.objects.filter(subscriber_id=subscriber_id, state=State.ACTIVE).values_list(
            "newsletter_id", flat=True
        )
    )
    held = set() if outcome is Outcome.SAVED else wanted - gets
    subscriptions.switch(
        subscriber_id=subscriber_id,
        wanted=wanted - held,
        offered=offered,
        proof=proof,
        now=now,
    )
    if outcome is Outcome.MUST_CONFIRM:
        _ask_for(subscriber_id, held, proof, now)
    for wish in wishes:
        _apply(subscriber_id, wish, proof, now)
    if details is not None:
        _keep(subscriber_id, details)
    return outcome if held else Outcome.SAVED


@transaction.atomic
def add(*, subscriber_id: int, newsletter: Newsletter, proof: Proof, now: datetime) -> Outcome:
    """Switch one newsletter on, see `save`."""
    wish = Wish(newsletter=newsletter, gets_it=True)
    return save(subscriber_id=subscriber_id, wishes=[wish], details=None, proof=proof, now=now)


def keep_time_zone(*, subscriber_id: int, time_zone: str) -> bool:
    """By which clock a reader's mornings are; "" for each newsletter's own. Whether it changed.

    Names that `zones` does not know are a ValueError.
    """
    if time_zone and time_zone not in zones.known():
        raise ValueError(f"{time_zone!r} is no time zone that a reader can choose.")
    readers = Subscriber.objects.filter(pk=subscriber_id, erased_at=None)
    return bool(readers.exclude(time_zone=time_zone).update(time_zone=time_zone))


def _possible(subscriber_id: int) -> Outcome:
    """What would become of a newsletter that is switched on."""
    reader = Subscriber.objects.only("address_hash", "domain").get(pk=subscriber_id)
    its = {"hashed": reader.address_hash, "domain": reader.domain}
    if suppression.is_forbidden(**its):
        return Outcome.CANNOT_MAIL
    return Outcome.MUST_CONFIRM if suppression.is_suppressed(**its) else Outcome.SAVED


def _ask_for(subscriber_id: int, new: set[int], proof: Proof, now: datetime) -> None:
    if not new:
        return
    subscriptions.request(subscriber_id=subscriber_id, newsletter_ids=new, proof=proof, now=now)
    signup.send_again(subscriber_id=subscriber_id, now=now)


def _apply(subscriber_id: int, wish: Wish, proof: Proof, now: datetime) -> None:
    if not wish.gets_it:
        return
    whose: Any = {"subscriber_id": subscriber_id, "newsletter": wish.newsletter}
    if wish.frequency is not None:
        rhythm.choose_frequency(**whose, frequency=wish.frequency, proof=proof, now=now)
    if wish.asks_time:
        rhythm.choose_own_time(**whose, at=wish.own_time, proof=proof, now=now)
    if wish.back:
        breaks.resume(**whose, proof=proof, now=now)
    elif wish.until:
        breaks.pause(**whose, until=wish.until, proof=proof, now=now)


def _keep(subscriber_id: int, details: Details) -> None:
    values = {"time_zone": details.time_zone}
    if details.name is not None:
        values["name"] = details.name
    if details.language is not None:
        values["language"] = details.language
    Subscriber.objects.filter(pk=subscriber_id, erased_at=None).update(**values)
