"""Who may post reports, and what is answered to others."""

import logging

import pytest

from newsletter.models import ReportPost
from newsletter.tracking import webhooks
from tests.newsletter.tracking.payloads import PROVIDERS, Post, password, sendgrid, sendgrid_post

pytestmark = pytest.mark.django_db

SECRET = "somebody@mail.example"


@pytest.fixture
def post(meta):
    return sendgrid_post([sendgrid("hard", SECRET, meta)])


@pytest.mark.parametrize("headers", [{}, password("name:wrong"), {"Authorization": "Basic %%"}])
def test_without_the_password_nothing_is_read_kept_or_logged(headers, hook, post, caplog):
    with caplog.at_level(logging.DEBUG):
        response = hook("sendgrid", post, headers=headers)

    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Basic ")
    assert response.content == b""
    assert SECRET not in caplog.text
    assert not ReportPost.objects.exists()


def test_without_a_password_of_ours_nobody_may_post(hook, post, settings):
    settings.WEBHOOK_SECRET = ""
    settings.ANYMAIL = {}

    with pytest.warns(match="insecure"):
        assert hook("sendgrid", post).status_code == 503
    assert not ReportPost.objects.exists()


@pytest.mark.parametrize("provider", ["mailgun", "mandrill", "unisender_go"])
def test_the_password_alone_does_not_pass_for_a_signature(provider, hook, meta, settings):
    post = PROVIDERS[provider]("hard", SECRET, meta)
    settings.ANYMAIL = {
        name: "another" if "KEY" in name else value for name, value in settings.ANYMAIL.items()
    }

    assert hook(provider, post).status_code == 403
    assert not ReportPost.objects.exists()


def test_a_setting_that_is_missing_is_our_fault_and_named(hook, meta, settings, caplog):
    del settings.ANYMAIL["MANDRILL_WEBHOOK_KEY"]

    assert hook("mandrill", PROVIDERS["mandrill"]("hard", SECRET, meta)).status_code == 503
    assert "MANDRILL_WEBHOOK_KEY" in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize("provider", ["mailgun", "smtp", "outbox", "nonsense"])
def test_only_our_providers_have_an_address(provider, client, settings):
    settings.EMAIL_PROVIDERS = ["sendgrid", "smtp", "outbox"]

    response = client.post(f"/anymail/{provider}/tracking/", headers=password())
    assert response.status_code == 404


def test_only_posts_are_taken(client, hook, settings):
    settings.EMAIL_PROVIDERS = ["sendgrid"]

    assert client.get("/anymail/sendgrid/tracking/", headers=password()).status_code == 405
    assert client.put("/anymail/sendgrid/tracking/", headers=password()).status_code == 405
    # How some look whether the address is right.
    assert client.head("/anymail/sendgrid/tracking/").status_code == 200


@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"17", b'"words"', b'{"a": 1}', b"\xff\xfe", b"[1]"]
)
def test_what_cannot_be_read_is_refused_without_a_trace(body, hook, caplog):
    assert hook("sendgrid", Post(body)).status_code == 400
    assert not ReportPost.objects.exists()


def test_a_post_of_nothing_is_fine(hook):
    assert hook("sendgrid", Post(b"[]")).status_code == 200
    assert not ReportPost.objects.exists()


def test_posts_larger_than_a_form_are_taken(hook, meta):
    events = [sendgrid("hard", SECRET, {**meta, "category": "x" * 3_000}) for _ in range(500)]

    assert hook("sendgrid", sendgrid_post(events)).status_code == 200
    assert len(ReportPost.objects.get().reports) == 500


def test_what_is_much_too_large_is_refused(hook, monkeypatch):
    monkeypatch.setattr(webhooks, "LARGEST", 1_000)

    assert hook("sendgrid", Post(b"[" + b" " * 1_000 + b"]")).status_code == 413
    assert hook("sendgrid", Post(b"[" + b" " * 998 + b"]")).status_code == 200


def test_one_garbled_event_does_not_keep_out_the_others(hook, meta):
    events = [
        sendgrid("hard", SECRET, meta),
        {"email": SECRET, "no": "event"},
        sendgrid("complaint", SECRET, meta),
    ]

    assert hook("sendgrid", sendgrid_post(events)).status_code == 200
    kept = ReportPost.objects.get().reports
    assert [one.get("verdict") for one in kept] == ["hard", None, "complained"]
    assert kept[1]["error"] == "KeyError"
    assert SECRET not in str(kept)


def test_reports_that_nothing_follows_from_are_not_kept(hook, meta):
    test_mail = {**meta, "source": "test:3"}
    events = [
        {**sendgrid("delivered", SECRET, test_mail)},
        {**sendgrid("delivered", SECRET, {})},
        {**sendgrid("delivered", SECRET, meta), "event": "something new"},
    ]

    assert hook("sendgrid", sendgrid_post(events)).status_code == 200
    assert not ReportPost.objects.exists()
