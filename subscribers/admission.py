"""Joining by the thousand: what `subscriptions` does for one reader, for a piece of a file.

Only somebody who is new to a newsletter is admitted; every state that there is stays as it is.
No `subscription_confirmed` is sent: it leads to work and mail for each reader (a welcome, ...), and
who signed up elsewhere, perhaps years ago, must not be welcomed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from subscribers.database import insert_new
from subscribers.models import Consent, Subscription
from subscribers.subscriptions import Proof


@dataclass(frozen=True, slots=True)
class Joiner:
    """A reader to admit. `since`: when he agreed; `paused_until`: the end of a break, in future."""

    subscriber_id: int
    since: datetime
    paused_until: datetime | None = None


@transaction.atomic
def admit(
    *,
    newsletter_id: int,
    joiners: Sequence[Joiner],
    proof: Proof,
    basis: str,
    now: datetime,
) -> set[int]:
    """Make new subscriptions active, with one consent each; the ids of those admitted.

    Idempotent, also at the same time: whoever has a subscription, in whatever state, is left out.
    `basis` says how they agreed.
    """
    # In order, so that two imports at once never wait for each other.
    ordered = sorted(joiners, key=lambda one: one.subscriber_id)
    admitted = insert_new(
        Subscription,
        each={
            "subscriber_id": [one.subscriber_id for one in ordered],
            "created_at": [one.since for one in ordered],
            # Never empty: a bounce ends only what was confirmed before it.
            "confirmed_at": [one.since for one in ordered],
            "paused_until": [one.paused_until for one in ordered],
        },
        same={"newsletter_id": newsletter_id, "state": Subscription.State.ACTIVE.value},
        returning="subscriber_id",
    )
    if admitted:
        _record(admitted, newsletter_id=newsletter_id, proof=proof, basis=basis, now=now)
    return admitted


def _record(
    admitted: set[int], *, newsletter_id: int, proof: Proof, basis: str, now: datetime
) -> None:
    insert_new(
        Consent,
        each={"subscriber_id": sorted(admitted)},
        same={
            "newsletter_id": newsletter_id,
            "act": Consent.Act.IMPORTED.value,
            "at": now,
            "method": proof.method,
            "page": proof.page,
            "wording": proof.wording,
            "network": proof.network,
            "detail": basis,
        },
        returning="id",
    )
