"""A mailbox that bounced or complained and proves itself: one mail a month, then forgotten."""

from datetime import timedelta

import pytest

from subscribers import audience, notice_sending, signup, subscriptions, suppression
from subscribers.addresses import parse
from subscribers.ledger import Proof
from subscribers.models import Consent, Notice, OutboxMail, SuppressedDomain, Suppression
from tests.factories import NOW, make_newsletter, make_reader

pytestmark = pytest.mark.django_db

ADDRESS = "anna@mail.example"
LATER = NOW + timedelta(days=1)


def _suppress(reason, at=NOW):
    hashes = [suppression.address_hash(ADDRESS)]
    suppression.suppress(address_hashes=hashes, reason=reason, detail="550 5.1.1", now=at)


def _sign_up(newsletter, at=LATER):
    signup.sign_up(
        address=parse(ADDRESS), newsletter_ids=[newsletter.pk], page="x", network="", now=at
    )


def _confirm(reader, issued_at):
    return subscriptions.confirm(
        subscriber_id=reader.pk,
        issued_at=issued_at,
        proof=Proof("confirm link", network="203.0.113.0/24"),
        now=issued_at + timedelta(minutes=1),
    )


@pytest.mark.parametrize("reason", ["hard_bounce", "complaint"])
def test_confirming_lifts_the_suppression_and_the_ledger_says_what_it_was(reason):
    newsletter = make_newsletter()
    reader = make_reader(newsletter, state="ended", address=ADDRESS)
    _suppress(reason)
    _sign_up(newsletter)
    notice = Notice.objects.get()
    assert _confirm(reader, notice.created_at)
    assert not Suppression.objects.exists()
    lifted = Consent.objects.get(act="lifted")
    assert (lifted.subscriber_id, lifted.newsletter, lifted.network) == (
        reader.pk,
        None,
        "203.0.113.0/24",
    )
    assert lifted.detail == Suppression.Reason(reason).label
    assert audience.deliverable(newsletter_id=newsletter.pk).exists()


def test_a_reader_who_was_not_suppressed_has_nothing_lifted():
    reader = make_reader(make_newsletter(), state="pending")
    _confirm(reader, LATER)
    assert not Consent.objects.filter(act="lifted").exists()


def test_a_complaint_after_the_mail_is_not_lifted_by_it():
    reader = make_reader(make_newsletter(), state="pending", address=ADDRESS)
    _suppress("complaint", at=LATER + timedelta(seconds=30))
    _confirm(reader, LATER)
    assert Suppression.objects.get().reason == "complaint"
    assert not Consent.objects.filter(act="lifted").exists()


def test_what_staff_set_is_not_lifted():
    reader = make_reader(make_newsletter(), state="pending", address=ADDRESS)
    _suppress("manual")
    _confirm(reader, LATER)
    assert Suppression.objects.get().reason == "manual"
    assert not Consent.objects.filter(act="lifted").exists()


def test_an_address_of_a_suppressed_domain_gets_nothing():
    SuppressedDomain.objects.create(domain="mail.example", created_at=NOW)
    _sign_up(make_newsletter())
    assert not Notice.objects.exists()


@pytest.mark.parametrize("reason", ["hard_bounce", "complaint"])
def test_who_gets_it_already_and_is_suppressed_is_not_told_so(reason):
    newsletter = make_newsletter()
    make_reader(newsletter, address=ADDRESS)
    _suppress(reason)
    _sign_up(newsletter)
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("reason", "kind", "goes"),
    [
        ("manual", "confirmation", False),
        ("domain", "confirmation", False),
        ("complaint", "confirmation", True),
        ("hard_bounce", "confirmation", True),
        ("complaint", "already", False),
    ],
)
def test_what_was_suppressed_meanwhile_is_looked_at_again_before_it_goes(reason, kind, goes):
    newsletter = make_newsletter()
    state = "pending" if kind == "confirmation" else "active"
    reader = make_reader(newsletter, state=state, address=ADDRESS)
    Notice.objects.create(
        kind=kind,
        subscriber=reader,
        context={"newsletter_ids": [newsletter.pk]},
        not_before=NOW,
        created_at=NOW,
    )
    if reason == "domain":
        SuppressedDomain.objects.create(domain="mail.example", created_at=NOW)
    else:
        _suppress(reason)
    notice_sending.send_due()
    assert OutboxMail.objects.exists() == goes
