"""The outbox provider: keeps what a real provider would have received, for looking at.

What the mails of one revision share is stored once, each mail as the values of its reader. It
writes apart from the sender's bookkeeping, as a provider would, so that the two can be compared.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from subscribers.database import LOST, column_value
from subscribers.mailing.answers import Answer, Kind
from subscribers.mailing.messages import Mailing, Recipient
from subscribers.models import OutboxMail, OutboxTemplate

KEPT = 20_000

# One statement for however many mails: their differences go over as one JSON array.
_INSERT = (
    "INSERT INTO subscribers_outboxmail"
    ' (template_id, source, token, created_at, address, "values", subscriber_id)'
    " SELECT %s, %s, %s, %s, mail.address, mail.given, mail.subscriber_id FROM ({rows}) mail"
)
_ROWS = {
    "postgresql": (
        "SELECT item->>0 AS address, item->1 AS given, (item->>2)::bigint AS subscriber_id"
        " FROM jsonb_array_elements(%s::jsonb) AS item"
    ),
    "sqlite": (
        "SELECT json_extract(value, '$[0]') AS address, json_extract(value, '$[1]') AS given,"
        " json_extract(value, '$[2]') AS subscriber_id FROM json_each(%s)"
    ),
}


def record(
    *, mailing: Mailing, recipients: Sequence[Recipient], token: UUID, now: datetime
) -> Answer:
    """Accept a mailing for its recipients: three statements, however many they are.

    Answers as a provider does when its own database goes away; the sender's may be another.
    """
    written = False
    try:
        with transaction.atomic():
            _write(mailing, recipients, token, now)
            written = True
    except LOST as error:
        # Lost in the commit itself nobody knows whether it was kept.
        kind = Kind.UNKNOWN if written else Kind.NOT_SENT
        return Answer(kind=kind, detail=str(error)[:300])
    return Answer(kind=Kind.ACCEPTED, detail=f"{len(recipients)} kept in the outbox")


def _write(mailing: Mailing, recipients: Sequence[Recipient], token: UUID, now: datetime) -> None:
    rows = [
        [one.address, {**one.values, "message_id": one.message_id}, one.subscriber_id]
        for one in recipients
    ]
    shared = [
        _template(mailing, now).pk,
        mailing.source,
        column_value(OutboxMail, "token", token),
        column_value(OutboxMail, "created_at", now),
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT.format(rows=_ROWS[connection.vendor]), [*shared, json.dumps(rows)])


def remembers(*, since: datetime | None) -> bool:
    """Whether every mail that was taken from `since` on is still kept."""
    kept = OutboxMail.objects.order_by("pk").values_list("pk", "created_at")
    oldest, newest = kept.first(), kept.last()
    if oldest is None or newest is None or newest[0] - oldest[0] < KEPT // 2:
        # Never so full that anything was forgotten; half, for ids that a rollback left out.
        return True
    return since is not None and oldest[1] < since


def prune() -> int:
    """Forget all but the newest mails, and templates that none uses; the number forgotten."""
    newest = OutboxMail.objects.order_by("-pk").values_list("pk", flat=True).first()
    if newest is None:
        return 0
    forgotten, _ = OutboxMail.objects.filter(pk__lte=newest - KEPT).delete()
    if forgotten:
        OutboxTemplate.objects.filter(mails__isnull=True).delete()
    return forgotten


def _template(mailing: Mailing, now: datetime) -> OutboxTemplate:
    headers = {
        "From": f'"{mailing.from_name}" <{mailing.from_address}>',
        **({"Reply-To": mailing.reply_to} if mailing.reply_to else {}),
        **mailing.headers,
    }
    content = [mailing.subject, mailing.html, mailing.text, headers]
    key = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    template, _ = OutboxTemplate.objects.get_or_create(
        key=key,
        defaults={
            "subject": mailing.subject,
            "html": mailing.html,
            "text": mailing.text,
            "headers": headers,
            "created_at": now,
        },
    )
    return template
