"""Notices: mails to one person, made when a worker sends what `notice_queue` holds."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import parseaddr
from typing import Any

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from config.publisher import publisher
from subscribers import addresses, audience, languages, links, subscriptions, suppression, tokens
from subscribers.account import mails
from subscribers.extensions import Rhythm, registered
from subscribers.mailing.messages import Mailing, Recipient, defuse
from subscribers.models import Newsletter, Notice, Subscriber, Subscription
from subscribers.moments import moment_in_words, zone_of
from subscribers.naming import listed

Kind = Notice.Kind
# And that an address was changed, which the old mailbox must hear of.
_WAYS_BACK = {Kind.CONFIRMATION, Kind.FRESH_LINK, Kind.NEW_ADDRESS, Kind.ADDRESS_CHANGED}

_inliner = css_inline.CSSInliner(
    keep_style_tags=True, keep_at_rules=True, load_remote_stylesheets=False
)


class NothingToSend(Exception):
    """The notice has become pointless since it was queued; its text says why, for staff."""


@dataclass(frozen=True, slots=True)
class _Words:
    """What one kind of notice says: its subject, template and what the template needs."""

    subject: str
    template: str
    context: dict[str, Any]
    from_name: str
    from_address: str
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def compose(*, notice: Notice, now: datetime) -> tuple[Mailing, Recipient]:
    """The mail of a notice and whom it goes to; raises NothingToSend.

    Made from the notice's own time, so that sending it again carries the same link and id.
    """
    address = _address(notice)
    _refuse_suppressed(notice, address)
    if notice.kind == Kind.TEST:
        mailing = _test_mailing(notice)
    else:
        with translation.override(languages.of_reader(notice.subscriber)):
            mailing = _mailing(notice, _words(notice, now))
    domain = mailing.from_address.rpartition("@")[2]
    return mailing, Recipient(
        subscriber_id=notice.subscriber_id,
        address=address,
        message_id=_message_id(notice, domain),
        values={},
    )


def _address(notice: Notice) -> str:
    reader = notice.subscriber
    if mails.goes_elsewhere(notice=notice):
        address = mails.address(notice=notice)
    else:
        address = (reader.address or "") if reader else notice.staff_address
    if not address:
        raise NothingToSend("There is no address any more.")
    return address


def _refuse_suppressed(notice: Notice, address: str) -> None:
    """Looked at when it is sent: a mailbox may have died, or its owner complained, since.

    Where mail bounced or was called spam only `_WAYS_BACK` go: what its owner asks for himself, as
    seldom as those say who queue it. Staff are told of trouble in any case.
    """
    if notice.kind == Kind.STAFF_ALERT:
        return
    key = _key(address)
    stops = suppression.is_forbidden if notice.kind in _WAYS_BACK else suppression.is_suppressed
    if stops(hashed=suppression.address_hash(key), domain=addresses.domain_of(key)):
        raise NothingToSend("This address is not mailed any more.")


def _key(address: str) -> str:
    try:
        return addresses.normalise(address)
    except addresses.AddressError:
        # One of before a rule that is in force now.
        return address.lower()


def _test_mailing(notice: Notice) -> Mailing:
    make = registered().test_mailing
    if make is None:
        raise NothingToSend("Nothing here makes test mails.")
    return make(notice)


def _words(notice: Notice, now: datetime) -> _Words:
    if notice.kind == Kind.STAFF_ALERT:
        return _staff_alert(notice)
    subscriber = notice.subscriber
    if subscriber is None:
        raise NothingToSend("The reader is gone.")
    if notice.kind == Kind.WELCOME:
        return _welcome(notice, subscriber, now)
    if notice.kind == Kind.CONFIRMATION:
        return _confirmation(notice, subscriber, now)
    if notice.kind in mails.KINDS:
        return _account(notice, subscriber)
    return _already(notice, subscriber)


def _confirmation(notice: Notice, subscriber: Subscriber, now: datetime) -> _Words:
    waiting = subscriptions.confirmable(subscriber_id=subscriber.pk, issued_at=notice.created_at)
    newsletters = [subscription.newsletter for subscription in waiting]
    if not newsletters:
        raise NothingToSend("Nothing waits for confirmation any more.")
    names = listed([newsletter.name for newsletter in newsletters])
    context = {
        "names": names,
        "first_comes": first_comes(reader=subscriber, newsletters=newsletters, now=now),
        "url": links.confirm_url(subscriber_id=subscriber.pk, issued_at=notice.created_at),
        "days": tokens.CONFIRM_LIFE.days,
    }
    subject = gettext("Please confirm: %(names)s") % {"names": names}
    return _to_reader(subject, "confirmation", context, newsletters)


def _already(notice: Notice, subscriber: Subscriber) -> _Words:
    newsletters = list(Newsletter.objects.filter(pk__in=notice.context.get("newsletter_ids", [])))
    if not newsletters:
        raise NothingToSend("The newsletters it speaks of are gone.")
    names = listed([newsletter.name for newsletter in newsletters])
    context = {
        "names": names,
        "url": links.preferences_url(subscriber_id=subscriber.pk, issued_at=notice.created_at),
    }
    subject = gettext("You already get %(names)s") % {"names": names}
    return _to_reader(subject, "already", context, newsletters)


def _welcome(notice: Notice, subscriber: Subscriber, now: datetime) -> _Words:
    newsletter = _welcoming(notice, subscriber).newsletter
    # With its age, by which the page it opens knows whether it may show the reader's choices.
    leave = links.unsubscribe_url(
        subscriber_id=subscriber.pk, newsletter_id=newsletter.pk, issued_at=notice.created_at
    )
    context = {
        "newsletter": newsletter,
        "welcome": "\n".join(newsletter.welcome.strip().splitlines()),
        "first_comes": first_comes(reader=subscriber, newsletters=[newsletter], now=now),
        "preferences_url": links.preferences_url(
            subscriber_id=subscriber.pk, issued_at=notice.created_at
        ),
        "unsubscribe_url": leave,
    }
    subject = gettext("Welcome to the %(name)s") % {"name": newsletter.name}
    # RFC 2369, RFC 8058 section 3.1, RFC 2919: it belongs to what he joined.
    headers = {
        "List-Id": f"<{newsletter.list_id}>",
        "List-Unsubscribe": f"<{leave}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return replace(_to_reader(subject, "welcome", context, [newsletter]), headers=headers)


def _welcoming(notice: Notice, subscriber: Subscriber) -> Subscription:
    """What the reader joined and still gets; raises NothingToSend."""
    (newsletter_id,) = notice.context["newsletter_ids"]
    mine = audience.deliverable(
        newsletter_id=newsletter_id, above=subscriber.pk - 1, upto=subscriber.pk
    )
    subscription = mine.select_related("newsletter").first()
    if subscription is None or not subscription.newsletter.welcome.strip():
        raise NothingToSend("The reader does not get it any more, or it has no welcome any more.")
    return subscription


def _account(notice: Notice, subscriber: Subscriber) -> _Words:
    mail = mails.words(notice=notice, subscriber=subscriber)
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    known = Newsletter.objects.filter(subscriptions__subscriber=subscriber).first()
    return _Words(
        subject=mail.subject,
        template=mail.template,
        context=dict(mail.context),
        from_name=publisher().name or name,
        from_address=known.from_address if known else address,
        reply_to=known.reply_to if known else "",
    )


def _staff_alert(notice: Notice) -> _Words:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return _Words(
        subject=str(notice.context["subject"]),
        template="staff_alert",
        context=dict(notice.context),
        from_name=name or publisher().name,
        from_address=address,
    )


def first_comes(*, reader: Subscriber, newsletters: Sequence[Newsletter], now: datetime) -> str:
    """When the first of these goes out next, by the reader's clock; "" if unknown."""
    zones = [(one, zone_of(reader=reader, newsletter=one)) for one in newsletters]
    planned = [
        (at, zone)
        for newsletter, zone in zones
        if (at := registered().next_release(newsletter, now, Rhythm(zone)))
    ]
    if not planned:
        return ""
    at, zone = min(planned, key=lambda one: one[0])
    return moment_in_words(at=at, now=now, zone=zone)


