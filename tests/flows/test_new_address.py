"""Changing the address: asked for behind a fresh link, made by a button at the new one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from subscribers import links, suppression
from subscribers.account import address_changes, fresh_links
from subscribers.addresses import parse
from subscribers.models import (
    AddressChange,
    Consent,
    FreshLink,
    Notice,
    Subscriber,
    Subscription,
    SuppressedDomain,
)
from tests.factories import make_newsletter, make_reader
from tests.flows.reading_mail import link, newest
from tests.flows.test_your_data import opened

pytestmark = pytest.mark.django_db

NEW = "Anna.New@other.example"


@pytest.fixture
def reader():
    newsletter = make_newsletter(name="Morning Briefing")
    return make_reader(newsletter, address="anna@mail.example")


def path_of_fresh_link(reader):
    fresh_links.send(subscriber_id=reader.pk, now=timezone.now())
    url = links.fresh_url(subscriber_id=reader.pk, row_id=FreshLink.objects.get().pk)
    return "/" + url.split("/", 3)[3]


def ask(reader, address=NEW, now=None):
    now = now or timezone.now()
    address_changes.ask(subscriber_id=reader.pk, address=parse(address), now=now)


def suppress(address, reason, days_ago=50):
    suppression.suppress(
        address_hashes=[suppression.address_hash(address.lower())],
        reason=reason,
        detail="",
        now=timezone.now() - timedelta(days=days_ago),
    )


def acts():
    """What is on record but for the block that a test set up."""
    told = Consent.objects.exclude(act="blocked").order_by("pk")
    return list(told.values_list("act", flat=True))


def test_the_button_at_the_new_address_moves_everything(client, reader):
    path, mark, _ = opened(client, reader)
    page = client.post(path, {"mark": mark, "action": "address", "email": NEW}).content.decode()
    assert f"Check {NEW}." in page
    assert newest("new_address").header("To") == NEW
    confirm = link("new_address", "new-address")
    for _ in range(2):
        assert NEW in client.get(confirm).content.decode()
    assert Subscriber.objects.get().address == "anna@mail.example"

    page = client.post(confirm).content.decode()
    assert "Saved." in page
    moved = Subscriber.objects.get()
    assert (moved.pk, moved.address, moved.address_key) == (reader.pk, NEW, NEW.lower())
    assert (moved.domain, moved.address_hash) == (
        "other.example",
        suppression.address_hash(NEW.lower()),
    )
    assert Subscription.objects.get().state == "active"
    assert acts() == ["told", "moved"]
    told = newest("address_changed")
    assert told.header("To") == "anna@mail.example"
    assert "A•••@other.example" in told.text
    assert "Anna.New" not in told.text


def test_it_is_made_once_and_what_went_to_the_old_mailbox_opens_nothing_more(client, reader):
    path, mark, _ = opened(client, reader)
    client.post(path, {"mark": mark, "action": "address", "email": NEW})
    confirm = link("new_address", "new-address")
    client.post(confirm)
    assert client.post(confirm).status_code == 410
    assert client.get(confirm).status_code == 410
    assert client.post(path, {"mark": mark, "action": "download"}).status_code == 410
    assert acts() == ["told", "moved"]


def test_a_link_that_waits_in_the_old_mailbox_opens_no_more(client, reader):
    path = path_of_fresh_link(reader)
    ask(reader)
    client.post(link("new_address", "new-address"))
    page = client.post(path)
    assert page.status_code == 410
    assert FreshLink.objects.get().opened_at is None


def test_a_new_address_does_not_give_three_more_links_a_day(client, reader):
    now = timezone.now()
    for minutes in (60, 40, 20):
        fresh_links.send(subscriber_id=reader.pk, now=now - timedelta(minutes=minutes))
    ask(reader)
    client.post(link("new_address", "new-address"))
    fresh_links.send(subscriber_id=reader.pk, now=now)
    assert FreshLink.objects.count() == 3


def test_a_new_address_may_be_sent_a_link_at_once(client, reader):
    """The one that waits went to the old mailbox, and opens no more."""
    fresh_links.send(subscriber_id=reader.pk, now=timezone.now())
    ask(reader)
    client.post(link("new_address", "new-address"))
    fresh_links.send(subscriber_id=reader.pk, now=timezone.now())
    assert FreshLink.objects.count() == 2


def test_an_address_of_another_reader_looks_the_same_and_the_mail_explains(client, reader):
    make_reader(address="ben@other.example")
    path, mark, _ = opened(client, reader)
    send = {"mark": mark, "action": "address"}
    taken = client.post(path, send | {"email": "ben@other.example"})
    free = client.post(path, send | {"email": "eva@other.example"})
    assert taken.status_code == free.status_code == 200
    assert taken.content.replace(b"ben@", b"eva@") == free.content
    mail = newest("address_taken")
    assert mail.header("To") == "ben@other.example"
    assert "It gets our mails already, so nothing was changed." in mail.text
    assert "anna" not in mail.text
    assert Subscriber.objects.get(pk=reader.pk).address == "anna@mail.example"


def test_an_address_that_became_a_readers_meanwhile_is_refused(client, reader):
    ask(reader)
    confirm = link("new_address", "new-address")
    make_reader(address=NEW)
    assert client.post(confirm).status_code == 409
    assert Subscriber.objects.get(pk=reader.pk).address == "anna@mail.example"


@pytest.mark.parametrize("typed", ["", "anna", "a@b@c", "a@b\r\nBcc: x@y.example", "x" * 5000])
def test_what_is_no_address_is_said_beside_the_field(client, reader, typed):
    path, mark, _ = opened(client, reader)
    response = client.post(path, {"mark": mark, "action": "address", "email": typed})
    assert response.status_code == 422
    assert 'id="new-email-error"' in response.content.decode()
    assert Notice.objects.count() == 1


def test_the_address_that_we_have_is_no_change(client, reader):
    path, mark, _ = opened(client, reader)
    response = client.post(path, {"mark": mark, "action": "address", "email": "ANNA@mail.example"})
    assert "That is the address we have." in response.content.decode()


def test_the_button_works_for_seven_days_and_the_address_is_forgotten(client, reader):
    ask(reader)
    confirm = link("new_address", "new-address")
    later = timezone.now() + timedelta(days=7)
    AddressChange.objects.update(created_at=timezone.now() - timedelta(days=7))
    assert client.post(confirm).status_code == 410
    assert address_changes.forget_old(now=later) == 1
    assert AddressChange.objects.get().new_address == ""


def test_no_address_stays_behind_once_the_old_one_was_told(client, reader):
    ask(reader)
    client.post(link("new_address", "new-address"))
    assert address_changes.forget_old(now=timezone.now()) == 0
    newest("address_changed")
    assert address_changes.forget_old(now=timezone.now()) == 1
    change = AddressChange.objects.get()
    assert (change.new_address, change.old_address) == ("", "")
    assert "@" not in str(list(Notice.objects.values_list("context", flat=True)))


def test_one_address_gets_one_mail_in_ten_minutes_whoever_asks(reader):
    other, now = make_reader(), timezone.now()
    ask(reader, now=now)
    ask(other, now=now)
    ask(reader, now=now + timedelta(minutes=9))
    assert Notice.objects.count() == 1
    ask(other, now=now + timedelta(minutes=11))
    assert Notice.objects.count() == 2


def test_one_reader_asks_three_times_a_day(reader):
    for number in range(5):
        ask(reader, f"other{number}@other.example")
    assert Notice.objects.count() == 3


def test_a_complaint_of_the_new_address_is_lifted_by_its_button_and_in_the_ledger(client, reader):
    suppress(NEW, "complaint")
    ask(reader)
    client.post(link("new_address", "new-address"))
    assert Subscriber.objects.get().address == NEW
    assert acts() == ["moved", "lifted"]
    assert Consent.objects.get(act="lifted").detail == "reported as spam"


def test_a_complaint_from_after_the_mail_stands(client, reader):
    ask(reader)
    confirm = link("new_address", "new-address")
    suppress(NEW, "complaint", days_ago=-1)
    assert client.post(confirm).status_code == 409
    assert Subscriber.objects.get().address == "anna@mail.example"
    assert acts() == []


def test_what_staff_set_is_neither_mailed_nor_lifted(client, reader):
    suppress(NEW, "manual")
    ask(reader)
    SuppressedDomain.objects.create(domain="third.example", created_at=timezone.now())
    ask(reader, "anna@third.example")
    assert not Notice.objects.exists()


def test_staff_may_still_stop_it_before_the_button(client, reader):
    ask(reader)
    confirm = link("new_address", "new-address")
    suppress(NEW, "manual", days_ago=0)
    assert client.post(confirm).status_code == 409
    assert acts() == []


def test_a_mailbox_that_bounced_is_asked_once_in_thirty_days(reader):
    suppress(NEW, "hard_bounce")
    now = timezone.now()
    for days in (0, 20, 31):
        ask(reader, now=now + timedelta(days=days))
    assert Notice.objects.count() == 2
