"""Readers of the machine: they join, leave, are erased and suppressed."""

from datetime import datetime

from subscribers import subscriptions, suppression
from subscribers.ledger import Proof
from subscribers.models import Newsletter, Subscriber, Suppression

_PROOF = Proof(method="form")


def join_or_leave(reader: Subscriber, newsletter: Newsletter, *, now: datetime) -> None:
    """Leave it when it is his, else get it."""
    who = {"subscriber_id": reader.pk, "proof": _PROOF, "now": now}
    if not subscriptions.leave(newsletter_id=newsletter.pk, **who):
        subscriptions.switch(wanted={newsletter.pk}, offered={newsletter.pk}, **who)


def take_out(reader: Subscriber, *, how: str, now: datetime) -> None:
    """`how`: erased, suppressed, or lifted again."""
    if how == "erased":
        Subscriber.objects.filter(pk=reader.pk).update(
            address=None, address_key=None, address_hash="", erased_at=now
        )
    elif how == "suppressed":
        suppression.suppress(
            address_hashes=[reader.address_hash],
            reason=Suppression.Reason.MANUAL,
            detail="",
            now=now,
        )
    else:
        Suppression.objects.filter(address_hash=reader.address_hash).delete()
