"""Who gets lost at the desk is led back to it, and not to the readers' pages."""

import pytest
from django.test import Client

from config.models import StaffUser


@pytest.fixture
def guest(client: Client, db: None) -> Client:
    client.force_login(StaffUser.objects.create_user("guest", password="x", is_staff=True))
    return client


def test_a_page_that_is_not_there(guest: Client) -> None:
    response = guest.get("/admin/newsletter/nothing/")
    assert response.status_code == 404
    assert "Back to the desk" in response.text
    assert "mail app" not in response.text


def test_a_page_without_the_right_to_it(guest: Client) -> None:
    response = guest.get("/admin/newsletter/digest/new/")
    assert response.status_code == 403
    assert "Your account has no right to it." in response.text
    assert "Back to the desk" in response.text


def test_a_form_that_was_open_for_too_long(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(StaffUser.objects.create_superuser("boss", password="x"))
    response = client.post("/admin/newsletter/digest/new/", {})
    assert response.status_code == 403
    assert "Back to the desk" in response.text


def test_readers_are_led_to_the_newsletters(client: Client, db: None) -> None:
    assert "Back to the desk" not in client.get("/nothing/").text


def test_the_keyboard_can_skip_the_menu(guest: Client) -> None:
    text = guest.get("/admin/").text
    assert text.index('href="#content"') < text.index("nav-sidebar")
    assert 'id="content" tabindex="-1"' in text
