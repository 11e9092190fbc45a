"""Whether a mailbox is dead, told from each provider's own words.

anymail's `bounced` holds soft bounces too, so the raw event decides. A rule that is not sure says
soft: a reader who goes on getting mail costs less than one who is lost by a mistake of a server.
"""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType

Raw = Mapping[str, Any]
# Hard or not, and the provider's word for it.
Ruling = tuple[bool, str]


class Verdict(StrEnum):
    """What an event says of one reader's mail."""

    HARD = "hard"
    SOFT = "soft"
    COMPLAINED = "complained"
    # The provider has the mail, and nothing is wrong with the mailbox.
    TAKEN = "taken"
    # Says nothing that we act on.
    NOTHING = "nothing"


_TAKEN = {
    EventType.QUEUED,
    EventType.SENT,
    EventType.DEFERRED,
    EventType.DELIVERED,
    EventType.AUTORESPONDED,
    EventType.OPENED,
    EventType.CLICKED,
    EventType.UNSUBSCRIBED,
}
# Where a provider says that a mailbox is dead; `rejected` and `failed` are its own list of those.
_MAY_BE_HARD = {EventType.BOUNCED, EventType.REJECTED, EventType.FAILED}
# An enhanced status code (RFC 3463 section 2), and no part of an IP address or a version.
_STATUS = re.compile(r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
# RFC 3463 section 3: X.3 mail system, X.6 content, X.7 policy blame the mail or the server ...
_NOT_THE_MAILBOX = {"3", "6", "7"}
# ... and of X.2 these say full and too long, which may be over tomorrow.
_FULL = {"2.2", "2.3"}


def judge(*, provider: str, event: AnymailTrackingEvent) -> tuple[Verdict, str]:
    """The verdict on one event, and the provider's word for it ("" where there is none)."""
    raw = event.esp_event if isinstance(event.esp_event, Mapping) else {}
    if event.event_type == EventType.COMPLAINED:
        return _complaint(provider, raw)
    if event.event_type in _MAY_BE_HARD:
        return _bounce(provider, event, raw)
    return (Verdict.TAKEN if event.event_type in _TAKEN else Verdict.NOTHING), ""


def _bounce(provider: str, event: AnymailTrackingEvent, raw: Raw) -> tuple[Verdict, str]:
    rule = RULES.get(provider)
    hard, word = rule(raw) if rule else (False, "")
    if hard and not _blames_the_mail(event.mta_response or ""):
        return Verdict.HARD, word
    # Refused by the provider itself: nobody's mailbox said anything.
    bounced = event.event_type == EventType.BOUNCED
    return (Verdict.SOFT if bounced else Verdict.NOTHING), word


def _complaint(provider: str, raw: Raw) -> tuple[Verdict, str]:
    # Postmark bounce types: 512 SpamNotification is a filter, 100001 SpamComplaint a reader.
    if provider == "postmark" and raw.get("Type") == "SpamNotification":
        return Verdict.SOFT, "SpamNotification"
    # RFC 5965 section 7.3: "not-spam" is a reader who takes the mail out of his spam folder.
    if _dig(raw, "complaint", "complaintFeedbackType") == "not-spam":
        return Verdict.TAKEN, ""
    return Verdict.COMPLAINED, ""


def _blames_the_mail(answer: str) -> bool:
    """Whether the server's code says that it is not the mailbox.

    One wrong DNS record of ours makes a large provider refuse everybody with 5.7.x; nobody may be
    suppressed for that, whatever a service between calls it.
    """
    found = _STATUS.search(answer)
    if found is None:
        return False
    kind, subject, detail = found.groups()
    return kind == "4" or subject in _NOT_THE_MAILBOX or f"{subject}.{detail}" in _FULL


def _dig(raw: Any, *path: str) -> Any:
    for name in path:
        raw = raw.get(name) if isinstance(raw, Mapping) else None
    return raw


def _word(*parts: Any) -> str:
    return ": ".join(str(part) for part in parts if part)


def _sendgrid(raw: Raw) -> Ruling:
    """Event Webhook Reference: a bounce has `type` bounce or blocked (a refusal for now).

    A drop for "Bounced Address" or "Invalid" is SendGrid's own list of earlier bounces.
    """
    if raw.get("event") == "dropped":
        reason = str(raw.get("reason", ""))
        return reason in {"Bounced Address", "Invalid"}, _word("dropped", reason)
    status = str(raw.get("status") or "5")
    hard = raw.get("type", "bounce") == "bounce" and status.startswith("5")
    if _blames_the_mail(status):
        hard = False
    return hard, _word(raw.get("type"), raw.get("bounce_classification"))


def _mailgun(raw: Raw) -> Ruling:
    """Events, "failed": severity permanent; reason `old` is one given up after temporary failures.

    Codes 605 to 607 are Mailgun's own lists: bounced, unsubscribed, complained.
    """
    event: Raw = _dig(raw, "event-data") or {}
    reason = str(event.get("reason") or "")
    code = _dig(event, "delivery-status", "code")
    kind = _dig(event, "delivery-status", "bounce-type")
    hard = (
        event.get("event") == "failed"
        and event.get("severity") == "permanent"
        and reason in {"bounce", "suppress-bounce", "generic", ""}
        and kind != "soft"
        and (code == 605 or not isinstance(code, int) or 500 <= code < 600)
    )
    return hard, _word(event.get("severity"), reason)


def _postmark(raw: Raw) -> Ruling:
    """Bounce types: 1 HardBounce, 100000 BadEmailAddress; everything else may change.

    SubscriptionChange names HardBounce as its SuppressionReason.
    """
    word = raw.get("Type") or raw.get("SuppressionReason")
    hard = word in {"HardBounce", "BadEmailAddress"} or raw.get("TypeCode") in {1, 100_000}
    return hard, _word(word)


def _amazon_ses(raw: Raw) -> Ruling:
    """Notification contents, "Bounce types": Permanent; Undetermined and Transient are soft."""
    kind = _dig(raw, "bounce", "bounceType")
    return kind == "Permanent", _word(kind, _dig(raw, "bounce", "bounceSubType"))


def _brevo(raw: Raw) -> Ruling:
    """Transactional webhooks: hard_bounce, soft_bounce, invalid_email."""
    event = raw.get("event")
    return event in {"hard_bounce", "invalid_email"}, _word(event)


def _mailjet(raw: Raw) -> Ruling:
    """Event API, "bounce": `hard_bounce` is true when it is permanent."""
    return raw.get("event") == "bounce" and raw.get("hard_bounce") is True, _word(raw.get("error"))


def _mandrill(raw: Raw) -> Ruling:
    """Webhook format: hard_bounce and soft_bounce are events of their own."""
    event = raw.get("event")
    return event == "hard_bounce", _word(event, _dig(raw, "msg", "bounce_description"))


def _sparkpost(raw: Raw) -> Ruling:
    """Bounce classification codes of category Hard: 10 invalid recipient, 30 no RCPT.

    90 is Hard too, but means that the reader unsubscribed.
    """
    events = _dig(raw, "msys")
    event: Any = next(iter(events.values()), {}) if isinstance(events, Mapping) else {}
    code = str(_dig(event, "bounce_class") or "")
    return code in {"10", "30"}, _word("class", code)


def _resend(raw: Raw) -> Ruling:
    """email.bounced: `bounce.type` is Permanent, Transient or Undetermined, as SES says."""
    bounce = _dig(raw, "data", "bounce")
    kind = _dig(bounce, "type")
    return kind == "Permanent", _word(kind, _dig(bounce, "subType"))


def _mailersend(raw: Raw) -> Ruling:
    """Webhooks, activity.hard_bounced and activity.soft_bounced."""
    kind = _dig(raw, "data", "type")
    return kind == "hard_bounced", _word(kind)


def _mailtrap(raw: Raw) -> Ruling:
    """Webhooks: "bounce" is permanent, "soft bounce" an event of its own."""
    return raw.get("event") == "bounce", _word(raw.get("event"), raw.get("bounce_category"))


def _postal(raw: Raw) -> Ruling:
    """MessageDeliveryFailed has status HardFail for any 5xx: only X.1 speaks of the mailbox."""
    payload = _dig(raw, "payload") or {}
    found = _STATUS.search(f"{payload.get('output')} {payload.get('details')}")
    no_such_mailbox = found is not None and found.group(1, 2) == ("5", "1")
    return payload.get("status") == "HardFail" and no_such_mailbox, _word(payload.get("status"))


def _unisender_go(raw: Raw) -> Ruling:
    """Callback format: hard_bounced with the delivery status that says why."""
    why = _dig(raw, "delivery_info", "delivery_status")
    dead = {"err_user_unknown", "err_user_inactive", "err_domain_inactive"}
    return raw.get("status") == "hard_bounced" and why in dead, _word(raw.get("status"), why)


RULES: dict[str, Callable[[Raw], Ruling]] = {
    "amazon_ses": _amazon_ses,
    "brevo": _brevo,
    "mailersend": _mailersend,
    "mailgun": _mailgun,
    "mailjet": _mailjet,
    "mailtrap": _mailtrap,
    "mandrill": _mandrill,
    "postal": _postal,
    "postmark": _postmark,
    "resend": _resend,
    "sendgrid": _sendgrid,
    "sparkpost": _sparkpost,
    "unisender_go": _unisender_go,
}
