"""What a leaver wrote: shown to staff and to him, and gone with him or after a year."""

from datetime import timedelta

import pytest
from django.utils import timezone

from subscribers import leaving, privacy, subscriptions
from subscribers.admin.timeline import timeline
from subscribers.clock import Clock
from subscribers.ledger import Proof
from subscribers.models import Consent, LeavingWords
from subscribers.privacy import retention
from tests.factories import make_newsletter, make_reader

pytestmark = pytest.mark.django_db

PROOF = Proof(method="unsubscribe page")


@pytest.fixture
def leaver():
    newsletter, now = make_newsletter(name="Morning Briefing"), timezone.now()
    reader = make_reader(newsletter)
    who = {"subscriber_id": reader.pk, "newsletter_id": newsletter.pk}
    subscriptions.leave(**who, proof=PROOF, now=now)
    assert leaving.say_why(
        **who, reason="too_many", words="My wife Quilla reads it", proof=PROOF, now=now
    )
    return reader


def test_the_ledger_keeps_the_reason_and_not_the_words(leaver):
    assert Consent.objects.get(act="said_why").detail == "too_many"
    assert LeavingWords.objects.get().words == "My wife Quilla reads it"


def test_staff_see_both_on_the_time_line(leaver):
    told = {one.what: one.proof for one in timeline(subscriber=leaver, may=lambda _: True)}
    assert "too_many" in told["Morning Briefing: said why"]
    assert told["Morning Briefing: wrote why"] == "My wife Quilla reads it"


def test_they_are_in_what_is_held_and_gone_after_erasure(leaver):
    person = {"subscriber_id": leaver.pk, "now": timezone.now()}
    assert "Quilla" in str(privacy.export(**person))
    privacy.erase(**person, proof=PROOF)
    assert not LeavingWords.objects.exists()
    assert not any("Quilla" in one.detail for one in Consent.objects.all())


@pytest.mark.parametrize(("days", "kept"), [(364, True), (366, False)])
def test_they_are_kept_for_a_year(leaver, days, kept):
    LeavingWords.objects.update(at=timezone.now() - timedelta(days=days))
    retention.let_go(clock=Clock())
    assert LeavingWords.objects.exists() is kept
