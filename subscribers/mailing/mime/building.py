"""A mail as a message object, for one recipient, built with the standard library."""

from email.message import EmailMessage
from email.utils import format_datetime

from django.utils import timezone

from subscribers.mailing.messages import Mailing, Recipient, fill
from subscribers.mailing.mime.addresses import mailbox, on_the_wire
from subscribers.mailing.mime.policy import POLICY, one_line


def build(*, mailing: Mailing, recipient: Recipient) -> EmailMessage:
    """The mail with every placeholder filled in: text first, HTML as the better alternative."""
    values = recipient.values
    message = EmailMessage(policy=POLICY)
    message["From"] = mailbox(mailing.from_name, on_the_wire(mailing.from_address))
    message["To"] = mailbox("", on_the_wire(recipient.address))
    message["Subject"] = one_line(fill(mailing.subject, values))
    message["Date"] = format_datetime(timezone.now())
    message["Message-ID"] = recipient.message_id
    if mailing.reply_to:
        message["Reply-To"] = mailing.reply_to
    for name, value in mailing.headers.items():
        if name.lower() != "message-id":
            message[name] = one_line(fill(value, values))
    message.set_content(fill(mailing.text, values), cte="quoted-printable")
    message.add_alternative(fill(mailing.html, values), subtype="html", cte="quoted-printable")
    return message
