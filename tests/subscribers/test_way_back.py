"""A mailbox that bounced or complained is still sent the mails that its owner asks for himself."""

import pytest
from django.utils import timezone

from subscribers import notices, suppression
from subscribers.account import address_changes, fresh_links
from subscribers.addresses import parse
from subscribers.models import Notice, SuppressedDomain
from tests.factories import make_newsletter, make_reader
from tests.flows.reading_mail import newest

pytestmark = pytest.mark.django_db

REASONS = ["hard_bounce", "complaint", "erased"]


@pytest.fixture
def reader():
    return make_reader(make_newsletter(), address="anna@mail.example")


def suppress(address, reason):
    key = suppression.address_hash(address)
    suppression.suppress(address_hashes=[key], reason=reason, detail="", now=timezone.now())


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("send", [fresh_links.send, fresh_links.send_choices])
def test_a_link_that_the_reader_asked_for_arrives(reader, reason, send):
    suppress("anna@mail.example", reason)
    send(subscriber_id=reader.pk, now=timezone.now())
    assert newest("fresh_link").header("To") == "anna@mail.example"


@pytest.mark.parametrize("reason", REASONS)
def test_a_new_address_is_asked_by_mail(reader, reason):
    suppress("eva@mail.example", reason)
    address_changes.ask(
        subscriber_id=reader.pk, address=parse("eva@mail.example"), now=timezone.now()
    )
    assert newest("new_address").header("To") == "eva@mail.example"


def test_what_staff_set_since_it_was_queued_stops_it(reader):
    now = timezone.now()
    fresh_links.send(subscriber_id=reader.pk, now=now)
    notice = Notice.objects.get()
    suppress("anna@mail.example", "manual")
    with pytest.raises(notices.NothingToSend):
        notices.compose(notice=notice, now=now)


def test_a_domain_suppressed_since_it_was_queued_stops_it(reader):
    now = timezone.now()
    fresh_links.send(subscriber_id=reader.pk, now=now)
    SuppressedDomain.objects.create(domain="mail.example", created_at=now)
    with pytest.raises(notices.NothingToSend):
        notices.compose(notice=Notice.objects.get(), now=now)


@pytest.mark.parametrize("send", [fresh_links.send, fresh_links.send_choices])
def test_where_staff_forbid_it_no_link_is_queued(reader, send):
    suppress("anna@mail.example", "manual")
    send(subscriber_id=reader.pk, now=timezone.now())
    assert not Notice.objects.exists()


@pytest.mark.parametrize("send", [fresh_links.send, fresh_links.send_choices])
def test_to_a_suppressed_domain_no_link_is_queued(reader, send):
    SuppressedDomain.objects.create(domain="mail.example", created_at=timezone.now())
    send(subscriber_id=reader.pk, now=timezone.now())
    assert not Notice.objects.exists()
