"""Which mail a sign-up leads to, and how many."""

from datetime import timedelta

import pytest

from subscribers import signup, subscriptions, suppression
from subscribers.addresses import parse
from subscribers.ledger import Proof
from subscribers.models import Notice, Subscriber, Subscription
from tests.factories import NOW, make_newsletter, make_reader

pytestmark = pytest.mark.django_db


def _sign_up(*newsletters, address="anna@mail.example", now=NOW):
    signup.sign_up(
        address=parse(address),
        newsletter_ids=[newsletter.pk for newsletter in newsletters],
        page="daymark.example",
        network="203.0.113.0/24",
        now=now,
    )


def _kinds():
    return list(Notice.objects.order_by("pk").values_list("kind", flat=True))


def test_a_new_reader_gets_a_confirmation_mail():
    _sign_up(make_newsletter())
    assert _kinds() == ["confirmation"]


def test_letter_case_makes_no_second_reader():
    newsletter = make_newsletter()
    _sign_up(newsletter, address="Anna@Mail.example")
    _sign_up(newsletter, address="anna@mail.example")
    assert Subscriber.objects.count() == Subscription.objects.count() == 1


def test_asking_again_sends_one_mail_in_ten_minutes_and_three_a_day():
    newsletter = make_newsletter()
    for minutes in (0, 5, 9):
        _sign_up(newsletter, now=NOW + timedelta(minutes=minutes))
    assert _kinds() == ["confirmation"]
    for minutes in (11, 22, 33, 44):
        _sign_up(newsletter, now=NOW + timedelta(minutes=minutes))
    assert _kinds() == ["confirmation"] * 3
    _sign_up(newsletter, now=NOW + timedelta(days=1, minutes=23))
    assert _kinds() == ["confirmation"] * 4


def test_who_gets_it_already_is_told_so_under_the_same_limits():
    newsletter = make_newsletter()
    make_reader(newsletter, address="anna@mail.example")
    for minutes in (0, 5):
        _sign_up(newsletter, now=NOW + timedelta(minutes=minutes))
    assert _kinds() == ["already"]


def test_the_limits_hold_across_newsletters_and_kinds_of_mail():
    has, wants, also = (make_newsletter() for _ in range(3))
    make_reader(has, address="anna@mail.example")
    for minutes, newsletter in ((0, has), (5, wants), (9, also)):
        _sign_up(newsletter, now=NOW + timedelta(minutes=minutes))
    assert _kinds() == ["already"]
    for minutes, newsletter in ((11, wants), (22, has), (33, also), (44, has)):
        _sign_up(newsletter, now=NOW + timedelta(minutes=minutes))
    assert _kinds() == ["already", "confirmation", "already"]


def test_a_link_confirms_what_was_asked_for_since_it_was_sent():
    first, second = make_newsletter(), make_newsletter()
    _sign_up(first)
    _sign_up(second, now=NOW + timedelta(minutes=1))
    notice = Notice.objects.get()
    waiting = subscriptions.confirmable(
        subscriber_id=notice.subscriber_id, issued_at=notice.created_at
    )
    assert {one.newsletter for one in waiting} == {first, second}


def test_who_asks_for_one_more_confirms_that_one():
    has, wants = make_newsletter(), make_newsletter()
    make_reader(has, address="anna@mail.example")
    _sign_up(has, wants)
    assert _kinds() == ["confirmation"]
    assert Notice.objects.get().context == {"newsletter_ids": [wants.pk]}


@pytest.mark.parametrize("reason", ["hard_bounce", "complaint"])
def test_a_suppressed_address_gets_one_confirmation_in_thirty_days(reason):
    newsletter = make_newsletter()
    _suppress("anna@mail.example", reason)
    for days in (0, 1, 29):
        _sign_up(newsletter, now=NOW + timedelta(days=days))
    assert _kinds() == ["confirmation"]
    _sign_up(newsletter, now=NOW + timedelta(days=31))
    assert _kinds() == ["confirmation"] * 2


def test_an_address_that_staff_suppressed_gets_nothing():
    _suppress("anna@mail.example", "manual")
    _sign_up(make_newsletter())
    assert _kinds() == []


def test_who_left_and_asks_again_gets_a_new_link_at_once():
    newsletter = make_newsletter()
    _sign_up(newsletter)
    reader = Subscriber.objects.get()
    at = NOW + timedelta(minutes=1)
    subscriptions.leave(
        subscriber_id=reader.pk, newsletter_id=newsletter.pk, proof=Proof("one-click"), now=at
    )
    _sign_up(newsletter, now=NOW + timedelta(minutes=2))
    assert _kinds() == ["confirmation"] * 2


def _suppress(address, reason):
    suppression.suppress(
        address_hashes=[suppression.address_hash(address)], reason=reason, detail="", now=NOW
    )
