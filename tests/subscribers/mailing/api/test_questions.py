"""What each provider is asked about our account: a call that sends nothing, with our key."""

import pytest

from subscribers.mailing import probing
from subscribers.mailing.api import question
from subscribers.mailing.api.registry import api_of
from subscribers.mailing.providers import PROVIDERS
from subscribers.mailing.standing import Standing
from tests.providers import http_api
from tests.subscribers.mailing.api.conftest import NAMES
from tests.subscribers.mailing.api.dialects import settings_of

SENDER = "briefing@daymark.example"
# Its account is at another host than its sending.
HERE = sorted(set(NAMES) - {"mailtrap"})
# What its documentation shows for a good key, where that is not any 200.
GOOD = {
    "amazon_ses": (200, '{"SendingEnabled": true, "ProductionAccessEnabled": true}'),
    "mailgun": (400, '{"message": "to parameter is not a valid address."}'),
    "postal": (200, '{"status": "error", "data": {"code": "MessageNotFound"}}'),
    "sendgrid": (200, '{"scopes": ["mail.send"]}'),
}
BAD = {
    "mandrill": (500, '{"status": "error", "name": "Invalid_Key"}'),
    "postal": (200, '{"status": "error", "data": {"code": "InvalidServerAPIKey"}}'),
}


@pytest.fixture
def ask(settings):
    """Asks a provider that answers so; what it said, and the calls that it got."""
    with http_api() as server:

        def run(name: str, status: int, body: str):
            settings.ANYMAIL = settings_of(name, server.url)
            server.status, server.body = status, body
            return probing.probe(provider=PROVIDERS[name], senders=[SENDER]), server.calls

        yield run


@pytest.mark.parametrize("name", HERE)
def test_a_good_key_stands_well_and_nothing_is_sent(ask, name):
    said, calls = ask(name, *GOOD.get(name, (200, "{}")))

    assert said.standing is Standing.WELL, said
    (call,) = calls
    # Those that are asked by POST are given no recipient.
    assert call.method == "GET" or b"@" not in call.body


@pytest.mark.parametrize("name", HERE)
def test_a_bad_key_is_refused(ask, name):
    said, _ = ask(name, *BAD.get(name, (401, '{"message": "Unauthorized"}')))

    assert said.standing is Standing.REFUSED, said


@pytest.mark.parametrize("name", HERE)
def test_a_server_that_is_down_says_nothing_of_us(ask, name):
    said, _ = ask(name, 502, "<html>Bad gateway</html>")

    assert said.standing is Standing.AWAY, said


@pytest.mark.parametrize(
    ("name", "status", "body", "standing"),
    [
        ("resend", 401, '{"name": "restricted_api_key"}', Standing.WELL),
        ("resend", 400, '{"message": "API key is invalid"}', Standing.REFUSED),
        ("sparkpost", 403, '{"errors": [{"message": "Forbidden."}]}', Standing.UNSURE),
        ("mailgun", 404, '{"message": "Domain not found"}', Standing.REFUSED),
        ("sendgrid", 200, '{"scopes": ["stats.read"]}', Standing.REFUSED),
        ("amazon_ses", 200, '{"SendingEnabled": false}', Standing.REFUSED),
        ("amazon_ses", 200, '{"SendingEnabled": true}', Standing.UNSURE),
        ("postmark", 429, "", Standing.UNSURE),
    ],
)
def test_words_of_a_providers_own_are_understood(ask, name, status, body, standing):
    said, _ = ask(name, status, body)

    assert said.standing is standing, said


def test_mailtrap_is_asked_at_the_host_of_its_accounts(settings):
    settings.ANYMAIL = settings_of("mailtrap", "https://send.api.mailtrap.example/api/")

    asked = api_of(PROVIDERS["mailtrap"]).question(question.letter(sender=SENDER))

    assert asked.url == "https://mailtrap.io/api/accounts"
    assert asked.headers["Api-Token"]


def test_nobody_there_is_away(settings, free_port):
    settings.ANYMAIL = settings_of("sendgrid", f"http://127.0.0.1:{free_port}/")

    said = probing.probe(provider=PROVIDERS["sendgrid"], senders=[SENDER])

    assert said.standing is Standing.AWAY


def test_a_missing_key_is_refused_by_its_name(settings):
    settings.ANYMAIL = {}

    said = probing.probe(provider=PROVIDERS["sendgrid"], senders=[SENDER])

    assert said.standing is Standing.REFUSED
    assert "SENDGRID_API_KEY" in said.words
