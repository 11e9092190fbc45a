"""One call to a provider's API for many readers: the mail once, each reader's values beside it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from anymail.exceptions import AnymailError
from django.core.mail import EmailMultiAlternatives, get_connection

from subscribers.mailing.answers import Answer, Kind
from subscribers.mailing.errors import from_http, scrub
from subscribers.mailing.messages import PLACEHOLDER, Mailing, Recipient, fill
from subscribers.mailing.mime import mailbox, one_line
from subscribers.mailing.providers import Provider

# Seconds to connect, and for the whole answer.
TIMEOUT = (5, 20)
# The provider's substitution tags are our placeholders as they stand.
MERGE_FIELD_FORMAT = "@@{}@@"


def send(
    *, provider: Provider, mailing: Mailing, recipients: Sequence[Recipient], token: UUID
) -> Answer:
    """Hand the mailing over in one call; never raises for what a provider can answer.

    Metadata with each mail: `source`, `token` and `subscriber`, for matching what comes back.
    """
    connection = get_connection(provider.backend, timeout=TIMEOUT)
    try:
        message = _message(mailing=mailing, recipients=recipients, token=token)
    except ValueError as error:
        # The sender, for instance, is no address: nothing left, and asking again will not help.
        return Answer(kind=Kind.REFUSED, detail=scrub(str(error)))
    message.connection = connection
    try:
        message.send()
    except AnymailError as error:
        return from_http(error, provider=provider)
    return Answer(kind=Kind.ACCEPTED)


def _message(
    *, mailing: Mailing, recipients: Sequence[Recipient], token: UUID
) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=mailing.subject,
        body=mailing.text,
        from_email=str(mailbox(mailing.from_name, mailing.from_address)),
        to=[recipient.address for recipient in recipients],
        reply_to=[mailing.reply_to] if mailing.reply_to else None,
        headers={
            name: value for name, value in mailing.headers.items() if not PLACEHOLDER.search(value)
        },
    )
    message.attach_alternative(mailing.html, "text/html")
    options: dict[str, Any] = {
        "merge_data": {r.address: dict(r.values) for r in recipients},
        "merge_headers": {r.address: _personal_headers(mailing, r) for r in recipients},
        "merge_metadata": {
            r.address: {
                "source": mailing.source,
                "token": str(token),
                "subscriber": str(r.subscriber_id or ""),
            }
            for r in recipients
        },
        # The publisher counts for itself; a provider's own pixel and links stay out.
        "track_opens": False,
        "track_clicks": False,
        "esp_extra": {"merge_field_format": MERGE_FIELD_FORMAT},
    }
    for name, value in options.items():
        setattr(message, name, value)
    return message


def _personal_headers(mailing: Mailing, recipient: Recipient) -> dict[str, str]:
    headers = {
        name: one_line(fill(value, recipient.values))
        for name, value in mailing.headers.items()
        if PLACEHOLDER.search(value)
    }
    headers["Message-ID"] = recipient.message_id
    return headers
