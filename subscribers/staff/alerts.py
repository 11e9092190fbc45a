"""Telling staff: a mail to each address and one call of their webhook, as rows of the transaction.

Both leave by themselves once it has committed; neither can be lost, and neither holds it up.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings

from subscribers import notice_queue
from subscribers.mailing.errors import ADDRESS
from subscribers.models import Notice, StaffCall

# Chats take these for a call to everybody, or for the beginning of a link.
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "@\N{WORD JOINER}"})


def tell(
    *,
    event: str,
    subject: str,
    message: str,
    url: str,
    addresses: Iterable[str],
    now: datetime,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Queue it for each address once, and for STAFF_WEBHOOK_URL where that is set.

    `event` is a word for programs, `facts` what else they may want to know.
    """
    context = {"about": event, "subject": subject, "message": message, "url": url}
    for address in dict.fromkeys(addresses):
        notice_queue.add(
            kind=Notice.Kind.STAFF_ALERT, staff_address=address, context=context, now=now
        )
    if settings.STAFF_WEBHOOK_URL:
        _add_call({**context, "event": event, **(facts or {})}, now)


def in_chat(*, subject: str, message: str, url: str) -> str:
    """The words for a chat: what staff wrote in a headline must not call the whole room."""
    return "\n".join([f"{subject}\n{message}".translate(_ESCAPES), url]).strip()


def _add_call(said: dict[str, Any], now: datetime) -> None:
    call_id = uuid4()
    # A chat is no place for a reader's address.
    words = {name: ADDRESS.sub("[address]", said[name]) for name in ("subject", "message")}
    body = {
        "text": in_chat(**words, url=said["url"]),
        "id": str(call_id),
        "at": now.isoformat(),
        **{name: value for name, value in said.items() if name != "about"},
        **words,
    }
    StaffCall.objects.create(pk=call_id, body=body, not_before=now, created_at=now)
