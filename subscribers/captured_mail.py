"""Reading the outbox: what was captured, and each mail as its reader would have got it.

`mailing.outbox` writes these rows; here they are only read. A mail is put together when somebody
looks at it: its template's text with this reader's values filled in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from django.conf import settings

from subscribers.mailing import mime
from subscribers.mailing.messages import Mailing, Recipient, fill
from subscribers.models import Notice, OutboxMail

PAGE_SIZE = 50
WORDS = {"digest": "digest", "notice": "notice", "test": "test of digest"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. `source` is "digest:12", `source_words` the same for people."""

    id: int
    address: str
    subject: str
    source: str
    source_words: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Newest first. `older` is the id to ask the next page with, None on the last."""

    rows: list[Row]
    older: int | None


@dataclass(frozen=True, slots=True)
class CapturedMail:
    """One mail with every placeholder filled in; `message` is what travels, both parts in it."""

    row: Row
    html: str
    text: str
    message: EmailMessage

    def header(self, name: str) -> str:
        """The value of a header, "" when the mail does not have it."""
        return str(self.message.get(name, ""))

    def headers(self) -> list[tuple[str, str]]:
        """Every header's name and value, in the order they travel."""
        return [(name, str(value)) for name, value in self.message.items()]


def newest(*, address: str = "", source: str = "", before: int | None = None) -> Page:
    """A page of captured mails whose address begins with `address`, older than id `before`.

    Pages by id and never by offset, so it costs the same on the last page as on the first.
    """
    mails = OutboxMail.objects.select_related("template").only(
        "address", "source", "values", "created_at", "template__subject"
    )
    if address:
        mails = mails.filter(address__istartswith=address)
    if source:
        mails = mails.filter(source=source)
    if before is not None:
        mails = mails.filter(id__lt=before)
    found = list(mails.order_by("-id")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    return Page(rows=_rows(shown), older=shown[-1].pk if len(found) > PAGE_SIZE else None)


def read(*, mail_id: int) -> CapturedMail:
    """The mail as its reader would have got it; raises `OutboxMail.DoesNotExist`."""
    mail = OutboxMail.objects.select_related("template").get(pk=mail_id)
    template = mail.template
    return CapturedMail(
        row=_rows([mail])[0],
        html=fill(template.html, mail.values),
        text=fill(template.text, mail.values),
        message=_message(mail),
    )


def one_click_url(mail: CapturedMail) -> str:
    """Where a mail client posts to when the reader presses its unsubscribe button.

    "" unless the mail offers it (RFC 8058 section 3.1) with an address on this site: the page
    that shows the mail posts nowhere else.
    """
    if mail.header("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click":
        return ""
    links = mail.header("List-Unsubscribe").split(",")
    ours = (link.strip(" <>") for link in links)
    return next((link for link in ours if link.startswith(settings.SITE_URL + "/")), "")


def source_in_words(source: str) -> str:
    """What mails of `source` ("digest:12") came from, for people ("digest 12")."""
    return _notice_kinds([source]).get(source) or _in_words(source)


def _message(mail: OutboxMail) -> EmailMessage:
    """The message that an SMTP relay would have been given, dated when it was captured."""
    template = mail.template
    headers = dict(template.headers)
    from_name, from_address = parseaddr(headers.pop("From", settings.DEFAULT_FROM_EMAIL))
    mailing = Mailing(
        subject=template.subject,
        html=template.html,
        text=template.text,
        from_name=from_name,
        from_address=from_address,
        reply_to=headers.pop("Reply-To", ""),
        headers=headers,
    )
    recipient = Recipient(
        subscriber_id=mail.subscriber_id,
        address=mail.address,
        message_id=mail.values.get("message_id", ""),
        values=mail.values,
    )
    message = mime.build(mailing=mailing, recipient=recipient)
    message.replace_header("Date", format_datetime(mail.created_at))
    return message


def _rows(mails: Iterable[OutboxMail]) -> list[Row]:
    mails = list(mails)
    kinds = _notice_kinds(mail.source for mail in mails)
    return [
        Row(
            id=mail.pk,
            address=mail.address,
            subject=fill(mail.template.subject, mail.values),
            source=mail.source,
            source_words=kinds.get(mail.source) or _in_words(mail.source),
            created_at=mail.created_at,
        )
        for mail in mails
    ]


def _in_words(source: str) -> str:
    kind, _, number = source.partition(":")
    return f"{WORDS.get(kind, kind)} {number}".strip()


def _notice_kinds(sources: Iterable[str]) -> dict[str, str]:
    """What each notice among `sources` is, by source."""
    split = (source.partition(":") for source in sources)
    ids = {
        int(number)
        for kind, _, number in split
        # No longer than a key of the database can be.
        if kind == "notice" and number.isdecimal() and len(number) < 19
    }
    if not ids:
        return {}
    notices = Notice.objects.filter(pk__in=ids).only("kind")
    return {f"notice:{notice.pk}": notice.get_kind_display() for notice in notices}
