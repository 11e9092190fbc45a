"""A reader who moves gets neither two nor none: one of every mail that he is in the audience of."""

import random
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest

from newsletter.delivery import drain, preparation
from newsletter.digests import lifecycle
from newsletter.models import Delivery, Digest
from subscribers.models import OutboxMail, Subscriber, Subscription
from tests.clocks import set_clocks
from tests.factories import make_scheduled_digest
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.waving import (
    HALF_PAST_SIX,
    first_on_earth,
    his_clock,
    reader_in,
)

START = date(2026, 11, 23)
HOUR = timedelta(hours=1)
# +5:45, +13, -11, both sides of the date line, half-hour DST.
ZONES = [
    "",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Pacific/Tongatapu",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "America/Los_Angeles",
    "Europe/London",
]
HOURS = [None, time(5, 0), time(6, 30), time(13, 30), time(23, 30)]


@pytest.fixture
def week(newsletter, monkeypatch):
    """`week(days, moving)`: mails of so many days in a row, with `moving(now)` called each hour."""

    def run(days: int, moving, start: date = START) -> list[Digest]:
        digests = [_scheduled(newsletter, start + timedelta(days=one)) for one in range(days)]
        now = digests[0].release_at - HOUR
        while now < digests[-1].release_at + timedelta(hours=50):
            moving(now)
            _an_hour_goes_by(digests, now, monkeypatch)
            now += HOUR / 2
        return digests

    return run


def _scheduled(newsletter, day: date) -> Digest:
    return make_scheduled_digest(
        newsletter,
        occurrence=day.isoformat(),
        wave_day=day,
        wave_time=HALF_PAST_SIX,
        release_at=first_on_earth(day),
    )


def _an_hour_goes_by(digests: list[Digest], now: datetime, monkeypatch) -> None:
    set_clocks(monkeypatch, lambda: now)
    for digest in digests:
        if digest.release_at <= now and lifecycle.release(digest_id=digest.pk, now=now):
            preparation.prepare(digest_id=digest.pk, now=now)
    drain.drain()


def _move(reader: Subscriber, zone: str, own_time: time | None = None) -> None:
    Subscriber.objects.filter(pk=reader.pk).update(time_zone=zone)
    Subscription.objects.filter(subscriber=reader).update(own_time=own_time)


def _got(reader: Subscriber) -> dict[str, int]:
    sources = OutboxMail.objects.filter(subscriber_id=reader.pk).values_list("source", flat=True)
    return dict(Counter(sources))


def _one_of_each(digests: list[Digest]) -> dict[str, int]:
    return {f"digest:{one.pk}": 1 for one in digests}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Pacific/Kiritimati", "Pacific/Pago_Pago"),
        ("Pacific/Pago_Pago", "Pacific/Apia"),
        ("Europe/London", "Asia/Kathmandu"),
        ("Asia/Kathmandu", "America/Los_Angeles"),
        ("America/Los_Angeles", "Australia/Lord_Howe"),
    ],
)
@pytest.mark.parametrize("hours", [1, 13, 20, 26])
def test_one_move_east_or_west_or_over_the_date_line(newsletter, week, before, after, hours):
    reader = reader_in(newsletter, before)
    moves = first_on_earth(START) + timedelta(days=1, hours=hours)

    def moving(now: datetime) -> None:
        if now == moves:
            _move(reader, after)

    digests = week(4, moving)

    assert _got(reader) == _one_of_each(digests)
    assert his_clock(digests[0], reader)
    for digest in digests:
        assert ledger.check(digest) == {"accepted": 1}


def test_the_mail_after_a_move_comes_by_the_new_clock(newsletter, week):
    reader = reader_in(newsletter, "Europe/London")
    moves = first_on_earth(START) + timedelta(hours=1)

    def moving(now: datetime) -> None:
        if now == moves:
            _move(reader, "Asia/Kathmandu", time(7, 30))

    first, second = week(2, moving)

    reader.refresh_from_db()
    # What was frozen before the move still comes at the old hour.
    assert his_clock(first, reader) == "2026-11-23 12:15"
    assert his_clock(second, reader) == "2026-11-24 07:30"


def test_another_own_time_each_day_on_both_sides_of_his_wave(newsletter, week):
    reader = reader_in(newsletter)
    choices = iter([time(5, 0), time(22, 0), None, time(0, 0), time(23, 30)] * 20)

    def moving(now: datetime) -> None:
        if now.hour % 6 == 0:
            Subscription.objects.update(own_time=next(choices))

    assert _got(reader) == {}
    digests = week(3, moving)
    assert _got(reader) == _one_of_each(digests)


@pytest.mark.parametrize("seed", range(6))
def test_restless_readers_get_one_of_every_mail(newsletter, week, seed):
    """Many move every few hours, to any zone and any hour, for days, also while clocks change."""
    chance = random.Random(seed)
    readers = [reader_in(newsletter, chance.choice(ZONES)) for _ in range(8)]

    def moving(_: datetime) -> None:
        for reader in chance.sample(readers, 2):
            _move(reader, chance.choice(ZONES), chance.choice(HOURS))

    # Lord Howe's clocks change on 4 October and 5 April, those in the United States on 8 March.
    start = chance.choice([START, date(2026, 10, 3), date(2026, 4, 4), date(2026, 3, 7)])
    digests = week(3, moving, start=start)

    for reader in readers:
        assert _got(reader) == _one_of_each(digests)
    for digest in digests:
        assert ledger.check(digest) == {"accepted": 8}
        assert Delivery.objects.filter(digest=digest).count() == 8


def test_who_joins_after_it_was_frozen_gets_the_next_one(newsletter, week):
    joined: list[Subscriber] = []

    def moving(now: datetime) -> None:
        if not joined and now >= datetime(2026, 11, 23, 2, 0, tzinfo=UTC):
            joined.append(reader_in(newsletter, "Pacific/Pago_Pago"))

    reader_in(newsletter)
    _, second = week(2, moving)
    assert _got(joined[0]) == {f"digest:{second.pk}": 1}
