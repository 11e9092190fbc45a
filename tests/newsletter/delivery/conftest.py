"""A digest on its way, for the tests of delivery."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from newsletter.delivery import drain, preparation
from newsletter.digests import lifecycle
from newsletter.models import Digest
from subscribers.models import Newsletter
from tests.clocks import set_clocks
from tests.factories import NOW, make_newsletter, make_readers, make_scheduled_digest
from tests.providers import http_api, smtp_relay


@pytest.fixture
def newsletter(db: None) -> Newsletter:
    return make_newsletter()


@pytest.fixture
def release():
    """Release a digest of a newsletter now and prepare it."""

    def run(newsletter: Newsletter, **values: object) -> Digest:
        digest = make_scheduled_digest(newsletter, **values)
        assert lifecycle.release(digest_id=digest.pk, now=NOW)
        preparation.prepare(digest_id=digest.pk, now=NOW)
        digest.refresh_from_db()
        return digest

    return run


@pytest.fixture
def travel(monkeypatch) -> Callable[[timedelta], None]:
    """Move the database's clock on, as everything in delivery sees it."""
    ahead = timedelta()

    def run(by: timedelta) -> None:
        nonlocal ahead
        ahead += by

    set_clocks(monkeypatch, lambda: NOW + ahead)
    return run


@pytest.fixture
def relay(settings):
    with smtp_relay() as server:
        settings.EMAIL_PROVIDERS = ["smtp"]
        # One, so that mails leave in the order of their readers.
        settings.EMAIL_URL = f"{server.url}?connections=1"
        yield server


@pytest.fixture
def api(settings):
    """SendGrid's API on loopback, the only provider."""
    with http_api() as provider:
        settings.EMAIL_PROVIDERS = ["sendgrid"]
        settings.ANYMAIL = {"SENDGRID_API_KEY": "key", "SENDGRID_API_URL": provider.url}
        yield provider


@pytest.fixture(autouse=True)
def _morning(travel: Callable[[timedelta], None]) -> None:
    """Every test starts at NOW."""


@pytest.fixture
def sent(newsletter, release) -> Digest:
    """Three readers, all accepted and in the outbox."""
    make_readers(newsletter, 3)
    digest = release(newsletter)
    drain.drain()
    digest.refresh_from_db()
    return digest


@pytest.fixture
def pending(newsletter, release) -> Digest:
    make_readers(newsletter, 4)
    return release(newsletter)


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, a drain comes to its end."""
    monkeypatch.setattr(drain, "MOST_SECONDS", 600.0)
