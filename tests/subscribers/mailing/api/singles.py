"""Providers that take one mail a call, as their documentation tells it."""

import json
import re

from tests.providers import Call
from tests.subscribers.mailing.api.reading import Mail, braceless, pairs


def postmark(call: Call) -> list[Mail]:
    data = call.json
    assert call.path == "/email"
    return [
        Mail(
            to=[data["To"]],
            subject=data["Subject"],
            html=braceless(data["HtmlBody"]),
            text=braceless(data["TextBody"]),
            headers=pairs(data["Headers"], "Name", "Value"),
            known=data["Metadata"],
            reply_to=data["ReplyTo"],
            sender=data["From"],
        )
    ]


def brevo(call: Call) -> list[Mail]:
    data = call.json
    assert call.path == "/smtp/email"
    assert call.headers["api-key"] == "key"
    headers = data["headers"]
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", headers["idempotencyKey"])
    return [
        Mail(
            to=[one["email"] for one in data["to"]],
            subject=braceless(data["subject"]),
            html=braceless(data["htmlContent"]),
            text=braceless(data["textContent"]),
            headers=headers,
            known=json.loads(headers["X-Mailin-custom"]),
            reply_to=data["replyTo"]["email"],
            sender=data["sender"]["email"],
        )
    ]


def mailersend(call: Call) -> list[Mail]:
    data = call.json
    assert call.path == "/email"
    assert data["settings"] == {"track_opens": False, "track_clicks": False}
    precedence = {"Precedence": "bulk"} if data.get("precedence_bulk") else {}
    return [
        Mail(
            to=[one["email"] for one in data["to"]],
            subject=braceless(data["subject"]),
            html=braceless(data["html"]),
            text=braceless(data["text"]),
            headers=pairs(data["headers"], "name", "value") | precedence,
            known=dict(tag.split(":", 1) for tag in data["tags"]),
            reply_to=data["reply_to"]["email"],
            sender=data["from"]["email"],
        )
    ]


def mailjet(call: Call) -> list[Mail]:
    data = call.json
    assert call.path == "/send"
    shared, (one,) = data["Globals"], data["Messages"]
    assert "TemplateLanguage" not in shared
    assert shared["TrackOpens"] == shared["TrackClicks"] == "disabled"
    return [
        Mail(
            to=[person["Email"] for person in one["To"]],
            subject=braceless(shared["Subject"]),
            html=braceless(shared["HTMLPart"]),
            text=braceless(shared["TextPart"]),
            headers=shared["Headers"],
            known=json.loads(shared["EventPayload"]),
            reply_to=shared["ReplyTo"]["Email"],
            sender=shared["From"]["Email"],
        )
    ]


def mailtrap(call: Call) -> list[Mail]:
    data = call.json
    assert call.path == "/send"
    return [
        Mail(
            to=[one["email"] for one in data["to"]],
            subject=braceless(data["subject"]),
            html=braceless(data["html"]),
            text=braceless(data["text"]),
            headers=data["headers"],
            known=data["custom_variables"],
            reply_to=data["reply_to"]["email"],
            sender=data["from"]["email"],
        )
    ]


def mandrill(call: Call) -> list[Mail]:
    assert call.path == "/messages/send.json"
    data = call.json["message"]
    assert (data["merge"], data["preserve_recipients"]) == (False, False)
    assert (data["track_opens"], data["track_clicks"]) == (False, False)
    assert "*|" not in data["html"] + data["text"] + data["subject"]
    return [
        Mail(
            to=[one["email"] for one in data["to"]],
            subject=data["subject"],
            html=braceless(data["html"]),
            text=braceless(data["text"]),
            headers=data["headers"],
            known=data["metadata"],
            reply_to=data["headers"]["Reply-To"],
            sender=data["from_email"],
        )
    ]


def postal(call: Call) -> list[Mail]:
    data = call.json
    assert call.path == "/api/v1/send/message"
    return [
        Mail(
            to=data["to"],
            subject=data["subject"],
            html=data["html_body"],
            text=data["plain_body"],
            headers=data["headers"],
            known=dict(zip(("source", "token", "subscriber"), data["tag"].split("/"), strict=True)),
            reply_to=data["reply_to"],
            sender=data["from"],
        )
    ]


def resend(call: Call) -> list[Mail]:
    data = call.json
    assert call.path == "/emails"
    assert len(call.headers["Idempotency-Key"]) <= 256
    return [
        Mail(
            to=data["to"],
            subject=data["subject"],
            html=braceless(data["html"]),
            text=braceless(data["text"]),
            headers=data["headers"],
            known=json.loads(data["headers"]["X-Metadata"]),
            reply_to=data["reply_to"][0],
            sender=data["from"],
        )
    ]


def scaleway(call: Call) -> list[Mail]:
    data = call.json
    assert call.path == "/emails"
    headers = pairs(data["additional_headers"], "key", "value")
    return [
        Mail(
            to=[one["email"] for one in data["to"]],
            subject=data["subject"],
            html=data["html"],
            text=data["text"],
            headers=headers,
            known=json.loads(headers["X-Metadata"]),
            reply_to=headers["Reply-To"],
            sender=data["from"]["email"],
        )
    ]


def unisender_go(call: Call) -> list[Mail]:
    data = call.json["message"]
    assert call.path == "/email/send.json"
    assert data["skip_unsubscribe"] == 1
    assert (data["track_links"], data["track_read"]) == (0, 0)
    return [
        Mail(
            to=[one["email"] for one in data["recipients"]],
            subject=braceless(data["subject"]),
            html=braceless(data["body"]["html"]),
            text=braceless(data["body"]["plaintext"]),
            headers=data["headers"],
            known=data["global_metadata"],
            reply_to=data["reply_to"],
            sender=data["from_email"],
        )
    ]
