"""The ledger: only ever added to, and every subscription can be explained from it."""

import random
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from newsletter.rendering import personal
from subscribers import bounces, explaining, privacy, subscriptions
from subscribers.bounces import DeadEnd
from subscribers.choosing import breaks, rhythm
from subscribers.ledger import Proof
from subscribers.models import Consent, Newsletter, Subscriber, Subscription
from tests.factories import NOW, make_newsletter, make_reader

pytestmark = pytest.mark.django_db

FORM = Proof(method="form", page="daymark.example", wording="2026-11", network="203.0.113.0/24")
PAGES = ("daymark.example", "daymark.example/articles/harbour", "daymark.example/preferences")


def _asked():
    newsletter, reader = make_newsletter(), make_reader()
    subscriptions.request(
        subscriber_id=reader.pk, newsletter_ids=[newsletter.pk], proof=FORM, now=NOW
    )
    return newsletter, reader


@pytest.mark.parametrize("change", [{"act": "left"}, {"subscriber_id": 1}, {"detail": "else"}])
def test_no_act_can_be_changed(change):
    _asked()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Consent.objects.update(**change)
    assert Consent.objects.get().act == "requested"


def test_no_act_can_be_taken_away():
    _asked()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Consent.objects.all().delete()
    assert Consent.objects.exists()


def test_no_act_can_be_taken_away_by_other_words_of_the_database():
    _asked()
    words = {
        "postgresql": "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE subscribers_consent",
        "sqlite": "REPLACE INTO subscribers_consent SELECT * FROM subscribers_consent",
    }
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(words[connection.vendor])
    assert Consent.objects.get().act == "requested"


def test_no_address_gets_into_it():
    newsletter, reader = make_newsletter(), make_reader()
    page = "daymark.example/?email=anna@mail.example"
    subscriptions.request(
        subscriber_id=reader.pk,
        newsletter_ids=[newsletter.pk],
        proof=Proof(method="form", page=page),
        now=NOW,
    )
    assert "anna" not in Consent.objects.get().page
    assert "anna" not in Subscription.objects.get().page


@pytest.mark.parametrize("seed", range(25))
def test_it_explains_every_subscription_whatever_happens(seed):
    chance = random.Random(seed)
    newsletters = [make_newsletter() for _ in range(2)]
    readers = [make_reader() for _ in range(2)]
    ids = [one.pk for one in newsletters]
    now = NOW
    for _ in range(40):
        now += timedelta(minutes=chance.choice([1, 20, 90]))
        reader = chance.choice(readers).pk
        chance.choice(ACTS)(chance, reader, ids, now)
        assert list(explaining.differences()) == []


def _request(chance, reader, ids, now):
    some = chance.sample(ids, chance.randint(1, 2))
    if _is_found_by_a_form(reader):
        subscriptions.request(
            subscriber_id=reader, newsletter_ids=some, proof=_proof(chance, "form"), now=now
        )


def _is_found_by_a_form(reader):
    """A form finds a reader by address, so never one who was erased."""
    return not Subscriber.objects.get(pk=reader).erased_at


def _confirm(chance, reader, _ids, now):
    issued_at = now - timedelta(minutes=chance.choice([0, 5, 60]))
    subscriptions.confirm(
        subscriber_id=reader, issued_at=issued_at, proof=_proof(chance, "confirm link"), now=now
    )


def _leave(chance, reader, ids, now):
    subscriptions.leave(
        subscriber_id=reader,
        newsletter_id=chance.choice(ids),
        proof=_proof(chance, "one-click"),
        now=now,
    )


def _leave_all(chance, reader, _ids, now):
    subscriptions.leave_all(subscriber_id=reader, proof=_proof(chance, "preferences"), now=now)


def _rejoin(chance, reader, ids, now):
    subscriptions.rejoin(
        subscriber_id=reader,
        newsletter_id=chance.choice(ids),
        proof=_proof(chance, "undo"),
        now=now,
    )


