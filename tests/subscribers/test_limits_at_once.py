"""Limits hold when many requests come at the same moment, without Redis."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from django.db import connection

from subscribers import signup
from subscribers.abuse import flood
from subscribers.abuse.ratelimit import TooMany
from subscribers.addresses import parse
from subscribers.models import Notice, Subscriber, Subscription
from tests.factories import NOW, make_newsletter, make_staff

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 12


def _at_once(work: Callable[[int], None]) -> None:
    together = Barrier(AT_ONCE)

    def one(number: int) -> None:
        together.wait(20)
        try:
            work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(one, range(AT_ONCE)))


def test_an_address_gets_one_mail_however_many_ask_for_it_at_once() -> None:
    newsletters = [make_newsletter() for _ in range(3)]

    def ask(number: int) -> None:
        signup.sign_up(
            address=parse("Anna@Bücher.example" if number % 2 else "anna@xn--bcher-kva.example"),
            newsletter_ids=[newsletters[number % 3].pk],
            page="daymark.example",
            network="203.0.113.0/24",
            now=NOW,
        )

    _at_once(ask)
    assert Subscriber.objects.count() == 1
    assert Subscription.objects.count() == 3
    assert Notice.objects.count() == 1


def test_staff_are_told_once_by_many_that_are_refused_at_once(
    settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SIGNUPS_A_MINUTE = 5
    monkeypatch.setattr(flood, "_uncounted", flood._Uncounted())
    staff = make_staff()
    Notice.objects.bulk_create(
        Notice(kind="confirmation", not_before=NOW, created_at=NOW) for _ in range(5)
    )
    refused = []

    def check(number: int) -> None:
        with suppress(TooMany):
            flood.check(now=NOW)
            return
        refused.append(number)

    _at_once(check)
    assert len(refused) == AT_ONCE
    alarms = Notice.objects.filter(kind="staff_alert").values_list("staff_address", flat=True)
    assert list(alarms) == [staff.email]
