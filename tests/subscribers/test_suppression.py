"""What must not be mailed: the weightiest reason stays, and each change is on record."""

from datetime import timedelta

import pytest

from subscribers import (
    audience,
    notice_queue,
    notice_sending,
    privacy,
    signup,
    subscriptions,
    suppression,
)
from subscribers.addresses import parse
from subscribers.ledger import Proof
from subscribers.models import Consent, Notice, OutboxMail, Suppression
from tests.factories import NOW, make_newsletter, make_reader

pytestmark = pytest.mark.django_db

DESK = Proof(method="desk")
LATER = NOW + timedelta(days=1)
Kind = Notice.Kind


def _suppress(reader, reason, now=NOW, detail=""):
    suppression.suppress(
        address_hashes=[reader.address_hash], reason=reason, detail=detail, now=now
    )


def _acts():
    return list(Consent.objects.order_by("pk").values_list("act", "detail"))


def test_a_complaint_takes_the_place_of_a_bounce_and_never_the_other_way_round():
    reader = make_reader()
    for reason in ("hard_bounce", "complaint", "hard_bounce", "complaint"):
        _suppress(reader, reason)
    assert Suppression.objects.get().reason == "complaint"
    assert _acts() == [
        ("blocked", "the mailbox does not exist"),
        ("blocked", "reported as spam"),
    ]


def test_a_complaint_is_not_forgotten_by_a_button_in_an_older_mail():
    newsletter, reader = make_newsletter(), make_reader()
    _suppress(reader, "hard_bounce")
    asked = NOW + timedelta(hours=1)
    subscriptions.request(
        subscriber_id=reader.pk, newsletter_ids=[newsletter.pk], proof=Proof("form"), now=asked
    )
    _suppress(reader, "complaint", now=asked + timedelta(hours=1))
    subscriptions.confirm(
        subscriber_id=reader.pk, issued_at=asked, proof=Proof("confirm link"), now=LATER
    )
    assert Suppression.objects.get().reason == "complaint"
    assert not audience.deliverable(newsletter_id=newsletter.pk).exists()


def test_confirming_lifts_it_and_says_so():
    newsletter, reader = make_newsletter(), make_reader()
    _suppress(reader, "complaint")
    link = {"subscriber_id": reader.pk, "proof": Proof("confirm link")}
    subscriptions.request(**link, newsletter_ids=[newsletter.pk], now=LATER)
    subscriptions.confirm(**link, issued_at=LATER, now=LATER)
    assert not Suppression.objects.exists()
    assert ("lifted", "reported as spam") in _acts()


@pytest.mark.parametrize("why", ["", "   "])
def test_nobody_lifts_one_without_a_reason(why):
    reader = make_reader()
    _suppress(reader, "complaint")
    with pytest.raises(suppression.ReasonMissing):
        suppression.lift(hashed=reader.address_hash, why=why, proof=DESK, now=NOW)
    with pytest.raises(suppression.ReasonMissing):
        suppression.suppress_domain(domain="mail.example", why=why, proof=DESK, now=NOW)
    with pytest.raises(suppression.ReasonMissing):
        suppression.lift_domain(domain="mail.example", why=why, proof=DESK, now=NOW)
    assert Suppression.objects.exists()


def test_lifting_what_is_not_there_is_no_act():
    reader = make_reader()
    assert not suppression.lift(hashed=reader.address_hash, why="why", proof=DESK, now=NOW)
    assert not suppression.lift_domain(domain="mail.example", why="why", proof=DESK, now=NOW)
    assert _acts() == []


def test_setting_a_domain_twice_is_one_act():
    for _ in range(2):
        suppression.suppress_domain(domain="mail.example", why="gone", proof=DESK, now=NOW)
    assert _acts() == [("blocked", "mail.example: gone")]


def _queued(kind, reader, newsletter):
    subscriptions.request(
        subscriber_id=reader.pk, newsletter_ids=[newsletter.pk], proof=Proof("form"), now=NOW
    )
    context = {"newsletter_ids": [newsletter.pk]}
    return notice_queue.add(kind=kind, subscriber=reader, context=context, now=NOW)


@pytest.mark.parametrize(
    ("kind", "reason", "goes"),
    [
        (Kind.CONFIRMATION, "hard_bounce", True),
        (Kind.CONFIRMATION, "complaint", True),
        (Kind.CONFIRMATION, "manual", False),
        (Kind.ALREADY, "hard_bounce", False),
        (Kind.ALREADY, "complaint", False),
    ],
)
def test_a_mail_to_one_reader_looks_again_when_it_is_sent(kind, reason, goes):
    """It waited, and meanwhile the mailbox died, or its owner complained."""
    reader = make_reader()
    notice = _queued(kind, reader, make_newsletter())
    _suppress(reader, reason)
    notice_sending.send_due()
    notice.refresh_from_db()
    assert OutboxMail.objects.exists() == goes
    assert notice.state == ("accepted" if goes else "failed")


def test_no_mail_of_any_kind_goes_to_a_suppressed_domain():
    reader = make_reader(address="anna@gone.example")
    suppression.suppress_domain(domain="gone.example", why="gone", proof=DESK, now=NOW)
    notice = _queued(Kind.CONFIRMATION, reader, make_newsletter())
    notice_sending.send_due()
    notice.refresh_from_db()
    assert (notice.state, notice.answer) == ("failed", "This address is not mailed any more.")


def test_the_keyed_hash_still_holds_for_one_who_comes_back_after_erasure():
    newsletter, reader = make_newsletter(), make_reader(address="anna@mail.example")
    _suppress(reader, "manual")
    privacy.erase(subscriber_id=reader.pk, proof=DESK, now=NOW)
    signup.sign_up(
        address=parse("anna@mail.example"),
        newsletter_ids=[newsletter.pk],
        page="",
        network="",
        now=LATER,
    )
    assert not Notice.objects.exists()
