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
    template = _template(mailing, now)
    stored_token = column_value(OutboxMail, "token", token)
    stored_now = column_value(OutboxMail, "created_at", now)
    rows = [
        (
            template.pk,
            recipient.address,
            json.dumps({**recipient.values, "message_id": recipient.message_id}),
            mailing.source,
            stored_token,
            recipient.subscriber_id,
            stored_now,
        )
        for recipient in recipients
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {OutboxMail._meta.db_table}"  # noqa: S608, SLF001  (no outside text)
            ' (template_id, address, "values", source, token, subscriber_id, created_at)'
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            rows,
        )


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
