"""What the tables of this app and of the desk hold about one person, and how each is emptied."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Q

from subscribers.extensions import Person
from subscribers.models import (
    AddressChange,
    Consent,
    FreshLink,
    LeavingWords,
    Notice,
    OutboxMail,
    OutboxTemplate,
    Subscriber,
    Subscription,
    Suppression,
)

State = Notice.State

# Stands where the address was, in rows that are counted and so must stay (RFC 2606 section 2).
ERASED = "erased@reader.invalid"
_ERASED_NOTICE = "The reader was erased."


def held(person: Person) -> dict[str, Any]:
    """Everything on record, by subject; nothing is written."""
    mine = {"subscriber_id": person.subscriber_id}
    subscriptions = Subscription.objects.filter(**mine).order_by("pk")
    consents = Consent.objects.filter(**mine).order_by("pk")
    notices = Notice.objects.filter(_of_person("staff_address", person)).order_by("pk")
    captured = OutboxMail.objects.filter(_of_person("address", person)).order_by("pk")
    return {
        "subscriptions": _rows(
            subscriptions,
            *("newsletter", "state", "reason", "page", "paused_until", "frequency", "own_time"),
            *("created_at", "confirmed_at", "ended_at"),
        ),
        "consents": _rows(
            consents,
            *("at", "act", "newsletter", "method", "page", "wording", "detail", "network"),
        ),
        "changes_of_address": _rows(
            # Not what was only asked for: how it is kept tells whether that address is a reader's.
            AddressChange.objects.filter(**mine, confirmed_at__isnull=False).order_by("pk"),
            *("created_at", "confirmed_at"),
        ),
        "why_you_left": _rows(
            LeavingWords.objects.filter(**mine).order_by("pk"), "at", "newsletter", "words"
        ),
        "mails_to_you_alone": _rows(notices, "kind", "state", "created_at", "finished_at"),
        "not_mailed_because": list(
            Suppression.objects.filter(address_hash=person.address_hash).values(
                "reason", "detail", "created_at"
            )
        )
        if person.address_hash
        else [],
        "captured_mails": _rows(captured, "source", "values", "created_at"),
        "done_at_the_desk": [
            {"at": entry.action_time, "what": entry.get_change_message()}
            for entry in _log(person).order_by("pk")
        ],
    }


def empty(person: Person, *, now: datetime) -> None:
    """Take the person out of every row; may be done twice.

    Without spellings of the address only what leads to the reader by his number is looked for.
    """
    _empty_notices(person, now)
    AddressChange.objects.filter(_to_or_from(person)).update(new_address="", old_address="")
    FreshLink.objects.filter(subscriber_id=person.subscriber_id).delete()
    LeavingWords.objects.filter(subscriber_id=person.subscriber_id).delete()
    empty_captured(_of_person("address", person) | _named_in_mail(person))
    _empty_log(person)
    if person.spellings:
        _end_sessions(person)


def empty_late(*, since: datetime) -> None:
    """Empty what was written for readers erased after `since`: it was on its way then."""
    erased = Subscriber.objects.filter(erased_at__gt=since)
    Notice.objects.filter(subscriber__in=erased).exclude(context={}).update(context={})
    empty_captured(Q(subscriber_id__in=erased.values("pk")))


def empty_captured(which: Q) -> int:
    """Empty captured mails; of how many. Of a digest's the row stays, for it is counted."""
    mails = OutboxMail.objects.filter(which).exclude(address=ERASED)
    of_digests = Q(source__startswith="digest:")
    counted = list(mails.filter(of_digests).only("pk", "values"))
    for mail in counted:
        # Each placeholder keeps a value, so that the mail can still be shown.
        kept = {key: one if key == "message_id" else "" for key, one in mail.values.items()}
        OutboxMail.objects.filter(pk=mail.pk).update(address=ERASED, values=kept)
    others, _ = mails.exclude(of_digests).delete()
    if others:
        # The words of such a mail are stored as its template, and name whom they are for.
        OutboxTemplate.objects.filter(mails__isnull=True).delete()
    return len(counted) + others


def _empty_notices(person: Person, now: datetime) -> None:
    his = Notice.objects.filter(_of_person("staff_address", person) | _named_in_context(person))
    his.filter(state__in=[State.PENDING, State.CLAIMED]).update(
        state=State.FAILED, answer=_ERASED_NOTICE, finished_at=now, lease_until=None
    )
    his.update(context={}, staff_address="")


def _named_in_context(person: Person) -> Q:
    """Mails to staff that speak of him."""
    named = Q(pk__in=[])
    for one in person.spellings:
        named |= Q(kind__in=[Notice.Kind.STAFF_ALERT, Notice.Kind.TEST], context__icontains=one)
    return named


def _named_in_mail(person: Person) -> Q:
    """Other mails than digests, whose words belong to one person."""
    named = Q(pk__in=[])
    for one in person.spellings:
        named |= Q(template__text__icontains=one) | Q(template__html__icontains=one)
    return named & ~Q(source__startswith="digest:")


def _of_person(column: str, person: Person) -> Q:
    return Q(subscriber_id=person.subscriber_id) | Q(**{f"{column}__in": person.spellings})


def _to_or_from(person: Person) -> Q:
    """Also of others, who asked to be mailed at his address."""
    mine = Q(subscriber_id=person.subscriber_id)
    return mine | Q(new_hash=person.address_hash) if person.address_hash else mine


def _log(person: Person) -> Any:
    kind = ContentType.objects.get_for_model(Subscriber)
    return LogEntry.objects.filter(content_type=kind, object_id=str(person.subscriber_id))


def _empty_log(person: Person) -> None:
    """What staff did stays in the log; whose it was is only the number."""
    _log(person).update(object_repr=f"erased reader {person.subscriber_id}")
    for one in person.spellings:
        named = Q(object_repr__icontains=one) | Q(change_message__icontains=one)
        for entry in LogEntry.objects.filter(named):
            entry.object_repr = _without(entry.object_repr, person)
            entry.change_message = _without(entry.change_message, person)
            entry.save(update_fields=["object_repr", "change_message"])


def _end_sessions(person: Person) -> None:
    """A message to staff may wait there ("Done. anna@... gets no more ..."). They log in again."""
    for session in Session.objects.iterator():
        if _names(json.dumps(session.get_decoded()), person.spellings):
            session.delete()


def _names(words: str, spellings: Iterable[str]) -> bool:
    return any(one.lower() in words.lower() for one in spellings)


def _without(words: str, person: Person) -> str:
    for one in person.spellings:
        while (at := words.lower().find(one.lower())) >= 0:
            words = f"{words[:at]}[erased]{words[at + len(one) :]}"
    return words


def _rows(query: Any, *columns: str) -> list[dict[str, Any]]:
    """As dictionaries; a newsletter by its name."""
    names = {"newsletter": "newsletter__name"}
    rows = query.values_list(*(names.get(one, one) for one in columns))
    return [dict(zip(columns, row, strict=True)) for row in rows]
