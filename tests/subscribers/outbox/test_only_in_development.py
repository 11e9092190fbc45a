"""The outbox shows personal links, so it must not exist on a public server."""

from typing import Any

import pytest
from django.test import Client

from tests.subscribers.outbox.conftest import Capture

ADDRESSES = ["/outbox/", "/outbox/{id}/", "/outbox/{id}/html", "/outbox/{id}/source"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_shows_captured_mail_in_development(
    client: Client, capture: Capture, address: str
) -> None:
    assert client.get(address.format(id=capture().pk)).status_code == 200


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_is_absent_outside_debug(
    client: Client, capture: Capture, settings: Any, address: str
) -> None:
    settings.DEBUG = False
    assert client.get(address.format(id=capture().pk)).status_code == 404


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_is_absent_when_mail_goes_elsewhere(
    client: Client, capture: Capture, settings: Any, address: str
) -> None:
    settings.EMAIL_PROVIDERS = ["smtp"]
    assert client.get(address.format(id=capture().pk)).status_code == 404


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_answers_only_to_looking(client: Client, capture: Capture, address: str) -> None:
    assert client.post(address.format(id=capture().pk)).status_code == 405


def test_it_keeps_mails_out_of_browser_caches(client: Client, capture: Capture) -> None:
    assert "no-store" in client.get(f"/outbox/{capture().pk}/html")["Cache-Control"]


@pytest.mark.parametrize("number", ["999", "99999999999999999999999"])
def test_a_mail_that_is_not_there_is_not_found(client: Client, number: str) -> None:
    assert client.get(f"/outbox/{number}/").status_code == 404
