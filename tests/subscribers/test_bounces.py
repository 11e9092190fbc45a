"""A mailbox that does not exist, or a reader who calls our mail spam."""

from datetime import timedelta

import pytest

from subscribers import audience, bounces, subscriptions, suppression
from subscribers.bounces import DeadEnd
from subscribers.ledger import Proof
from subscribers.models import Consent, Subscription, Suppression
from tests.factories import NOW, make_newsletter, make_reader

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def newsletter():
    return make_newsletter()


def dead(reader, **values):
    return DeadEnd(**{"subscriber_id": reader.pk, "at": LATER, **values})


def apply(*dead_ends, now=LATER + timedelta(minutes=1)):
    bounces.apply(dead_ends=dead_ends, now=now)


@pytest.mark.parametrize(
    ("complained", "reason", "ended", "method"),
    [
        (False, "hard_bounce", "bounced", "hard bounce"),
        (True, "complaint", "complained", "spam report"),
    ],
)
def test_it_suppresses_and_ends_with_its_reason(newsletter, complained, reason, ended, method):
    reader = make_reader(newsletter)
    apply(dead(reader, complained=complained, detail="550 5.1.1 no such user"))

    kept = Suppression.objects.get()
    assert (kept.address_hash, kept.reason) == (reader.address_hash, reason)
    assert (kept.detail, kept.created_at) == ("550 5.1.1 no such user", LATER)
    subscription = reader.subscriptions.get()
    assert (subscription.state, subscription.reason) == (Subscription.State.ENDED, ended)
    consent = Consent.objects.get(act="left")
    assert (consent.subscriber_id, consent.method) == (reader.pk, method)
    assert not audience.deliverable(newsletter_id=newsletter.pk).exists()


def test_it_ends_everything_that_the_reader_gets_and_nobody_elses(newsletter):
    reader, other = make_reader(newsletter), make_reader(newsletter)
    second = make_newsletter()
    Subscription.objects.create(
        subscriber=reader, newsletter=second, state="active", created_at=NOW, confirmed_at=NOW
    )
    apply(dead(reader))

    assert set(reader.subscriptions.values_list("state", flat=True)) == {"ended"}
    assert other.subscriptions.get().state == "active"


def test_twice_is_once(newsletter):
    reader = make_reader(newsletter)
    apply(dead(reader), dead(reader))
    apply(dead(reader))

    assert Suppression.objects.count() == 1
    assert Consent.objects.filter(act="left").count() == 1


def test_a_bounce_from_before_the_last_confirmation_is_forgotten(newsletter):
    reader = make_reader(newsletter)
    Consent.objects.create(
        subscriber_id=reader.pk,
        newsletter=newsletter,
        act=Consent.Act.CONFIRMED,
        at=LATER + timedelta(seconds=1),
        method="confirm link",
    )
    apply(dead(reader), now=LATER + timedelta(days=1))

    assert not Suppression.objects.exists()
    assert reader.subscriptions.get().state == "active"


@pytest.mark.parametrize("act", ["imported", "added"])
def test_no_file_and_no_switch_overrides_a_late_complaint(newsletter, act):
    reader = make_reader(newsletter)
    since = LATER + timedelta(hours=1)
    reader.subscriptions.update(confirmed_at=since)
    Consent.objects.create(
        subscriber_id=reader.pk, newsletter=newsletter, act=act, at=since, method="a test"
    )
    apply(dead(reader), now=LATER + timedelta(hours=2))

    assert Suppression.objects.exists()
    assert reader.subscriptions.get().state == "ended"


def test_a_late_report_does_not_undo_a_confirmation_that_follows(newsletter):
    """The bounce happened, the mail was made, the report came, the button was pressed."""
    reader = make_reader(newsletter, state=Subscription.State.PENDING)
    made = LATER + timedelta(minutes=10)
    apply(dead(reader), now=made + timedelta(minutes=5))
    subscriptions.confirm(
        subscriber_id=reader.pk,
        issued_at=made,
        proof=Proof(method="confirm link"),
        now=made + timedelta(minutes=10),
    )

    assert not Suppression.objects.exists()
    assert audience.deliverable(newsletter_id=newsletter.pk).exists()


def test_what_waits_for_confirmation_goes_on_waiting(newsletter):
    reader = make_reader(newsletter, state=Subscription.State.PENDING)
    apply(dead(reader))

    assert reader.subscriptions.get().state == Subscription.State.PENDING
    assert Suppression.objects.exists()


def test_an_address_alone_finds_its_reader(newsletter):
    reader = make_reader(newsletter)
    apply(dead(reader, subscriber_id=None, address_hash=reader.address_hash))

    assert Suppression.objects.get().address_hash == reader.address_hash
    assert reader.subscriptions.get().reason == "bounced"


def test_an_address_that_nobody_has_is_suppressed_too():
    stranger = suppression.address_hash("stranger@mail.example")
    apply(DeadEnd(subscriber_id=None, at=LATER, address_hash=stranger))

    assert Suppression.objects.get().address_hash == stranger


def test_an_erased_reader_has_nothing_to_suppress():
    reader = make_reader(address_hash="", erased_at=NOW)
    apply(dead(reader), dead(reader, subscriber_id=reader.pk + 1))

    assert not Suppression.objects.exists()


def test_what_staff_set_keeps_its_reason(newsletter):
    reader = make_reader(newsletter)
    suppression.suppress(
        address_hashes=[reader.address_hash], reason="manual", detail="asked by phone", now=NOW
    )
    apply(dead(reader))

    assert Suppression.objects.get().reason == "manual"
