"""GET never changes state: mail scanners and browsers fetch links before people press buttons."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from subscribers import tokens
from tests.factories import make_reader
from tests.publication import publish, set_up

CHANGES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


@pytest.fixture
def links(db: None, settings: Any) -> list[str]:
    """Every public address, with a token that works where one is needed."""
    settings.DEBUG = True
    newsletter = set_up()
    digest = publish(newsletter)
    reader = make_reader(newsletter)
    newcomer = make_reader(newsletter, state="pending")
    leave = tokens.unsubscribe_token(subscriber_id=reader.pk, newsletter_id=newsletter.pk)
    choose = tokens.preferences_token(subscriber_id=reader.pk, issued_at=timezone.now())
    confirm = tokens.confirm_token(subscriber_id=newcomer.pk, issued_at=timezone.now())
    return [
        "/",
        "/subscribe/",
        "/outbox/",
        "/articles/story-0/",
        newsletter.get_absolute_url(),
        digest.get_absolute_url(),
        f"/unsubscribe/{leave}/",
        f"/unsubscribe/{leave}/?List-Unsubscribe=One-Click",
        f"/preferences/{choose}/",
        f"/confirm/{confirm}/",
    ]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_no_public_address_writes_when_it_is_only_looked_at(
    client: Client, links: list[str], method: str
) -> None:
    for link in links:
        with CaptureQueriesContext(connection) as queries:
            response = client.generic(method, link)
        assert response.status_code in {200, 302, 405}, link
        written = [one["sql"] for one in queries if one["sql"].lstrip().startswith(CHANGES)]
        assert not written, link
