"""What a reader finds in his mailbox: the mails that were queued for him, sent to the outbox."""

import re

from subscribers import notice_sending
from subscribers.captured_mail import read
from subscribers.models import Notice, OutboxMail


def newest(kind: str):
    """Send what is due; the newest mail of a kind, as the outbox caught it."""
    notice_sending.send_due()
    notice = Notice.objects.filter(kind=kind).order_by("-pk").first()
    assert notice is not None, f"no mail of kind {kind}"
    return read(mail_id=OutboxMail.objects.get(source=f"notice:{notice.pk}").pk)


def link(kind: str, place: str) -> str:
    """The path of the first link to `place` ("your-data") in the newest mail of a kind."""
    found = re.search(rf"https?://[^/\s]+(/{place}/[^\s\"<]+)", newest(kind).text)
    assert found is not None
    return found[1]
