"""What a sign-up costs the database: few statements, as many for everybody."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from subscribers import offers, signup
from subscribers.addresses import parse
from subscribers.models import Notice, Subscriber, Subscription
from tests.factories import make_newsletter, make_reader

pytestmark = pytest.mark.django_db


def _sign_up(address, *newsletters):
    signup.sign_up(
        address=parse(address),
        newsletter_ids=[newsletter.pk for newsletter in newsletters],
        page="daymark.example",
        network="203.0.113.0/24",
        now=timezone.now(),
    )


def _statements(address, *newsletters):
    with CaptureQueriesContext(connection) as asked:
        _sign_up(address, *newsletters)
    return [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"]]


@pytest.mark.parametrize("state", [None, "pending", "active", "ended"])
def test_five_statements_whoever_it_is_and_however_many_he_asks_for(state):
    newsletters = [make_newsletter(), make_newsletter()]
    if state:
        for newsletter in newsletters[:1]:
            make_reader(newsletter, state=state, address="anna@mail.example")
    # Now and then one more, for all together.
    _sign_up("other@mail.example", *newsletters)
    assert len(_statements("anna@mail.example", *newsletters)) in {5, 6}


def test_the_first_spelling_stays():
    newsletter = make_newsletter()
    _sign_up("Anna@Mail.example", newsletter)
    _sign_up("ANNA@mail.example", newsletter)
    assert Subscriber.objects.get().address == "Anna@Mail.example"


def test_what_was_left_waits_again_and_keeps_what_was_known_of_it():
    newsletter = make_newsletter()
    reader = make_reader(newsletter, state="ended", address="anna@mail.example")
    Subscription.objects.update(reason="unsubscribed", ended_at=timezone.now())
    _sign_up("anna@mail.example", newsletter)
    subscription = Subscription.objects.get(subscriber=reader)
    assert (subscription.state, subscription.reason) == ("pending", "")
    assert subscription.page == "the front page"
    assert subscription.ended_at is not None
    assert subscription.confirmed_at is not None
    assert Notice.objects.get().kind == "confirmation"


def test_open_newsletters_are_remembered_for_a_moment(monkeypatch, django_assert_num_queries):
    make_newsletter()
    monkeypatch.setattr(offers, "KEPT", 60.0)
    monkeypatch.setattr(offers, "_kept", offers._Kept())
    with django_assert_num_queries(1):
        assert offers.open_newsletters() == offers.open_newsletters()
