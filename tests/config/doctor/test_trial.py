"""The mail of `--to`: sent the real way, with what is said of it at once and later."""

from email import message_from_bytes
from email.policy import default
from urllib.parse import urlsplit

import pytest

from config.doctor import trial
from config.watching.readiness import Status
from newsletter.models import ReportPost
from subscribers.mailing.smtp import kept
from subscribers.models import Notice, OutboxMail
from tests.config.doctor.looking import by_name
from tests.newsletter.tracking.payloads import PASSWORD, password, sendgrid, sendgrid_post
from tests.providers import http_api
from tests.relay import scripted_relay
from tests.subscribers.mailing.api.dialects import settings_of

pytestmark = pytest.mark.django_db
TO = "me@daymark.example"


def look(seconds: float = 0):
    return by_name(trial.look(to=TO, seconds=seconds, is_known=True))


@pytest.fixture
def relay(settings):
    settings.EMAIL_PROVIDERS = ["smtp"]
    with scripted_relay() as one:
        settings.EMAIL_URL = one.url
        yield one
    kept._forget()


@pytest.fixture
def service(settings):
    settings.EMAIL_PROVIDERS = ["sendgrid"]
    settings.WEBHOOK_SECRET = PASSWORD
    with http_api() as api:
        settings.ANYMAIL = settings_of("sendgrid", api.url) | {"WEBHOOK_SECRET": PASSWORD}
        api.headers = {"X-Message-Id": "id-1"}
        yield api


def test_the_outbox_keeps_it_and_no_queue_does(settings):
    settings.EMAIL_PROVIDERS = ["outbox"]

    assert look()["mail by outbox"].status is Status.OK
    assert OutboxMail.objects.get().address == TO
    assert not Notice.objects.exists()


def test_it_carries_what_lets_mail_clients_offer_to_unsubscribe(relay, client):
    assert look()["mail by smtp"].status is Status.OK

    (taken,) = relay.mails
    mail = message_from_bytes(taken.content, policy=default)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    way = urlsplit(mail["List-Unsubscribe"].strip("<>")).path
    pressed = client.post(way, {"List-Unsubscribe": "One-Click"})
    assert (pressed.status_code, pressed.content) == (200, b"Done.\n")


def test_a_refusal_is_told_in_the_relays_words_without_the_address(relay):
    relay.script = lambda heard: f"550 5.1.1 <{TO}> who?" if heard.verb == "RCPT" else None

    check = look()["mail by smtp"]

    assert check.status is Status.FAILED
    assert "550 5.1.1" in check.detail
    assert TO not in f"{check}"


def test_it_goes_through_each_provider_in_turn(settings, relay):
    settings.EMAIL_PROVIDERS = ["outbox", "smtp"]

    assert list(look()) == ["mail by outbox", "mail by smtp"]


def test_an_email_service_says_what_it_calls_the_mail(service):
    assert "id-1" in look()["mail by sendgrid"].detail


def test_without_a_report_it_says_so_and_what_to_do(service):
    check = look()["report of sendgrid"]

    assert check.status is Status.WARNING
    assert "nothing yet" in check.detail


@pytest.mark.parametrize(("what", "status"), [("delivered", "ok"), ("hard", "failed")])
def test_what_the_provider_reports_is_waited_for_and_kept_nowhere(service, client, what, status):
    def report() -> None:
        along = service.calls[0].json["personalizations"][0]["custom_args"]
        post = sendgrid_post([sendgrid(what, TO, along)])
        answer = client.post(
            "/anymail/sendgrid/tracking/",
            data=post.body,
            content_type=post.content_type,
            headers=password(),
        )
        assert answer.status_code == 200

    checks = trial.look(to=TO, seconds=5, is_known=True)
    assert next(checks).status is Status.OK
    report()
    (check,) = checks

    assert check.status == status, check
    assert not ReportPost.objects.exists()
    assert TO not in f"{check}"
