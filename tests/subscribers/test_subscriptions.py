"""Joining and leaving: states and proofs."""

from datetime import timedelta

import pytest

from subscribers import audience, subscriptions, suppression
from subscribers.ledger import Proof
from subscribers.models import Consent, Subscription
from subscribers.signals import subscription_confirmed, subscription_ended
from tests.factories import NOW, make_newsletter, make_reader

pytestmark = pytest.mark.django_db

PROOF = Proof(method="form", page="daymark.example", wording="2026-11", network="203.0.113.0/24")
LATER = NOW + timedelta(minutes=1)


def _asked(newsletter, reader=None, now=NOW):
    reader = reader or make_reader()
    subscriptions.request(
        subscriber_id=reader.pk, newsletter_ids=[newsletter.pk], proof=PROOF, now=now
    )
    return reader


def _confirm(reader, issued_at=NOW, now=LATER):
    return subscriptions.confirm(
        subscriber_id=reader.pk, issued_at=issued_at, proof=Proof("confirm link"), now=now
    )


def _leave(reader, newsletter, now=LATER):
    return subscriptions.leave(
        subscriber_id=reader.pk, newsletter_id=newsletter.pk, proof=Proof("one-click"), now=now
    )


def _acts():
    return list(Consent.objects.values_list("act", flat=True))


def test_asking_is_not_getting():
    newsletter = make_newsletter()
    _asked(newsletter)
    assert not audience.deliverable(newsletter_id=newsletter.pk).exists()


def test_it_keeps_how_somebody_agreed():
    _asked(make_newsletter())
    consent = Consent.objects.get()
    assert (consent.act, consent.at) == ("requested", NOW)
    assert (consent.page, consent.wording) == (PROOF.page, PROOF.wording)
    assert consent.network == "203.0.113.0/24"


def test_confirming_twice_is_one_act(django_capture_on_commit_callbacks):
    heard = []
    newsletter = make_newsletter()
    reader = _asked(newsletter)

    def hear(**news):
        heard.append((news["subscriber_id"], news["newsletter_id"], news["now"]))

    subscription_confirmed.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        assert len(_confirm(reader)) == 1
        assert _confirm(reader) == []
    assert _acts() == ["requested", "confirmed"]
    assert heard == [(reader.pk, newsletter.pk, LATER)]
    assert audience.deliverable(newsletter_id=newsletter.pk).get().confirmed_at == LATER


def test_leaving_twice_is_one_act(django_capture_on_commit_callbacks):
    heard = []
    newsletter = make_newsletter()
    reader = make_reader(newsletter)

    def hear(**news):
        heard.append(news["subscriber_id"])

    subscription_ended.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        assert _leave(reader, newsletter) is True
        assert _leave(reader, newsletter) is False
    assert _acts() == ["left"]
    assert heard == [reader.pk]


def test_it_keeps_an_old_confirm_link_from_resubscribing():
    newsletter = make_newsletter()
    reader = _asked(newsletter)
    _confirm(reader)
    _leave(reader, newsletter, now=NOW + timedelta(hours=1))
    assert _confirm(reader, now=NOW + timedelta(hours=2)) == []


def test_an_old_link_stays_dead_when_others_ask_in_the_readers_name():
    newsletter = make_newsletter()
    reader = _asked(newsletter)
    _confirm(reader)
    _leave(reader, newsletter, now=NOW + timedelta(hours=1))
    asked_again = NOW + timedelta(hours=2)
    _asked(newsletter, reader, now=asked_again)
    assert _confirm(reader, issued_at=NOW, now=NOW + timedelta(hours=3)) == []
    assert len(_confirm(reader, issued_at=asked_again, now=NOW + timedelta(hours=3))) == 1


def test_undo_brings_back_what_was_left_a_moment_ago():
    newsletter = make_newsletter()
    reader = make_reader(newsletter)
    _leave(reader, newsletter)
    soon = LATER + timedelta(minutes=5)
    assert _rejoin(reader, newsletter, soon) is True
    subscription = Subscription.objects.get()
    assert (subscription.state, subscription.reason) == ("active", "")
    assert subscription.confirmed_at == NOW
    assert _acts() == ["left", "rejoined"]


def test_undo_is_for_an_hour_and_for_the_confirmed_only():
    newsletter = make_newsletter()
    reader = make_reader(newsletter)
    _leave(reader, newsletter)
    assert _rejoin(reader, newsletter, LATER + timedelta(hours=2)) is False
    never_in = _asked(newsletter)
    _leave(never_in, newsletter)
    assert _rejoin(never_in, newsletter, LATER + timedelta(minutes=1)) is False


def test_confirming_forgets_a_bounce_from_before_the_mail_but_not_what_staff_set():
    newsletter = make_newsletter()
    before = NOW - timedelta(days=1)
    bounced, barred = _asked(newsletter), _asked(newsletter)
    for reader, reason in ((bounced, "hard_bounce"), (barred, "manual")):
        suppression.suppress(
            address_hashes=[reader.address_hash], reason=reason, detail="", now=before
        )
        _confirm(reader)
    gets_it = audience.deliverable(newsletter_id=newsletter.pk)
    assert [subscription.subscriber_id for subscription in gets_it] == [bounced.pk]


def test_choices_switch_on_and_off_and_leave_the_rest_alone():
    on, off, hidden = make_newsletter(), make_newsletter(), make_newsletter()
    reader = make_reader(off)
    Subscription.objects.create(
        subscriber=reader, newsletter=hidden, state="active", created_at=NOW, confirmed_at=NOW
    )
    for _ in range(2):
        subscriptions.switch(
            subscriber_id=reader.pk,
            wanted={on.pk, 999_999},
            offered={on.pk, off.pk},
            proof=Proof("preferences"),
            now=LATER,
        )
    states = dict(Subscription.objects.values_list("newsletter_id", "state"))
    assert states == {on.pk: "active", off.pk: "ended", hidden.pk: "active"}
    assert sorted(_acts()) == ["added", "left"]


def _rejoin(reader, newsletter, now):
    return subscriptions.rejoin(
        subscriber_id=reader.pk,
        newsletter_id=newsletter.pk,
        proof=Proof("unsubscribe page"),
        now=now,
    )
