"""The way of reports: strangers refused, our password taken, nothing kept."""

import pytest

from config.doctor import reporting
from config.watching.readiness import Status
from newsletter.models import ReportPost
from newsletter.tracking import webhooks
from tests.config.doctor.looking import by_name
from tests.newsletter.tracking.payloads import KEYS, PASSWORD
from tests.providers import http_api

# Its view needs a package that is not here.
NAMES = sorted(set(webhooks.VIEWS) - {"postal"})


@pytest.fixture
def here(settings, live_server):
    settings.SITE_URL = live_server.url
    settings.WEBHOOK_SECRET = PASSWORD
    settings.ANYMAIL = {"WEBHOOK_SECRET": PASSWORD, **KEYS}
    return settings


@pytest.mark.parametrize("provider", NAMES)
def test_each_providers_address_refuses_strangers_and_takes_our_password(here, provider):
    here.EMAIL_PROVIDERS = [provider]

    check = by_name(reporting.look())[f"reports of {provider}"]

    assert check.status is Status.OK, check
    assert not ReportPost.objects.exists()


def test_a_provider_that_reports_nothing_is_not_asked(settings):
    settings.EMAIL_PROVIDERS = ["smtp", "scaleway"]

    assert {check.status for check in reporting.look()} == {Status.NOT_LOOKED}


def test_without_a_password_of_ours_it_is_a_missing_setting(here):
    here.EMAIL_PROVIDERS = ["sendgrid"]
    here.WEBHOOK_SECRET = ""

    (check,) = reporting.look()

    assert "WEBHOOK_SECRET" in check.remedy


def test_a_setting_of_the_provider_that_is_missing_is_told(here):
    here.EMAIL_PROVIDERS = ["mandrill"]
    del here.ANYMAIL["MANDRILL_WEBHOOK_KEY"]

    (check,) = reporting.look()

    assert check.status is Status.FAILED
    assert "what-comes-back" in check.remedy


@pytest.mark.parametrize(
    ("bare", "with_password", "words"),
    [
        (200, 200, "without the password it is answered 200"),
        (403, 403, "without the password it is answered 403"),
        (401, 401, "our password is refused"),
        (401, 500, "refused with 500"),
    ],
)
def test_an_answer_that_is_not_ours_is_told(settings, bare, with_password, words):
    settings.EMAIL_PROVIDERS = ["sendgrid"]
    settings.WEBHOOK_SECRET = PASSWORD
    with http_api() as api:
        api.say = lambda call: (with_password if "Authorization" in call.headers else bare, "")
        settings.SITE_URL = api.url.rstrip("/")
        (check,) = reporting.look()

    assert check.status is Status.FAILED
    assert words in check.detail
    assert PASSWORD not in f"{check}"
