"""The switch that turns the counting of clicks off."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from tests.factories import make_newsletter

pytestmark = pytest.mark.django_db


def test_it_stands_on_the_newsletters_page(client):
    newsletter = make_newsletter()
    client.force_login(get_user_model().objects.create_superuser("boss", password="x"))

    page = client.get(reverse("admin:subscribers_newsletter_change", args=[newsletter.pk]))

    assert 'name="tracks_clicks"' in page.text
    assert "Links in its mails lead through this site and are counted." in page.text
