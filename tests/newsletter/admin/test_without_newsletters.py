"""What needs a newsletter says so, where there is none yet, instead of showing an empty choice."""

import pytest
from django.test import Client

from config.models import StaffUser
from tests.factories import make_newsletter


@pytest.mark.parametrize(
    "page", ["newsletter/digest/new", "newsletter/digest/urgent", "subscribers/subscriber/import"]
)
def test_it_leads_to_making_one(client: Client, db: None, page: str) -> None:
    client.force_login(StaffUser.objects.create_superuser("boss", password="x"))
    text = client.get(f"/admin/{page}/").text
    assert "There is no newsletter yet, and this needs one." in text
    assert 'name="newsletter"' not in text
    make_newsletter()
    assert 'name="newsletter"' in client.get(f"/admin/{page}/").text
