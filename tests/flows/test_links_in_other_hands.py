"""What links and answers give away to whoever else holds them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from subscribers import identity, links, notices, privacy, signup, subscriptions
from subscribers.account import address_changes
from subscribers.addresses import parse
from subscribers.ledger import Proof
from subscribers.models import AddressChange, Notice, Subscriber, Suppression
from subscribers.transfer.report import Kind
from subscribers.transfer.rows import Row
from subscribers.transfer.standing import standings
from tests.factories import make_newsletter, make_reader
from tests.sign_up_forms import filled_in

pytestmark = pytest.mark.django_db

PROOF = Proof(method="a test")


@pytest.fixture
def newsletter():
    return make_newsletter(name="Morning Briefing")


@pytest.fixture
def reader(newsletter):
    return make_reader(newsletter, address="anna@mail.example", name="Anna Q Smith")


def _move(reader, to="anna@home.example"):
    now = timezone.now()
    address_changes.ask(subscriber_id=reader.pk, address=parse(to), now=now)
    change = AddressChange.objects.get(new_address=to)
    assert address_changes.confirm(
        subscriber_id=reader.pk, change_id=change.pk, proof=PROOF, now=now
    )


def _choices(reader, *, days_ago=0):
    at = timezone.now() - timedelta(days=days_ago)
    return links.preferences_url(subscriber_id=reader.pk, issued_at=at)


def test_a_link_in_the_old_mailbox_chooses_nothing_any_more(client, reader):
    _move(reader)
    page = client.get(_choices(reader, days_ago=2))
    assert page.status_code == 410
    client.post(_choices(reader, days_ago=2), {"action": "everything"})
    assert reader.subscriptions.get().state == "active"
    assert client.get(_choices(reader)).status_code == 200


def test_a_confirmation_in_the_old_mailbox_confirms_nothing_any_more(reader):
    other = make_newsletter(name="Good News")
    asked = timezone.now() - timedelta(hours=1)
    subscriptions.request(
        subscriber_id=reader.pk, newsletter_ids=[other.pk], proof=PROOF, now=asked
    )
    _move(reader)
    found = subscriptions.confirmable(subscriber_id=reader.pk, issued_at=asked)
    assert not found.exists()


def test_an_old_file_does_not_bring_the_old_address_back(reader, newsletter):
    _move(reader)
    row = Row(
        number=2,
        identity=identity.columns(parse("anna@mail.example")),
        name="",
        language="",
        time_zone="",
        signed_up=None,
        paused_until=None,
        frequency="every_day",
        own_time=None,
        notes=(),
    )
    assert Suppression.objects.get().reason == "moved"
    assert standings(rows=[row], newsletter_id=newsletter.pk)[0].kind is Kind.MOVED


def test_what_is_held_does_not_tell_whose_an_address_is(reader):
    make_reader(address="ben@mail.example")
    for typed in ("ben@mail.example", "nobody@mail.example"):
        now = timezone.now()
        address_changes.ask(subscriber_id=reader.pk, address=parse(typed), now=now)
    told = privacy.export(subscriber_id=reader.pk, now=timezone.now())
    assert "@mail.example" not in str(told["changes_of_address"])
    assert told["changes_of_address"] == []


def test_an_address_that_others_asked_to_move_to_goes_with_its_reader(reader):
    other = make_reader(address="ben@mail.example")
    address_changes.ask(
        subscriber_id=other.pk, address=parse("Carla@MAIL.example"), now=timezone.now()
    )
    carla = make_reader(address="carla@mail.example")
    privacy.erase(subscriber_id=carla.pk, proof=PROOF, now=timezone.now())
    assert AddressChange.objects.get().new_address == ""


def test_a_forwarded_link_shows_no_name_and_keeps_it(client, reader):
    assert "Anna" not in client.get(_choices(reader)).text
    client.post(_choices(reader), {"newsletters": "morning-briefing", "name": "", "time_zone": ""})
    assert Subscriber.objects.get(pk=reader.pk).name == "Anna Q Smith"
    client.post(
        _choices(reader),
        {"newsletters": "morning-briefing", "name": "", "no-name": "on", "time_zone": ""},
    )
    assert Subscriber.objects.get(pk=reader.pk).name == ""


@pytest.mark.parametrize("name", ["see http://evil.example/x", "evil.example", "a@b", "<b>Bo</b>"])
def test_nothing_that_reads_as_a_link_becomes_a_name(client, reader, name):
    answer = client.post(_choices(reader), {"name": name, "time_zone": ""})
    assert answer.status_code == 422
    assert Subscriber.objects.get(pk=reader.pk).name == "Anna Q Smith"


@pytest.mark.parametrize("name", ["Zoë O\u2019Brien-Lindqvist Jr.", "José María", "李小龍", "علي"])
def test_names_of_the_world_are_names(client, reader, name):
    client.post(_choices(reader), {"name": name, "time_zone": ""})
    assert Subscriber.objects.get(pk=reader.pk).name == name


def test_nothing_slips_in_between_the_page_and_its_button(client, newsletter):
    now = timezone.now() - timedelta(minutes=1)
    other = make_newsletter(name="Good News")
    ben = make_reader(newsletter, address="ben@mail.example", state="pending")
    url = links.confirm_url(subscriber_id=ben.pk, issued_at=now)
    assert newsletter.slug in client.get(url).text
    subscriptions.request(subscriber_id=ben.pk, newsletter_ids=[other.pk], proof=PROOF, now=now)
    client.post(url, {"newsletters": newsletter.slug})
    states = dict(ben.subscriptions.values_list("newsletter__name", "state"))
    assert states == {newsletter.name: "active", "Good News": "pending"}


def test_erasing_and_asking_again_brings_no_more_mails_than_asking(newsletter):
    now = timezone.now()
    for _ in range(4):
        signup.sign_up(
            address=parse("dora@mail.example"),
            newsletter_ids=[newsletter.pk],
            page="",
            network="",
            now=now,
        )
        dora = Subscriber.objects.get(erased_at=None, address="dora@mail.example")
        privacy.erase(subscriber_id=dora.pk, proof=PROOF, now=now)
    assert Notice.objects.filter(kind="confirmation").count() == 1


def test_an_old_file_does_not_bring_an_erased_reader_back_but_his_own_button_does(client, reader):
    newsletter = reader.subscriptions.get().newsletter
    earlier = timezone.now() - timedelta(hours=1)
    privacy.erase(subscriber_id=reader.pk, proof=PROOF, now=earlier)
    assert Suppression.objects.get().reason == "erased"

    typed = {"email": "anna@mail.example", "newsletters": newsletter.slug}
    client.post("/subscribe/", filled_in(**typed))
    again = Subscriber.objects.get(erased_at=None)
    asked = Notice.objects.get(subscriber=again)
    notices.compose(notice=asked, now=timezone.now())
    client.post(links.confirm_url(subscriber_id=again.pk, issued_at=asked.created_at))

    assert again.subscriptions.get().state == "active"
    assert not Suppression.objects.exists()
