"""A digest that readers have, providers that report to us, and a Redis that nobody waits for."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from newsletter.models import Digest
from newsletter.tracking import inbox, redirects, stream
from subscribers.models import Newsletter, Subscriber
from tests.factories import make_newsletter, make_reader, make_scheduled_digest
from tests.newsletter.tracking.payloads import KEYS, PASSWORD, Post, password

Send = Callable[..., HttpResponse]


@pytest.fixture(autouse=True)
def _fresh() -> None:
    """Forget what this process remembers of other tests' rows and of their Redis."""
    redirects._remembered.clear()
    stream._away.until = 0.0


@pytest.fixture
def newsletter(db: None) -> Newsletter:
    return make_newsletter()


@pytest.fixture
def reader(newsletter: Newsletter) -> Subscriber:
    return make_reader(newsletter)


@pytest.fixture
def digest(newsletter: Newsletter) -> Digest:
    return make_scheduled_digest(newsletter)


@pytest.fixture
def meta(digest: Digest, reader: Subscriber) -> dict[str, str]:
    """What was sent along with the reader's mail."""
    return {
        "source": f"digest:{digest.pk}",
        "token": "6b1f6c3e-0f4c-4a58-9a5c-3b1a1b2c3d4e",
        "subscriber": str(reader.pk),
    }


@pytest.fixture
def hook(settings: Any) -> Send:
    """Post to a provider's address as the provider would."""
    settings.WEBHOOK_SECRET = PASSWORD
    settings.ANYMAIL = {"WEBHOOK_SECRET": PASSWORD, **KEYS}

    def send(provider: str, post: Post, headers: dict[str, str] | None = None) -> HttpResponse:
        settings.EMAIL_PROVIDERS = [provider]
        return Client(enforce_csrf_checks=True).post(
            f"/anymail/{provider}/tracking/",
            data=post.body,
            content_type=post.content_type,
            headers=(password() if headers is None else headers) | post.headers,
        )

    return send


@pytest.fixture
def apply() -> Callable[[], None]:
    """Apply everything that was posted."""

    def run() -> None:
        while inbox.apply_waiting(now=timezone.now()):
            pass

    return run