def _to_reader(
    subject: str, template: str, context: dict[str, Any], newsletters: list[Newsletter]
) -> _Words:
    first = newsletters[0]
    return _Words(
        subject=subject,
        template=template,
        context=context,
        from_name=first.from_name if len(newsletters) == 1 else publisher().name,
        from_address=first.from_address,
        reply_to=first.reply_to,
    )


def _mailing(notice: Notice, words: _Words) -> Mailing:
    html, text = draw(template=words.template, subject=words.subject, context=words.context)
    return Mailing(
        subject=defuse(" ".join(words.subject.split())),
        html=html,
        text=text,
        from_name=words.from_name,
        from_address=words.from_address,
        reply_to=words.reply_to,
        # RFC 3834 section 5: out-of-office replies stay away.
        headers={"Auto-Submitted": "auto-generated", **words.headers},
        source=f"notice:{notice.pk}",
    )


def draw(*, template: str, subject: str, context: dict[str, Any]) -> tuple[str, str]:
    """HTML and text of a single mail, from `emails/notices/`."""
    known = {**context, "subject": subject, "publisher": publisher()}
    html, text = (
        render_to_string(f"emails/notices/{template}.{kind}", known) for kind in ("html", "txt")
    )
    return defuse(_inliner.inline(html)), defuse(text)


def _message_id(notice: Notice, domain: str) -> str:
    """Fixed by the notice, so that a mail sent twice is one mail in the mailbox."""
    mark = hmac.digest(settings.HASH_KEY.encode(), f"notice:{notice.pk}".encode(), "sha256")
    return f"<notice.{notice.pk}.{mark[:8].hex()}@{domain}>"
