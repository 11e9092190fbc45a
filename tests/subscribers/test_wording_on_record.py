"""The ledger keeps the sentence that stood beside the button, and only where somebody agreed."""

import pytest
from django.test import Client
from django.utils import timezone

from subscribers import links, wording
from subscribers.models import Consent
from tests.factories import make_newsletter, make_reader

pytestmark = pytest.mark.django_db


def _page(reader):
    url = links.preferences_url(subscriber_id=reader.pk, issued_at=timezone.now())
    return "/" + url.split("/", 3)[3]


def test_what_is_recorded_is_what_the_page_shows(client: Client):
    newsletter, reader = make_newsletter(), make_reader()
    page = _page(reader)
    sentence = wording.switch_sentence()
    assert sentence in client.get(page).text
    assert sentence in client.get(f"{page}?add={newsletter.slug}").text
    client.post(page, {"action": "add", "add": newsletter.slug})
    added = Consent.objects.get(act=Consent.Act.ADDED)
    assert added.wording == wording.SWITCH


def test_leaving_agrees_to_nothing(client: Client):
    reader = make_reader(make_newsletter())
    client.post(_page(reader), {"action": "everything"})
    left = Consent.objects.get(act=Consent.Act.LEFT)
    assert left.wording == ""
