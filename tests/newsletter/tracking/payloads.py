"""What each provider posts, written after its documentation: one event per function.

Every function takes the address and the metadata that was sent along, and what happened: "hard",
"soft", "complaint" or "delivered". Postal's signature needs a package that is not here.
"""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

AT = datetime(2026, 11, 24, 6, 5, tzinfo=UTC)
PASSWORD = "name:a-password-for-tests"
# Settings without which anymail's view of a provider cannot be made.
KEYS = {
    "MAILERSEND_SIGNING_SECRET": "signing",
    "MAILGUN_API_KEY": "key",
    "MAILGUN_WEBHOOK_SIGNING_KEY": "signing",
    "MANDRILL_WEBHOOK_KEY": "signing",
    "MANDRILL_WEBHOOK_URL": "https://news.example/anymail/mandrill/tracking/",
    "UNISENDER_GO_API_KEY": "key",
    "UNISENDER_GO_API_URL": "https://go2.unisender.example/ru/transactional/api/v1/",
}

Meta = dict[str, str]


@dataclass(frozen=True)
class Post:
    """One request of a provider."""

    body: bytes
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


def password(words: str = PASSWORD) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(words.encode()).decode()}"}


def sendgrid(what: str, address: str, meta: Meta, at: datetime = AT) -> dict[str, Any]:
    event = {
        "hard": {
            "event": "bounce",
            "type": "bounce",
            "status": "5.1.1",
            "reason": f"550 5.1.1 <{address}> no such user",
            "bounce_classification": "Invalid Address",
        },
        "soft": {
            "event": "bounce",
            "type": "blocked",
            "status": "4.2.0",
            "reason": "451 4.2.0 try later",
        },
        "complaint": {"event": "spamreport"},
        "delivered": {"event": "delivered", "response": "250 OK"},
    }[what]
    return {
        **event,
        **meta,
        "email": address,
        "timestamp": int(at.timestamp()),
        "sg_event_id": f"{what}-{address}",
        "smtp-id": "<1.2@daymark.example>",
    }


def sendgrid_post(events: Sequence[Any]) -> Post:
    return Post(json.dumps(events).encode())


def _sendgrid(what: str, address: str, meta: Meta) -> Post:
    return sendgrid_post([sendgrid(what, address, meta)])


