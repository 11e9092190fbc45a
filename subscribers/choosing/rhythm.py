"""Which of a newsletter's mails come to a reader, and at which hour of his own day.

Each function changes a row by an UPDATE that names what was, and writes one consent per change.
Nothing is done for anybody when he chooses: `audience` reads the frequency when a mail is prepared.
Who is counted in by then gets that one still, and the next mail follows.
"""

from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Q

from subscribers.choosing.changing import change
from subscribers.ledger import Proof
from subscribers.models import Consent, Newsletter, Subscription

HALVES = (0, 30)
# The hours of the morning that the page of choices offers.
MORNING = (*(time(hour, minute) for hour in range(4, 12) for minute in HALVES), time(12))


class NotAHalfHour(ValueError):
    """A reader's time of day is at a full or half hour: mails go in as many waves as there are."""


def choose_frequency(
    *,
    subscriber_id: int,
    newsletter: Newsletter,
    frequency: Subscription.Frequency,
    proof: Proof,
    now: datetime,
) -> bool:
    """Which of its mails come from now on; whether that changed anything."""
    return change(
        subscriber_id=subscriber_id,
        newsletter=newsletter,
        differs=~Q(frequency=frequency),
        act=Consent.Act(frequency),
        proof=proof,
        now=now,
        frequency=frequency,
    )


def choose_own_time(
    *, subscriber_id: int, newsletter: Newsletter, at: time | None, proof: Proof, now: datetime
) -> bool:
    """At which time of his own day it comes, where it goes by each reader's clock.

    None: the newsletter's. Whether that changed anything; raises NotAHalfHour.
    """
    if at is not None:
        check(at)
    return change(
        subscriber_id=subscriber_id,
        newsletter=newsletter,
        differs=~Q(own_time=at),
        act=Consent.Act.OWN_TIME,
        detail=in_words(at),
        proof=proof,
        now=now,
        own_time=at,
    )


@transaction.atomic
def choose(
    *,
    subscriber_id: int,
    newsletter: Newsletter,
    frequency: Subscription.Frequency,
    at: time | None,
    proof: Proof,
    now: datetime,
) -> bool:
    """Both or, with NotAHalfHour, neither; whether that changed anything."""
    whose: Any = {"subscriber_id": subscriber_id, "newsletter": newsletter}
    hour = choose_own_time(**whose, at=at, proof=proof, now=now)
    often = choose_frequency(**whose, frequency=frequency, proof=proof, now=now)
    return hour or often


def check(at: time) -> None:
    """Raises NotAHalfHour for 7:10, 7:30:15, or a time that names a zone."""
    if at.minute not in HALVES or at.second or at.microsecond or at.tzinfo:
        raise NotAHalfHour(f"{at} is not at a full or half hour.")


def read_time(text: str) -> time | None:
    """ "07:30" as a time, "" as None; raises NotAHalfHour for whatever else."""
    if not text:
        return None
    try:
        at = time.fromisoformat(text)
    except ValueError as error:
        raise NotAHalfHour("It is written as 07:30.") from error
    check(at)
    return at


def in_words(at: time | None) -> str:
    """ "07:30", "" for the newsletter's own: as the ledger and files tell it."""
    return f"{at:%H:%M}" if at else ""
