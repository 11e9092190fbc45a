"""A mail as bytes, for one recipient, built with the standard library."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime

from django.utils import timezone

from subscribers.mailing.messages import Mailing, Recipient, fill

# RFC 5322 section 2.1.1.
LONGEST_LINE = 998


class WholeHeaders(EmailPolicy):
    """SMTP's rules, with plain headers on one line.

    The standard library folds a header of one long word, such as the link in List-Unsubscribe, by
    encoding it, which RFC 2047 section 5 forbids there and mail clients do not read.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        line = f"{name}: {value}"
        if line.isascii() and len(line) <= LONGEST_LINE:
            return line.encode("ascii") + b"\r\n"
        return super().fold_binary(name, value)


# 76: what a quoted-printable line may have (RFC 2045 section 6.7); the library's own is 78.
POLICY = WholeHeaders(linesep="\r\n", max_line_length=76)


def build(*, mailing: Mailing, recipient: Recipient) -> EmailMessage:
    """The mail with every placeholder filled in: text first, HTML as the better alternative."""
    values = recipient.values
    message = EmailMessage(policy=POLICY)
    message["From"] = mailbox(mailing.from_name, mailing.from_address)
    message["To"] = mailbox("", recipient.address)
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


def one_line(value: str) -> str:
    """A header value that cannot start another header."""
    return " ".join(value.split())


def is_writable(address: str) -> bool:
    """Whether an address can stand in a header and in an envelope without SMTPUTF8."""
    try:
        return mailbox("", address).addr_spec.isascii()
    except ValueError:
        return False


def mailbox(name: str, address: str) -> Address:
    """An address as the From and To headers take it."""
    return Address(display_name=one_line(name), addr_spec=address)