def _mailgun(what: str, address: str, meta: Meta) -> Post:
    status = {"code": 550, "message": "5.1.1 no such user", "bounce-type": "hard"}
    event = {
        "hard": {"event": "failed", "severity": "permanent", "reason": "bounce"},
        "soft": {"event": "failed", "severity": "permanent", "reason": "old"},
        "complaint": {"event": "complained"},
        "delivered": {"event": "delivered"},
    }[what]
    token, timestamp = "t0k3n", str(int(AT.timestamp()))
    signature = hmac.new(b"signing", f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    body = {
        "signature": {"token": token, "timestamp": timestamp, "signature": signature},
        "event-data": {
            **event,
            "delivery-status": status if what in {"hard", "soft"} else {"code": 250},
            "recipient": address,
            "timestamp": AT.timestamp(),
            "user-variables": meta,
            "message": {"headers": {"message-id": "1.2@daymark.example", "to": address}},
        },
    }
    return Post(json.dumps(body).encode())


def _postmark(what: str, address: str, meta: Meta) -> Post:
    event = {
        "hard": {"RecordType": "Bounce", "Type": "HardBounce", "TypeCode": 1},
        "soft": {"RecordType": "Bounce", "Type": "SoftBounce", "TypeCode": 4096},
        "complaint": {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "TypeCode": 100_001},
        "delivered": {"RecordType": "Delivery", "Recipient": address, "DeliveredAt": _iso()},
    }[what]
    common = {"Metadata": meta, "MessageID": "00000000-0000-0000-0000-000000000001"}
    if what != "delivered":
        common |= {"ID": 42, "Email": address, "BouncedAt": _iso(), "Details": "smtp; 550 unknown"}
    return Post(json.dumps({**event, **common}).encode())


def _amazon_ses(what: str, address: str, meta: Meta) -> Post:
    kinds = {"hard": ("Permanent", "General"), "soft": ("Transient", "MailboxFull")}
    event: dict[str, Any] = {
        "mail": {
            "messageId": "0102",
            "destination": [address],
            "headers": [{"name": "X-Metadata", "value": json.dumps(meta)}],
        }
    }
    if what in kinds:
        kind, sub = kinds[what]
        gone = [{"emailAddress": address, "diagnosticCode": "smtp; 550 unknown"}]
        event |= {
            "eventType": "Bounce",
            "bounce": {"bounceType": kind, "bounceSubType": sub, "bouncedRecipients": gone},
        }
    elif what == "complaint":
        event |= {
            "eventType": "Complaint",
            "complaint": {
                "complainedRecipients": [{"emailAddress": address}],
                "complaintFeedbackType": "abuse",
            },
        }
    else:
        event |= {"eventType": "Delivery", "delivery": {"recipients": [address]}}
    body = {
        "Type": "Notification",
        "MessageId": "sns-1",
        "Timestamp": _iso(),
        "Message": json.dumps(event),
    }
    headers = {"x-amz-sns-message-type": "Notification", "x-amz-sns-message-id": "sns-1"}
    return Post(json.dumps(body).encode(), "text/plain; charset=UTF-8", headers)


def _brevo(what: str, address: str, meta: Meta) -> Post:
    names = {"hard": "hard_bounce", "soft": "soft_bounce", "complaint": "spam"}
    body = {
        "event": names.get(what, "delivered"),
        "email": address,
        "ts_epoch": int(AT.timestamp() * 1000),
        "message-id": "<1@relay.example>",
        "X-Mailin-custom": json.dumps(meta),
        "reason": "550 unknown user" if what == "hard" else "",
    }
    return Post(json.dumps(body).encode())


def _mailjet(what: str, address: str, meta: Meta) -> Post:
    event = {
        "hard": {"event": "bounce", "hard_bounce": True, "error": "user unknown"},
        "soft": {"event": "bounce", "hard_bounce": False, "error": "quota exceeded"},
        "complaint": {"event": "spam", "source": "JMRPP"},
        "delivered": {"event": "sent"},
    }[what]
    common = {"email": address, "time": int(AT.timestamp()), "MessageID": 7}
    return Post(json.dumps([{**event, **common, "Payload": json.dumps(meta)}]).encode())


def _mandrill(what: str, address: str, meta: Meta) -> Post:
    names = {"hard": "hard_bounce", "soft": "soft_bounce", "complaint": "spam"}
    message = {
        "email": address,
        "metadata": meta,
        "diag": "smtp; 550 unknown",
        "bounce_description": "bad_mailbox",
    }
    events = [{"event": names.get(what, "send"), "ts": int(AT.timestamp()), "msg": message}]
    words = json.dumps(events)
    signed = f"{KEYS['MANDRILL_WEBHOOK_URL']}mandrill_events{words}".encode()
    signature = b64encode(hmac.new(b"signing", signed, hashlib.sha1).digest()).decode()
    return Post(
        urlencode({"mandrill_events": words}).encode(),
        "application/x-www-form-urlencoded",
        {"X-Mandrill-Signature": signature},
    )


def _sparkpost(what: str, address: str, meta: Meta) -> Post:
    event = {
        "hard": {"type": "bounce", "bounce_class": "10", "raw_reason": "550 5.1.1 unknown"},
        "soft": {"type": "bounce", "bounce_class": "22", "raw_reason": "552 5.2.2 full"},
        "complaint": {"type": "spam_complaint"},
        "delivered": {"type": "delivery"},
    }[what]
    common = {
        "raw_rcpt_to": address,
        "rcpt_meta": meta,
        "timestamp": str(int(AT.timestamp())),
        "event_id": "92356927693813856",
    }
    return Post(json.dumps([{"msys": {"message_event": {**event, **common}}}]).encode())


def _resend(what: str, address: str, meta: Meta) -> Post:
    names = {"hard": "email.bounced", "soft": "email.bounced", "complaint": "email.complained"}
    data: dict[str, Any] = {
        "email_id": "e-1",
        "to": [address],
        "headers": [{"name": "X-Metadata", "value": json.dumps(meta)}],
    }
    if what in {"hard", "soft"}:
        kind = "Permanent" if what == "hard" else "Transient"
        data["bounce"] = {"type": kind, "subType": "General", "message": "a bounce message"}
    body = {"type": names.get(what, "email.delivered"), "created_at": _iso(), "data": data}
    return Post(json.dumps(body).encode(), headers={"svix-id": "msg_1"})


def _mailtrap(what: str, address: str, meta: Meta) -> Post:
    names = {"hard": "bounce", "soft": "soft bounce", "complaint": "spam"}
    event = {
        "event": names.get(what, "delivery"),
        "email": address,
        "message_id": "m-1",
        "event_id": "e-1",
        "timestamp": int(AT.timestamp()),
        "custom_variables": meta,
        "response": "550 5.1.1 unknown" if what == "hard" else "",
    }
    return Post(json.dumps({"events": [event]}).encode())


def _unisender_go(what: str, address: str, meta: Meta) -> Post:
    names = {"hard": "hard_bounced", "soft": "hard_bounced", "complaint": "spam"}
    why = {"hard": "err_user_unknown", "soft": "err_mailbox_full"}
    body = {
        "auth": "0" * 32,
        "event_name": "transactional_email_status",
        "status": names.get(what, "delivered"),
        "email": address,
        "event_time": "2026-11-24 06:05:00",
        "metadata": meta,
        "delivery_info": {"delivery_status": why.get(what, "ok")},
    }
    words = json.dumps(body)
    mark = hashlib.md5(words.replace("0" * 32, "key").encode()).hexdigest()
    return Post(words.replace("0" * 32, mark).encode())


def _mailersend(what: str, address: str, meta: Meta) -> Post:
    """MailerSend has nothing but tags."""
    tags = [f"{name}:{value}" for name, value in meta.items()]
    names = {"hard": "hard_bounced", "soft": "soft_bounced", "complaint": "spam_complaint"}
    body = {
        "type": f"activity.{names.get(what, 'delivered')}",
        "data": {
            "id": "a-1",
            "type": names.get(what, "delivered"),
            "created_at": _iso(),
            "email": {
                "message": {"id": "m-1"},
                "recipient": {"email": address},
                "tags": tags,
            },
            "morph": {"object": "recipient_bounce", "reason": "550 no such user"},
        },
    }
    words = json.dumps(body).encode()
    return Post(words, headers={"Signature": hmac.new(b"signing", words, "sha256").hexdigest()})


PROVIDERS: dict[str, Callable[[str, str, Meta], Post]] = {
    "amazon_ses": _amazon_ses,
    "brevo": _brevo,
    "mailersend": _mailersend,
    "mailgun": _mailgun,
    "mailjet": _mailjet,
    "mailtrap": _mailtrap,
    "mandrill": _mandrill,
    "postmark": _postmark,
    "resend": _resend,
    "sendgrid": _sendgrid,
    "sparkpost": _sparkpost,
    "unisender_go": _unisender_go,
}


def _iso() -> str:
    return AT.isoformat().replace("+00:00", "Z")
