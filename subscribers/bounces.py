"""What follows from a mailbox that does not exist, or a reader who called our mail spam.

The address is suppressed and what the reader gets is ended, with the reason as proof. Soft bounces
never come here: a full mailbox may be read tomorrow.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from subscribers import subscriptions, suppression
from subscribers.ledger import Proof
from subscribers.models import Consent, Subscriber, Suppression

# Why a subscription ended, and how that came to be known.
BOUNCED, COMPLAINED = "bounced", "complained"
METHODS = {BOUNCED: "hard bounce", COMPLAINED: "spam report"}


@dataclass(frozen=True, slots=True)
class DeadEnd:
    """One hard bounce or complaint. `at` is when it happened, in any zone.

    Without `subscriber_id` the keyed hash of the address says whose it is.
    """

    subscriber_id: int | None
    at: datetime
    complained: bool = False
    address_hash: str = ""
    # What the mail server said, with addresses taken out.
    detail: str = ""


@transaction.atomic
def apply(*, dead_ends: Iterable[DeadEnd], now: datetime) -> None:
    """Suppress their addresses and end what they get. Idempotent, in any order.

    A dead end from before the reader last confirmed changes nothing: the button proves the mailbox.
    An erased reader has no address any more, so there is nothing to suppress.
    """
    # Reader by reader, so that two workers never wait for each other; each in order of time.
    found = sorted(dead_ends, key=lambda one: (one.subscriber_id or 0, one.address_hash, one.at))
    readers = _readers(found)
    proved = _last_proved(readers.values())
    for one in found:
        reader = readers.get(one.subscriber_id or one.address_hash)
        address_hash = reader.address_hash if reader else one.address_hash
        if reader and (last := proved.get(reader.pk)) and last > one.at:
            continue
        if address_hash:
            _suppress(one, address_hash, now)
        if reader:
            _end(one, reader.pk, now)


def _readers(dead_ends: Iterable[DeadEnd]) -> dict[int | str, Subscriber]:
    """Those concerned, by id or, where only that is known, by hash."""
    ids = {one.subscriber_id for one in dead_ends if one.subscriber_id is not None}
    hashes = {one.address_hash for one in dead_ends if one.subscriber_id is None} - {""}
    rows = Subscriber.objects.only("pk", "address_hash")
    found: dict[int | str, Subscriber] = dict(rows.in_bulk(ids))
    found |= {one.address_hash: one for one in rows.filter(address_hash__in=hashes)}
    return found


def _last_proved(readers: Iterable[Subscriber]) -> Mapping[int, datetime]:
    """When each last pressed a button that was mailed to him: no file and no switch proves that."""
    rows = Consent.objects.filter(
        subscriber_id__in={reader.pk for reader in readers},
        act__in=[Consent.Act.CONFIRMED, Consent.Act.MOVED],
    ).order_by("at")
    return {pk: at for pk, at in rows.values_list("subscriber_id", "at") if pk}


def _suppress(one: DeadEnd, address_hash: str, now: datetime) -> None:
    reasons = Suppression.Reason
    suppression.suppress(
        address_hashes=[address_hash],
        reason=reasons.COMPLAINT if one.complained else reasons.HARD_BOUNCE,
        detail=one.detail,
        # When it happened, not when we heard: a mail made in between proves the mailbox.
        now=min(one.at, now),
        proof=Proof(method=METHODS[COMPLAINED if one.complained else BOUNCED]),
    )


def _end(one: DeadEnd, subscriber_id: int, now: datetime) -> None:
    reason = COMPLAINED if one.complained else BOUNCED
    subscriptions.end_active(
        subscriber_id=subscriber_id,
        # Also what came with a file, or was switched on, since: that proves no mailbox.
        confirmed_before=now,
        proof=Proof(method=METHODS[reason]),
        now=now,
        reason=reason,
    )
