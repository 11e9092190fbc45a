"""What is sent is what django-anymail itself would send, only made faster."""

import json
from typing import Any

import pytest
from anymail.backends.base_requests import RequestsPayload
from django.core.mail import EmailMultiAlternatives, get_connection

from subscribers.mailing.api.base import Api
from subscribers.mailing.api.registry import api_of
from subscribers.mailing.messages import PLACEHOLDER, Mailing, Recipient, fill
from subscribers.mailing.providers import PROVIDERS
from tests.subscribers.mailing.api.conftest import TOKEN, make_mailing, make_recipients

OPTIONS = {
    "sendgrid": {"generate_message_id": False},
    "mailgun": {},
    "postmark": {"generate_message_id": False, "use_bulk_api": True},
}
ESP_EXTRA = {
    "sendgrid": {
        "merge_field_format": "@@{}@@",
        "tracking_settings": {"subscription_tracking": {"enable": False}},
    }
}


def stock(name: str, mailing: Mailing, readers: list[Recipient]) -> RequestsPayload:
    """anymail's own payload for all readers at once."""
    api = api_of_name(name)
    content = api.syntax.apply(mailing)
    names = set(PLACEHOLDER.findall(mailing.html + mailing.text + mailing.subject))
    personal = {n: v for n, v in mailing.headers.items() if PLACEHOLDER.search(v)}
    shared = {n: v for n, v in mailing.headers.items() if n not in personal}
    message = EmailMultiAlternatives(
        subject=content["subject"],
        body=content["text"],
        from_email='"The Daymark, Ä" <briefing@daymark.example>',
        to=[one.address for one in readers],
        reply_to=[mailing.reply_to],
        headers=shared | ({"X-PM-KeepID": "true"} if name == "postmark" else {}),
    )
    message.attach_alternative(content["html"], "text/html")
    message.merge_data = {
        one.address: {n: v for n, v in one.values.items() if n in names} for one in readers
    }
    message.merge_headers = {
        one.address: {n: fill(v, one.values) for n, v in personal.items()} for one in readers
    }
    message.merge_metadata = {
        one.address: {
            "source": mailing.source,
            "token": str(TOKEN),
            "subscriber": str(one.subscriber_id),
        }
        for one in readers
    }
    message.track_opens = message.track_clicks = False
    if name in ESP_EXTRA:
        message.esp_extra = ESP_EXTRA[name]
    backend = get_connection(f"anymail.backends.{name}.EmailBackend", **OPTIONS[name])
    return backend.build_message_payload(message, backend.send_defaults)


def api_of_name(name: str) -> Api:
    return api_of(PROVIDERS[name])


def parsed(data: Any) -> Any:
    return json.loads(data) if isinstance(data, str | bytes) else data


@pytest.mark.parametrize("name", OPTIONS)
def test_it_sends_what_anymail_would_send(open_desk, name: str):
    desk = open_desk(name)
    mailing, readers = make_mailing(), make_recipients(3)

    desk.send(mailing, readers)

    (call,) = desk.server.calls
    params = stock(name, mailing, readers).get_request_params(desk.server.url)
    assert params["url"] == desk.server.url.rstrip("/") + call.path
    if name != "mailgun":
        assert in_any_order(call.json) == in_any_order(parsed(params["data"]))
        return
    expected = {
        field: value if isinstance(value, list) else [value]
        for field, value in params["data"].items()
    }
    ours = call.form
    assert json.loads(ours.pop("recipient-variables")[0]) == json.loads(
        expected.pop("recipient-variables")[0]
    )
    assert {n: [line_ends(v) for v in values] for n, values in ours.items()} == expected


def line_ends(value: str) -> str:
    """A form has the line ends that it was given; Python's parser of forms does not."""
    return value.replace("\r\n", "\n")


def in_any_order(data: Any) -> Any:
    """Postmark's headers are a list whose order says nothing."""
    if isinstance(data, dict):
        return {name: in_any_order(value) for name, value in data.items()}
    if isinstance(data, list):
        made = [in_any_order(one) for one in data]
        return sorted(made, key=repr) if made and "Name" in made[0] else made
    return data
