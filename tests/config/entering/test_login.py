"""The log-in page of the desk."""

import pytest
from django.test import Client
from django.urls import reverse


@pytest.mark.django_db
def test_a_wrong_password_is_answered_in_plain_words(client: Client) -> None:
    page = client.post(reverse("admin:login"), {"username": "ines", "password": "no"}).text
    assert "do not belong together" in page
