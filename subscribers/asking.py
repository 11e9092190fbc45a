"""Asking for newsletters, the first step of `subscriptions`: a sign-up waits for nothing else."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from subscribers import ledger
from subscribers.inserting import insert
from subscribers.ledger import Proof
from subscribers.models import Consent, Subscription

State = Subscription.State

# New, or asked for again after leaving. The rest stays until confirmed: links from before
# `ended_at` must not act (`subscriptions.confirmable`), and one who takes his leaving back gets it
# for the old reason.
_ASK = (
    "(newsletter_id, subscriber_id) DO UPDATE SET state = 'pending', reason = ''"
    " WHERE subscribers_subscription.state = 'ended'"
)


@transaction.atomic(savepoint=False)
def request(
    *, subscriber_id: int, newsletter_ids: Iterable[int], proof: Proof, now: datetime
) -> set[int]:
    """Note what somebody asked for on a form; the newsletters that now wait for confirmation.

    Active ones stay as they are. Nobody gets mail by this: `confirm` follows. Two statements.
    """
    asked = sorted(set(newsletter_ids))
    if not asked:
        return set()
    same = {"subscriber_id": subscriber_id, "page": proof.page, "created_at": now}
    rows = [{"newsletter_id": one, "state": State.PENDING, **same} for one in asked]
    written = insert(Subscription, rows, on_conflict=_ASK, returning="newsletter_id")
    new = {newsletter_id for (newsletter_id,) in written}
    if new:
        ledger.record_each(
            act=Consent.Act.REQUESTED,
            proof=proof,
            now=now,
            subscriber_id=subscriber_id,
            newsletter_ids=sorted(new),
        )
    return new if len(new) == len(asked) else new | _waiting(subscriber_id, asked)


def _waiting(subscriber_id: int, asked: list[int]) -> set[int]:
    """Those of them that wait already."""
    return set(
        Subscription.objects.filter(
            subscriber_id=subscriber_id, newsletter_id__in=asked, state=State.PENDING
        ).values_list("newsletter_id", flat=True)
    )
