"""The preference page of a reader whom staff keep us from mailing."""

import pytest
from django.utils import timezone

from config.publisher import publisher
from subscribers import suppression
from subscribers.models import Notice, Subscriber, Subscription, SuppressedDomain
from tests.factories import make_newsletter, make_reader
from tests.flows.test_choices import acts, path_of, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def daily():
    return make_newsletter(name="Morning Briefing", slug="briefing")


def forbid(reader, by):
    now = timezone.now()
    if by == "domain":
        SuppressedDomain.objects.create(domain=reader.domain, created_at=now)
    else:
        suppression.suppress(
            address_hashes=[reader.address_hash], reason="manual", detail="", now=now
        )


@pytest.mark.parametrize("by", ["domain", "address"])
def test_who_may_not_be_mailed_is_told_so_and_nothing_waits_for_a_mail(client, daily, by):
    reader = make_reader(daily, state="ended")
    forbid(reader, by)
    page = save(client, reader, "briefing", name="Ada").content.decode()
    assert "We cannot mail" in page
    assert f'href="mailto:{publisher().contact}"' in page
    assert "One more tap." not in page
    assert Subscription.objects.get().state == "ended"
    assert Subscriber.objects.get().name == "Ada"
    assert not Notice.objects.exists()
    assert "requested" not in acts()


@pytest.mark.parametrize("by", ["domain", "address"])
def test_who_may_not_be_mailed_is_not_sent_to_his_inbox(client, daily, by):
    reader = make_reader(daily, state="ended")
    forbid(reader, by)
    page = client.post(path_of(reader), {"action": "add", "add": "briefing"}).content.decode()
    assert "We cannot mail" in page
    assert "Check your inbox" not in page
    assert not Notice.objects.exists()


@pytest.mark.parametrize("by", ["domain", "address"])
def test_what_he_gets_already_is_saved_as_ever(client, daily, by):
    reader = make_reader(daily)
    forbid(reader, by)
    assert "Saved." in save(client, reader, "briefing").content.decode()
