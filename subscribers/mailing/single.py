"""One mail to one person through the current provider."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from subscribers.mailing import mime, outbox, smtp
from subscribers.mailing.answers import Answer, Kind
from subscribers.mailing.api import calls
from subscribers.mailing.errors import scrub
from subscribers.mailing.messages import Mailing, Recipient
from subscribers.mailing.providers import Provider, Shape


def send(
    *, provider: Provider, mailing: Mailing, recipient: Recipient, token: UUID, now: datetime
) -> Answer:
    """Hand over one mail; a refused recipient is REFUSED or, for now, NOT_ACCEPTED."""
    if provider.shape is Shape.OUTBOX:
        return outbox.record(mailing=mailing, recipients=[recipient], token=token, now=now)
    if provider.shape is Shape.SMTP:
        return _send_by_smtp(mailing=mailing, recipient=recipient)
    answer = calls.send(
        provider=provider, mailing=mailing, recipients=[recipient], token=token, alone=True
    )
    # He is the only one, so what is said of him is said of the call.
    if answer.failed:
        return replace(answer, kind=Kind.REFUSED)
    return replace(answer, kind=Kind.NOT_ACCEPTED) if answer.retry else answer


def _send_by_smtp(*, mailing: Mailing, recipient: Recipient) -> Answer:
    try:
        message = mime.build(mailing=mailing, recipient=recipient).as_bytes()
    except ValueError as error:
        # An address that cannot stand in a header: asking again will not help.
        return Answer(kind=Kind.REFUSED, detail=scrub(str(error)))
    try:
        with smtp.Connection() as connection:
            refused = connection.send(
                sender=mailing.from_address, recipient=recipient.address, message=message
            )
    except smtp.CallError as error:
        return error.answer
    if refused is None:
        return Answer(kind=Kind.ACCEPTED)
    kind = Kind.NOT_ACCEPTED if refused.again else Kind.REFUSED
    return Answer(kind=kind, detail=refused.failure.detail)
