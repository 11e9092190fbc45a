"""One mail to one person through the current provider."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from subscribers.mailing import mime, outbox, smtp
from subscribers.mailing.answers import Answer, Failure, Kind
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
        letter = smtp.Letter(mail=mime.compile_mail(mailing), recipient=recipient)
    except ValueError as error:
        # The sender is no address: asking again will not help.
        return Answer(kind=Kind.REFUSED, detail=scrub(str(error)))
    with smtp.connected(seconds=smtp.MOST_SECONDS) as exchange:
        if exchange.error is None:
            exchange.add([letter])
            exchange.run(until=lambda: letter.is_answered)
        return _of_letter(letter, exchange.error)


def _of_letter(letter: smtp.Letter, error: Answer | None) -> Answer:
    failure = letter.failure or Failure(reason="")
    if letter.fate is smtp.Fate.ACCEPTED:
        return Answer(kind=Kind.ACCEPTED)
    if letter.fate is smtp.Fate.FAILED:
        return Answer(kind=Kind.REFUSED, detail=failure.detail or failure.reason)
    if letter.fate is smtp.Fate.RETRY:
        return Answer(kind=Kind.NOT_ACCEPTED, detail=failure.detail)
    return error or Answer(kind=Kind.NOT_SENT, detail="The relay did not take it in time.")
