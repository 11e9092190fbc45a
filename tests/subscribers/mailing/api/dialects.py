"""Each provider's API as its documentation tells it: what it answers, and what it makes of a call.

`read` returns the mails that readers would get. A template language that meets anything besides the
placeholders that were meant for it fails the test.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.providers import Call


@dataclass(frozen=True)
class Mail:
    """One mail as a provider sends it on."""

    to: list[str]
    subject: str
    html: str
    text: str
    headers: Mapping[str, str]
    known: Mapping[str, str]
    reply_to: str
    sender: str


@dataclass(frozen=True)
class Dialect:
    """`keys`: its settings but for the address of its API; `good`: how it takes a call."""

    keys: Mapping[str, Any]
    good: Callable[[list[Mail]], tuple[int, str]]
    read: Callable[[Call], list[Mail]]


def mustache(template: str, values: Mapping[str, str]) -> str:
    """Three braces put a value in as it stands; anything else in braces is not ours."""

    def put(found: re.Match[str]) -> str:
        assert found[1] is not None, f"{found[0]!r} reached the template language"
        return values[found[1]]

    return re.sub(r"\{\{\{(\w+)\}\}\}|\{[{%#$].*", put, template)


def braceless(words: str) -> str:
    assert not re.search(r"\{[{%#$]", words), "braces reached a template language"
    return words


def same(words: str) -> str:
    return words


def _pairs(headers: list[Mapping[str, str]], name: str, value: str) -> dict[str, str]:
    return {one[name]: one[value] for one in headers}


# --- Those that merge


def sendgrid(call: Call) -> list[Mail]:
    data = call.json
    assert call.path == "/mail/send"
    assert call.headers["Authorization"] == "Bearer key"
    assert "template_id" not in data
    tracking = data["tracking_settings"]
    assert all(
        tracking[name] == {"enable": False}
        for name in ("open_tracking", "click_tracking", "subscription_tracking")
    )
    content = {one["type"]: one["value"] for one in data["content"]}

    def put(words: str, one: Any) -> str:
        for key, value in one["substitutions"].items():
            words = words.replace(key, value)
        assert "<%" not in words
        return words

    return [
        Mail(
            to=[person["email"] for person in one["to"]],
            subject=put(data["subject"], one),
            html=put(content["text/html"], one),
            text=put(content["text/plain"], one),
            headers=data["headers"] | one["headers"],
            known=one["custom_args"],
            reply_to=data["reply_to_list"][0]["email"],
            sender=data["from"]["email"],
        )
        for one in data["personalizations"]
    ]


def mailgun(call: Call) -> list[Mail]:
    form = call.form
    assert call.path == "/daymark.example/messages"
    assert call.headers["Authorization"].startswith("Basic ")
    assert form["o:tracking-opens"] == form["o:tracking-clicks"] == ["no"]
    variables = json.loads(form["recipient-variables"][0])
    assert list(variables) == form["to"]

    def put(name: str, to: str) -> str:
        (words,) = form[name]
        merged = re.sub(r"%recipient\.([^%]+)%", lambda found: variables[to][found[1]], words)
        # As if it looked at what it put in once more.
        assert not re.search("%(recipient|unsubscribe|mailing_list|tag_)", merged)
        return merged

    return [
        Mail(
            to=[to],
            subject=put("subject", to),
            html=put("html", to),
            text=put("text", to),
            headers={n[2:]: put(n, to) for n in form if n.startswith("h:")},
            known={n[2:]: put(n, to) for n in form if n.startswith("v:")},
            reply_to=form["h:Reply-To"][0],
            sender=form["from"][0],
        )
        for to in form["to"]
    ]


def postmark_bulk(call: Call) -> list[Mail]:
    data = call.json
    assert call.path == "/email/bulk"
    assert call.headers["X-Postmark-Server-Token"] == "key"
    assert data["TrackOpens"] is False
    assert data["TrackLinks"] == "None"
    shared = _pairs(data["Headers"], "Name", "Value")
    return [
        Mail(
            to=[one["To"]],
            subject=mustache(data["Subject"], one["TemplateModel"]),
            html=mustache(data["HtmlBody"], one["TemplateModel"]),
            text=mustache(data["TextBody"], one["TemplateModel"]),
            headers=shared | _pairs(one["Headers"], "Name", "Value"),
            known=one["Metadata"],
            reply_to=data["ReplyTo"],
            sender=data["From"],
        )
        for one in data["Messages"]
    ]


def sparkpost(call: Call) -> list[Mail]:
    data = call.json
    assert call.path == "/transmissions/"
    assert data["options"] == {"open_tracking": False, "click_tracking": False}
    content = data["content"]
    return [
        Mail(
            to=[one["address"]["email"], *re.findall(r"\S+@\S+", one["address"]["header_to"])][:1],
            subject=mustache(content["subject"], one["substitution_data"]),
            html=mustache(content["html"], one["substitution_data"]),
            text=mustache(content["text"], one["substitution_data"]),
            headers={
                name: mustache(value, one["substitution_data"])
                for name, value in content["headers"].items()
            },
            known=one["metadata"],
            reply_to=content["reply_to"],
            sender=content["from"],
        )
        for one in data["recipients"]
    ]


def amazon_ses(call: Call) -> list[Mail]:
    data = call.json
    assert call.path == "/v2/email/outbound-bulk-emails"
    assert call.headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=id/")
    content = data["DefaultContent"]["Template"]["TemplateContent"]
    mails = []
    for one in data["BulkEmailEntries"]:
        replaced = one["ReplacementEmailContent"]["ReplacementTemplate"]
        values = json.loads(replaced["ReplacementTemplateData"])
        headers = _pairs(one["ReplacementHeaders"], "Name", "Value")
        mails.append(
            Mail(
                to=one["Destination"]["ToAddresses"],
                subject=mustache(content["Subject"], values),
                html=mustache(content["Html"], values),
                text=mustache(content["Text"], values),
                headers=headers,
                known=json.loads(headers["X-Metadata"]),
                reply_to=data["ReplyToAddresses"][0],
                sender=data["FromEmailAddress"],
            )
        )
    return mails


# --- One call per mail


def postmark(call: Call) -> list[Mail]:
    data = call.json
    assert call.path == "/email"
    return [
        Mail(
            to=[data["To"]],
            subject=data["Subject"],
            html=braceless(data["HtmlBody"]),
            text=braceless(data["TextBody"]),
            headers=_pairs(data["Headers"], "Name", "Value"),
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
            headers=_pairs(data["headers"], "name", "value") | precedence,
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
    headers = _pairs(data["additional_headers"], "key", "value")
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


def says(status: int, words: Any) -> Callable[[list[Mail]], tuple[int, str]]:
    return lambda _mails: (status, words if isinstance(words, str) else json.dumps(words))


def _ses_good(mails: list[Mail]) -> tuple[int, str]:
    return 200, json.dumps(
        {"BulkEmailEntryResults": [{"Status": "SUCCESS", "MessageId": "id"} for _ in mails]}
    )


def _sparkpost_good(mails: list[Mail]) -> tuple[int, str]:
    results = {"total_accepted_recipients": len(mails), "total_rejected_recipients": 0, "id": "1"}
    return 200, json.dumps({"results": results})


DIALECTS = {
    "amazon_ses": Dialect(
        {
            "AMAZON_SES_SESSION_PARAMS": {
                "aws_access_key_id": "id",
                "aws_secret_access_key": "key",
                "region_name": "eu-west-1",
            }
        },
        _ses_good,
        amazon_ses,
    ),
    "brevo": Dialect({"BREVO_API_KEY": "key"}, says(201, {"messageId": "<1@b>"}), brevo),
    "mailersend": Dialect({"MAILERSEND_API_TOKEN": "key"}, says(202, ""), mailersend),
    "mailgun": Dialect(
        {"MAILGUN_API_KEY": "key"},
        says(200, {"id": "<1@m>", "message": "Queued. Thank you."}),
        mailgun,
    ),
    "mailjet": Dialect(
        {"MAILJET_API_KEY": "key", "MAILJET_SECRET_KEY": "key"},
        says(200, {"Messages": [{"Status": "success", "To": [{"MessageID": 7}]}]}),
        mailjet,
    ),
    "mailtrap": Dialect(
        {"MAILTRAP_API_TOKEN": "key"}, says(200, {"success": True, "message_ids": ["1"]}), mailtrap
    ),
    "mandrill": Dialect(
        {"MANDRILL_API_KEY": "key"}, says(200, [{"status": "queued", "_id": "1"}]), mandrill
    ),
    "postal": Dialect(
        {"POSTAL_API_KEY": "key"},
        says(200, {"status": "success", "data": {"message_id": "1", "messages": {}}}),
        postal,
    ),
    "postmark": Dialect(
        {"POSTMARK_SERVER_TOKEN": "key"},
        says(200, {"ID": "1", "Status": "Accepted", "PercentageCompleted": 0}),
        postmark_bulk,
    ),
    "resend": Dialect({"RESEND_API_KEY": "key"}, says(200, {"id": "1"}), resend),
    "scaleway": Dialect(
        {"SCALEWAY_SECRET_KEY": "key", "SCALEWAY_PROJECT_ID": "project"},
        says(200, {"emails": [{"id": "1", "status": "new"}]}),
        scaleway,
    ),
    "sendgrid": Dialect({"SENDGRID_API_KEY": "key"}, says(202, ""), sendgrid),
    "sparkpost": Dialect({"SPARKPOST_API_KEY": "key"}, _sparkpost_good, sparkpost),
    "unisender_go": Dialect(
        {"UNISENDER_GO_API_KEY": "key"},
        says(200, {"status": "success", "job_id": "1", "emails": ["a"], "failed_emails": {}}),
        unisender_go,
    ),
}


def settings_of(name: str, url: str) -> dict[str, Any]:
    """ANYMAIL for a provider whose API is at `url`."""
    if name == "amazon_ses":
        return {**DIALECTS[name].keys, "AMAZON_SES_CLIENT_PARAMS": {"endpoint_url": url}}
    return {**DIALECTS[name].keys, f"{name.upper()}_API_URL": url}