def _switch(chance, reader, ids, now):
    wanted = set(chance.sample(ids, chance.randint(0, 2)))
    subscriptions.switch(
        subscriber_id=reader,
        wanted=wanted,
        offered=set(ids),
        proof=_proof(chance, "preferences"),
        now=now,
    )


def _dead_end(chance, reader, _ids, now):
    at = now - timedelta(minutes=chance.choice([0, 30]))
    bounces.apply(
        dead_ends=[DeadEnd(subscriber_id=reader, at=at, complained=chance.random() < 0.5)], now=now
    )


def _erase(chance, reader, _ids, now):
    if chance.random() < 0.1:
        privacy.erase(subscriber_id=reader, proof=_proof(chance, "desk"), now=now)


def _choose(chance, reader, ids, now):
    newsletter = Newsletter.objects.get(pk=chance.choice(ids))
    mine = {
        "subscriber_id": reader,
        "newsletter": newsletter,
        "proof": _proof(chance, "preferences"),
        "now": now,
    }
    what = chance.choice(["pause", "resume", "weekdays"])
    if what == "pause":
        until = breaks.starts(
            day=now.date() + timedelta(days=chance.randint(2, 40)), now=now, zone=newsletter.zone
        )
        breaks.pause(until=until, **mine)
    elif what == "resume":
        breaks.resume(**mine)
    else:
        rhythm.choose_frequency(frequency=chance.choice(list(Subscription.Frequency)), **mine)
        rhythm.choose_own_time(at=chance.choice([None, *rhythm.MORNING]), **mine)


ACTS = [_request, _confirm, _leave, _leave_all, _rejoin, _switch, _dead_end, _erase]
ACTS += [_request, _confirm, _choose, _choose]


def _proof(chance, method):
    return Proof(method=method, page=chance.choice(PAGES))


def test_the_line_in_the_mail_says_what_is_on_record():
    newsletter, reader = _asked()
    subscriptions.confirm(
        subscriber_id=reader.pk, issued_at=NOW, proof=Proof("confirm link"), now=NOW
    )
    subscriptions.leave(
        subscriber_id=reader.pk,
        newsletter_id=newsletter.pk,
        proof=Proof("one-click"),
        now=NOW + timedelta(days=1),
    )
    subscriptions.switch(
        subscriber_id=reader.pk,
        wanted={newsletter.pk},
        offered={newsletter.pk},
        proof=Proof("preferences", page="daymark.example/preferences"),
        now=NOW + timedelta(days=2),
    )
    row = Subscription.objects.get()
    line = personal._reason(
        personal._when(newsletter, row.confirmed_at), row.page, newsletter.name
    )[0]
    assert line == (
        "You get this because you signed up on 26 November 2026 at daymark.example/preferences."
    )
    assert list(explaining.differences()) == []


def test_taking_leaving_back_keeps_the_old_reason():
    """Not that of a sign-up in his name, which he never confirmed."""
    newsletter, reader = _asked()
    subscriptions.confirm(
        subscriber_id=reader.pk, issued_at=NOW, proof=Proof("confirm link"), now=NOW
    )
    link = {"subscriber_id": reader.pk, "newsletter_id": newsletter.pk, "now": NOW}
    subscriptions.leave(**link, proof=Proof("one-click"))
    subscriptions.request(
        subscriber_id=reader.pk,
        newsletter_ids=[newsletter.pk],
        proof=Proof("form", page="daymark.example/elsewhere"),
        now=NOW,
    )
    subscriptions.leave(**link, proof=Proof("one-click"))
    assert subscriptions.rejoin(**link, proof=Proof("undo"))
    assert Subscription.objects.get().page == FORM.page


def test_a_row_that_went_past_it_is_found():
    reader = make_reader(make_newsletter())
    found = list(explaining.differences())
    assert [one.subscriber_id for one in found] == [reader.pk]
    assert found[0].told is None
