"""Providers that put a batch's values into the mail, as their documentation tells it."""

import json
import re
from typing import Any

from tests.providers import Call
from tests.subscribers.mailing.api.reading import Mail, mustache, pairs


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
    shared = pairs(data["Headers"], "Name", "Value")
    return [
        Mail(
            to=[one["To"]],
            subject=mustache(data["Subject"], one["TemplateModel"]),
            html=mustache(data["HtmlBody"], one["TemplateModel"]),
            text=mustache(data["TextBody"], one["TemplateModel"]),
            headers=shared | pairs(one["Headers"], "Name", "Value"),
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
        headers = pairs(one["ReplacementHeaders"], "Name", "Value")
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
