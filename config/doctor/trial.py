"""`--to`: one real mail through each provider, and what is said of it, at once and later.

It takes the way of a confirmation mail: the same MIME, the same calls, the headers by which mail
clients offer to unsubscribe. It stands in no queue, and counts for no reader and no limit.
"""

import time
from collections.abc import Iterator
from email.utils import parseaddr
from uuid import uuid4

from django.conf import settings

from config.doctor.findings import failed, ok, warning
from config.publisher import publisher
from config.watching.readiness import Check
from newsletter.tracking import trials, webhooks
from subscribers import links, notices
from subscribers.clock import machine_now
from subscribers.mailing import single
from subscribers.mailing.answers import Answer, Kind
from subscribers.mailing.messages import Mailing, Recipient
from subscribers.mailing.providers import Provider, in_order
from subscribers.models import Newsletter

# For the provider's answer; connecting and handing over end before that.
SECONDS = 60.0
SUBJECT = "It arrived: a test of your newsletter service"
# What providers say at last.
GOOD = {"delivered", "sent"}
OPEN = {"deferred", "sent"}
HINTS = {
    Kind.ACCOUNT: "Look at the account and its key: is the sender's domain confirmed there?",
    Kind.THROTTLED: "Ask again in some minutes; the account may have a limit.",
    Kind.REFUSED: "The words are the provider's: look at sender, domain and this address there.",
    Kind.UNKNOWN: "Look into the mailbox, and ask again: it may have arrived.",
}


def look(*, to: str, seconds: float, is_known: bool) -> Iterator[Check]:
    """Send to `to` by each provider in turn; wait up to `seconds` for what they report.

    `is_known`: the database answers, so that the first newsletter can be the sender.
    """
    sender = _sender(is_known=is_known)
    sent = []
    for provider in in_order():
        token = uuid4()
        source = trials.source(token=token)
        answer = single.send(
            provider=provider,
            mailing=_mailing(provider, sender, source),
            recipient=Recipient(
                subscriber_id=None,
                address=to,
                message_id=f"<{token.hex}@{sender[1].rpartition('@')[2]}>",
            ),
            token=token,
            now=machine_now(),
        )
        yield _at_once(provider, answer)
        if answer.kind is Kind.ACCEPTED and webhooks.is_ours(provider.name):
            sent.append((provider, source))
    begun = time.monotonic()
    for provider, source in sent:
        yield _later(provider, source, begun=begun, seconds=seconds)


def _sender(*, is_known: bool) -> tuple[str, str]:
    """Name and address: those of the first newsletter."""
    first = Newsletter.objects.order_by("position", "pk").first() if is_known else None
    if first is not None:
        return first.from_name, first.from_address
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return name or publisher().name, address


def _mailing(provider: Provider, sender: tuple[str, str], source: str) -> Mailing:
    html, text = notices.draw(
        template="trial", subject=SUBJECT, context={"provider": provider.name}
    )
    return Mailing(
        subject=SUBJECT,
        html=html,
        text=text,
        from_name=sender[0],
        from_address=sender[1],
        headers={
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{links.nobodys_unsubscribe_url()}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        source=source,
    )


def _at_once(provider: Provider, answer: Answer) -> Check:
    name = f"mail by {provider.name}"
    if answer.kind is Kind.ACCEPTED:
        return ok(name, f"accepted: {answer.detail}".rstrip(": "))
    return failed(
        name,
        f"{answer.kind.replace('_', ' ')}: {answer.detail}",
        HINTS.get(answer.kind, "Mend what is said of this provider above, and ask again."),
    )


def _later(provider: Provider, source: str, *, begun: float, seconds: float) -> Check:
    name = f"report of {provider.name}"
    reported = trials.reported(source=source)
    while (reported is None or reported[0] in OPEN) and time.monotonic() < begun + seconds:
        time.sleep(0.5)
        reported = trials.reported(source=source)
    if reported is None:
        return warning(
            name,
            f"nothing yet, after {time.monotonic() - begun:.0f} s",
            "Look into the mailbox. If the mail is there, look whether the provider's webhook leads"
            " to SITE_URL (docs/what-comes-back.md); --wait SECONDS waits longer.",
        )
    word, detail = reported
    told = f"{word}: {detail}".rstrip(": ")
    if word in GOOD:
        return ok(name, told)
    if word in OPEN:
        return warning(name, told, "The mailbox's server asked for patience; wait for it.")
    return failed(name, told, "The words are those of the mailbox's server, or the provider's.")
