"""What we hold about one person: told on request, and forgotten on request.

`holdings` says it of this app's tables; later stages say it for themselves
(`extensions.register_privacy`).
"""

import json
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Q

from subscribers import addresses, identity, ledger, subscriptions, suppression, waiting
from subscribers.extensions import Person, privacy_parts
from subscribers.ledger import Proof
from subscribers.models import Consent, StaffAct, Subscriber, Subscription, Suppression
from subscribers.privacy import holdings
from subscribers.staff import acts

ERASED = "erased"
# What was on its way when a reader was erased is written down by then: leases are far shorter.
_UNDER_WAY = timedelta(hours=1)

State = Subscription.State


def export(*, subscriber_id: int, now: datetime) -> dict[str, Any]:
    """Everything held about one reader, as JSON; raises Subscriber.DoesNotExist.

    Only reads; `hand_over` also puts down that it was told.
    """
    reader = Subscriber.objects.get(pk=subscriber_id)
    person = _person(reader)
    columns = ("address", "name", "language", "time_zone", "created_at", "erased_at")
    told = {
        "made_at": now,
        "reader": {"id": reader.pk, **{one: getattr(reader, one) for one in columns}},
        **holdings.held(person),
        **{name: part.export(person) for name, part in privacy_parts().items()},
    }
    as_json: dict[str, Any] = json.loads(json.dumps(told, cls=DjangoJSONEncoder))
    return as_json


@transaction.atomic
def hand_over(
    *, subscriber_id: int, by: AbstractUser | None, proof: Proof, now: datetime
) -> dict[str, Any]:
    """The same for staff, who hand it on: in the ledger, and in the record of what staff did.

    `by` None: a command that named no account.
    """
    told = export(subscriber_id=subscriber_id, now=now)
    ledger.record(act=Consent.Act.TOLD, proof=proof, now=now, subscriber_ids=[subscriber_id])
    _record(StaffAct.Act.EXPORTED, subscriber_id, by, now)
    return told


@transaction.atomic
def erase(*, subscriber_id: int, proof: Proof, now: datetime) -> bool:
    """Forget one reader: end what he gets, empty his row and every other; False if there is none.

    The empty row stays, so that counts stay true and links in old mails still lead somewhere. So
    does the keyed hash of an address that must not be mailed.
    """
    # Whoever else is about to write for this reader holds the same lock, and looks again.
    reader = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if reader is None or reader.erased_at:
        return False
    person = _person(reader)
    subscriptions.leave_all(subscriber_id=reader.pk, proof=proof, now=now, reason=ERASED)
    # Or an old file would bring him back. Only his own button does.
    suppression.suppress(
        address_hashes=[reader.address_hash],
        reason=Suppression.Reason.ERASED,
        detail="",
        now=now,
        proof=proof,
    )
    _forget(reader, person, proof, now)
    for part in privacy_parts().values():
        part.erase(person)
    return True


@transaction.atomic
def erase_on_request(
    *, subscriber_id: int, by: AbstractUser | None, proof: Proof, now: datetime
) -> bool:
    """Erase a reader who asked staff for it: also in the record of what staff did."""
    erased = erase(subscriber_id=subscriber_id, proof=proof, now=now)
    if erased:
        _record(StaffAct.Act.ERASED, subscriber_id, by, now)
    return erased


@transaction.atomic
def forget_unconfirmed(*, subscriber_id: int, asked_before: datetime, now: datetime) -> bool:
    """Forget somebody who was asked to confirm long ago and never did; False if he did after all.

    Who once got something keeps his row; what he asked for again and never confirmed ends.
    """
    readers = Subscriber.objects.select_for_update().filter(erased_at__isnull=True)
    reader = readers.filter(pk=subscriber_id).first()
    pending = waiting.unconfirmed(asked_before=asked_before)
    if reader is None or not pending.filter(subscriber=reader).exists():
        return False
    proof = Proof(method="retention")
    subscriptions.lapse(subscriber_id=reader.pk, asked_before=asked_before, proof=proof, now=now)
    others = Subscription.objects.filter(subscriber=reader)
    if not others.filter(Q(confirmed_at__isnull=False) | Q(state=State.PENDING)).exists():
        _forget(reader, Person(reader.pk), proof, now)
    return True


def empty_late(*, now: datetime) -> None:
    """Empty what was on its way when somebody was erased: it is written down after it."""
    holdings.empty_late(since=now - _UNDER_WAY)


def _forget(reader: Subscriber, person: Person, proof: Proof, now: datetime) -> None:
    Subscriber.objects.filter(pk=reader.pk).update(
        **identity.NOTHING, name="", language="", time_zone="", erased_at=now
    )
    holdings.empty(person, now=now)
    ledger.record(act=Consent.Act.ERASED, proof=proof, now=now, subscriber_ids=[reader.pk])


def _record(act: StaffAct.Act, subscriber_id: int, by: AbstractUser | None, now: datetime) -> None:
    reader = Subscriber(pk=subscriber_id)
    acts.record(act=act, by=by, about=f"reader {subscriber_id}", target=reader, now=now)


def _person(reader: Subscriber) -> Person:
    spellings = addresses.spellings(reader.address) if reader.address else frozenset()
    return Person(reader.pk, tuple(sorted(spellings)), reader.address_hash)
