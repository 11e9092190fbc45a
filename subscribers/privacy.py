"""What we hold about one person: told on request, and forgotten on request.

Each part of the service says for itself what it holds (`extensions.register_privacy`).
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from subscribers import identity, subscriptions
from subscribers.extensions import Person, privacy_parts
from subscribers.models import Consent, Notice, OutboxMail, OutboxTemplate, Subscriber, Subscription
from subscribers.subscriptions import Proof

ERASED = "erased"


def export(*, subscriber_id: int, now: datetime) -> dict[str, Any]:
    """Everything held about one reader, as JSON; raises Subscriber.DoesNotExist.

    Only reads: who showed it to whom is for the caller to put down (`Consent.Act.TOLD`).
    """
    reader = Subscriber.objects.get(pk=subscriber_id)
    person = _person(reader)
    return {
        "made_at": now.isoformat(),
        "reader": {
            "id": reader.pk,
            "address": reader.address,
            "name": reader.name,
            "language": reader.language,
            "time_zone": reader.time_zone,
            "created_at": reader.created_at.isoformat(),
        },
        "subscriptions": list(
            Subscription.objects.filter(subscriber=reader).values(
                "newsletter__name", "state", "reason", "page", "confirmed_at", "ended_at"
            )
        ),
        "consents": list(
            Consent.objects.filter(subscriber_id=reader.pk).values(
                "at", "act", "newsletter__name", "method", "page", "wording", "detail", "network"
            )
        ),
        **{name: part.export(person) for name, part in privacy_parts().items()},
    }


@transaction.atomic
def erase(*, subscriber_id: int, proof: Proof, now: datetime) -> bool:
    """Forget one reader: end what he gets, empty his row and every other; False if there is none.

    The empty row stays, so that counts stay true and links in old mails still lead somewhere. So
    does the keyed hash of an address that must not be mailed.
    """
    reader = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if reader is None or reader.erased_at:
        return False
    person = _person(reader)
    subscriptions.leave_all(subscriber_id=reader.pk, proof=proof, now=now, reason=ERASED)
    Subscriber.objects.filter(pk=reader.pk).update(
        **identity.NOTHING, name="", language="", time_zone="", erased_at=now
    )
    Notice.objects.filter(subscriber_id=reader.pk).update(context={}, staff_address="", answer="")
    OutboxMail.objects.filter(subscriber_id=reader.pk).delete()
    OutboxTemplate.objects.filter(mails__isnull=True).delete()
    for part in privacy_parts().values():
        part.erase(person)
    Consent.objects.create(
        subscriber_id=reader.pk,
        act=Consent.Act.ERASED,
        at=now,
        method=proof.method,
        page=proof.page,
        wording=proof.wording,
        network=proof.network,
    )
    return True


def _person(reader: Subscriber) -> Person:
    spellings = {one for one in (reader.address, reader.address_key) if one}
    return Person(reader.pk, tuple(sorted(spellings)), reader.address_hash)
