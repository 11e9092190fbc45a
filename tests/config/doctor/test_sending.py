"""Providers and senders' domains: a relay and an API in every mood, name servers by hand."""

import pytest

from config.doctor import sending
from config.watching.readiness import Status
from newsletter.release import domains
from subscribers.mailing.smtp import opening
from subscribers.models import ProviderState
from tests.config.doctor.looking import NOTHING, by_name, known, silent_server
from tests.factories import NOW, make_newsletter
from tests.providers import http_api
from tests.relay import scripted_relay
from tests.subscribers.mailing.api.dialects import settings_of

GOOD = {
    "news.org": ["v=spf1 -all"],
    "default._domainkey.news.org": ["v=DKIM1; p=abc"],
    "_dmarc.news.org": ["v=DMARC1; p=none"],
}


@pytest.fixture
def relay(settings):
    settings.EMAIL_PROVIDERS = ["smtp"]
    with scripted_relay(extensions=["AUTH PLAIN"]) as one:
        settings.EMAIL_URL = one.url.replace("//", "//user:pass-word@")
        yield one


def smtp():
    return by_name(sending.providers(NOTHING))["smtp"]


def test_a_relay_that_lets_us_in_is_told_our_sender_and_sent_nothing(relay):
    check = smtp()

    assert check.status is Status.OK, check
    assert relay.verbs()[:5] == ["CONNECT", "EHLO", "AUTH", "MAIL", "RSET"]
    assert not {"RCPT", "DATA"} & set(relay.verbs())
    assert not relay.mails


def test_a_log_in_that_is_refused_is_told_in_the_relays_words(relay):
    relay.script = lambda heard: "535 5.7.8 bad credentials" if heard.verb == "AUTH" else None

    check = smtp()

    assert check.status is Status.FAILED
    assert "535 5.7.8 bad credentials" in check.detail
    assert "EMAIL_URL" in check.remedy
    assert "pass-word" not in f"{check}"


def test_a_sender_that_the_relay_does_not_take_is_named(relay):
    relay.script = lambda heard: "550 not your domain" if heard.verb == "MAIL" else None

    check = smtp()

    assert check.status is Status.FAILED
    assert "briefing@daymark.example" in check.detail


def test_without_an_address_of_a_relay_none_is_asked(settings):
    settings.EMAIL_PROVIDERS = ["smtp"]
    settings.EMAIL_URL = ""

    assert smtp().status is Status.NOT_LOOKED


@pytest.mark.django_db
def test_each_newsletters_sender_is_tried(relay):
    make_newsletter(from_address="one@daymark.example")
    make_newsletter(from_address="two@daymark.example")

    by_name(sending.providers(known()))

    told = [heard.words for heard in relay.heard if heard.verb == "MAIL"]
    assert told[:2] == ["FROM:<one@daymark.example>", "FROM:<two@daymark.example>"]


def test_a_relay_without_tls_is_told(relay, settings):
    settings.EMAIL_URL = settings.EMAIL_URL.replace("smtp:", "smtp+tls:")

    check = smtp()

    assert check.status is Status.FAILED
    assert "STARTTLS" in check.detail


def test_a_relay_that_says_nothing_is_given_up(settings, monkeypatch):
    monkeypatch.setattr(opening, "READY_TIMEOUT", 0.3)
    settings.EMAIL_PROVIDERS = ["smtp"]
    with silent_server() as port:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"
        check = smtp()

    assert check.status is Status.FAILED
    assert "in time" in check.detail


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, '{"scopes": ["mail.send"]}', Status.OK),
        (200, '{"scopes": ["stats.read"]}', Status.FAILED),
        (401, '{"errors": [{"message": "authorization required"}]}', Status.FAILED),
        (403, "{}", Status.WARNING),
        (500, "oops", Status.FAILED),
    ],
)
def test_an_email_service_is_asked_by_a_call_that_reads(settings, status, body, expected):
    settings.EMAIL_PROVIDERS = ["sendgrid"]
    with http_api() as api:
        settings.ANYMAIL = settings_of("sendgrid", api.url)
        api.status, api.body = status, body
        (check,) = sending.providers(NOTHING)

    assert check.status is expected
    assert {call.method for call in api.calls} == {"GET"}


@pytest.mark.django_db
def test_a_provider_that_is_left_alone_for_now_is_told(settings):
    settings.EMAIL_PROVIDERS = ["outbox"]
    later = NOW.replace(year=NOW.year + 1)
    ProviderState.objects.update_or_create(
        name="outbox", defaults={"not_before": later, "unknowns_in_a_row": 2}
    )

    found = by_name(sending.providers(known()))

    assert found["outbox now"].status is Status.WARNING


@pytest.fixture
def names(settings, monkeypatch):
    """What name servers say, by name."""
    settings.EMAIL_PROVIDERS = ["sendgrid"]
    settings.DKIM_SELECTORS = ["default"]
    settings.DEFAULT_FROM_EMAIL = "News <desk@news.org>"
    told = dict(GOOD)
    monkeypatch.setattr(domains, "texts", lambda name: told.get(name, []))
    return told


def test_a_domain_with_all_three_is_well(names):
    assert by_name(sending.sender_domains(NOTHING))["news.org"].status is Status.OK


@pytest.mark.django_db
def test_what_a_domain_lacks_is_told_with_what_to_set(names):
    del names["_dmarc.news.org"]

    (check,) = sending.sender_domains(known())

    assert check.status is Status.WARNING
    assert "_dmarc.news.org" in check.remedy


def test_name_servers_that_do_not_answer_are_no_verdict(names, monkeypatch):
    def nobody(_name: str) -> list[str]:
        raise domains.NoAnswer

    monkeypatch.setattr(domains, "texts", nobody)

    assert "no name server" in by_name(sending.sender_domains(NOTHING))["news.org"].detail


def test_a_name_for_examples_is_not_looked_up(settings):
    settings.EMAIL_PROVIDERS = ["sendgrid"]

    check = by_name(sending.sender_domains(NOTHING))["daymark.example"]

    assert check.status is Status.NOT_LOOKED
