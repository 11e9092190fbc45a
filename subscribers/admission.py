"""Joining by the thousand: what `subscriptions` does for one reader, for a piece of a file.

Only somebody who is new to a newsletter is admitted; every state that there is stays as it is.
No `subscription_confirmed` is sent: it leads to work and mail for each reader (a welcome, ...), and
who signed up elsewhere, perhaps years ago, must not be welcomed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from django.db import transaction

from subscribers import ledger
from subscribers.choosing import breaks, rhythm
from subscribers.inserting import insert_new
from subscribers.ledger import Proof
from subscribers.models import Consent, Newsletter, Subscription

Frequency = Subscription.Frequency
# Where he signed up, for "signed up on ... at ...": a file says when at most. Who has no date has
# no place either, and his mails claim neither.
ANOTHER_PLACE = "another place"
_SINCE = "signed up "


@dataclass(frozen=True, slots=True)
class Joiner:
    """A reader to admit. `since`: when he agreed, if known; `paused_until`: the end of a break.

    `frequency` and `own_time`: what he chose, in the terms of `rhythm`.
    """

    subscriber_id: int
    since: datetime | None = None
    paused_until: datetime | None = None
    frequency: str = Frequency.EVERY_DAY.value
    own_time: time | None = None


@transaction.atomic
def admit(
    *,
    newsletter: Newsletter,
    joiners: Sequence[Joiner],
    proof: Proof,
    basis: str,
    now: datetime,
) -> set[int]:
    """Make new subscriptions active, with their proofs; the ids of those admitted.

    Idempotent, also at the same time: whoever has a subscription, in whatever state, is left out.
    `basis` says how they agreed. As many statements for a thousand as for one.
    """
    # In order, so that two imports at once never wait for each other.
    ordered = sorted(joiners, key=lambda one: one.subscriber_id)
    since = [one.since or now for one in ordered]
    admitted = insert_new(
        Subscription,
        each={
            "subscriber_id": [one.subscriber_id for one in ordered],
            "created_at": since,
            # Never empty: a bounce ends only what was confirmed before it.
            "confirmed_at": since,
            "page": [page(since=one.since) for one in ordered],
            "paused_until": [one.paused_until for one in ordered],
            "frequency": [one.frequency for one in ordered],
            "own_time": [one.own_time for one in ordered],
        },
        same={"newsletter_id": newsletter.pk, "state": Subscription.State.ACTIVE.value},
        returning="subscriber_id",
    )
    came = [one for one in ordered if one.subscriber_id in admitted]
    _record(came, newsletter=newsletter, proof=proof, basis=basis, now=now)
    return admitted


def page(*, since: datetime | None) -> str:
    """What stands for the page of sign-up of somebody who came from a file."""
    return ANOTHER_PLACE if since else ""


def since_as_told(detail: str) -> datetime | None:
    """The instant at which an imported reader signed up, as the ledger has it; None: not known."""
    if not detail.startswith(_SINCE):
        return None
    try:
        return datetime.fromisoformat(detail.removeprefix(_SINCE).partition(": ")[0])
    except ValueError:
        return None


def _record(
    came: Sequence[Joiner], *, newsletter: Newsletter, proof: Proof, basis: str, now: datetime
) -> None:
    """That they came, then what they chose: read back in the order of writing."""
    told = {one.subscriber_id: _told(one, basis) for one in came}
    for act, details in [(Consent.Act.IMPORTED, told), *_chosen(came, newsletter)]:
        ledger.record_many(
            act=act, proof=proof, now=now, newsletter_id=newsletter.pk, details=details
        )


def _chosen(
    came: Sequence[Joiner], newsletter: Newsletter
) -> Iterator[tuple[Consent.Act, dict[int, str]]]:
    """Each kind of choice, with a detail for each reader who made it."""
    yield (
        Consent.Act.PAUSED,
        {
            one.subscriber_id: breaks.in_words(until=one.paused_until, newsletter=newsletter)
            for one in came
            if one.paused_until
        },
    )
    for frequency in (Frequency.WEEKDAYS_ONLY, Frequency.ONCE_A_WEEK):
        his = {one.subscriber_id: "" for one in came if one.frequency == frequency}
        yield Consent.Act(frequency), his
    hours = {one.subscriber_id: rhythm.in_words(one.own_time) for one in came if one.own_time}
    yield Consent.Act.OWN_TIME, hours


def _told(one: Joiner, basis: str) -> str:
    return f"{_SINCE}{one.since.astimezone(UTC).isoformat()}: {basis}" if one.since else basis
