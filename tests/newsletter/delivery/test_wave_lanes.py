"""Freezing the audience of a mail that goes by each reader's own clock."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter.delivery import in_waves, preparation
from newsletter.digests import lifecycle
from newsletter.models import Batch, Delivery, Digest, Lane
from subscribers.models import Subscriber, Subscription
from tests.factories import NOW, make_readers, make_scheduled_digest
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.waving import (
    DAY,
    HALF_PAST_SIX,
    first_on_earth,
    goes_at,
    his_clock,
    reader_in,
    release_in_waves,
)

WHERE = {
    "Pacific/Kiritimati": "16:30",
    "Pacific/Tongatapu": "17:30",
    "Australia/Lord_Howe": "19:30",
    "Asia/Kathmandu": "00:45",
    "Europe/London": "06:30",
    "America/St_Johns": "10:00",
    "America/Los_Angeles": "14:30",
    "Pacific/Pago_Pago": "17:30",
}


def test_each_reader_is_in_the_lane_of_his_own_half_past_six(newsletter):
    readers = {zone: reader_in(newsletter, zone) for zone in WHERE}

    digest = release_in_waves(newsletter)

    assert {zone: f"{goes_at(digest, one):%H:%M}" for zone, one in readers.items()} == WHERE
    assert {his_clock(digest, one) for one in readers.values()} == {"2026-11-24 06:30"}
    assert ledger.check(digest) == {"pending": len(WHERE)}


def test_lanes_are_numbered_by_time_and_equal_times_share_one(newsletter):
    for zone in ("Asia/Tokyo", "Asia/Seoul", "Europe/London", "", "Europe/Lisbon", "Asia/Tokyo"):
        reader_in(newsletter, zone)

    digest = release_in_waves(newsletter)

    lanes = Lane.objects.filter(digest=digest).order_by("number")
    assert [(one.number, f"{one.release_at:%H:%M}") for one in lanes] == [
        (1, "21:30"),
        (2, "06:30"),
    ]
    assert list(Batch.objects.order_by("lane").values_list("lane", "low", "size")) == [
        (1, 0, 3),
        (2, 0, 3),
    ]


def test_a_lane_in_which_nobody_is_is_not_kept(newsletter):
    """Nobody is at home, or of the lane that was found for somebody who is on a break."""
    reader_in(newsletter, "Asia/Tokyo")
    reader_in(newsletter, "Asia/Kolkata", paused_until=NOW + timedelta(days=9))

    digest = release_in_waves(newsletter)

    assert [f"{one.release_at:%H:%M}" for one in Lane.objects.filter(digest=digest)] == ["21:30"]


def test_own_times_are_of_the_readers_own_day(newsletter):
    early = reader_in(newsletter, "Asia/Kathmandu", time(5, 30))
    late = reader_in(newsletter, "America/Los_Angeles", time(21, 0))
    at_home = reader_in(newsletter, "", time(7, 0))

    digest = release_in_waves(newsletter)

    assert his_clock(digest, early) == "2026-11-24 05:30"
    assert his_clock(digest, late) == "2026-11-24 21:00"
    assert goes_at(digest, at_home) == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


def test_nobody_gets_it_before_it_is_ready(newsletter):
    tokyo, london = reader_in(newsletter, "Asia/Tokyo"), reader_in(newsletter)
    ready = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)

    digest = release_in_waves(newsletter, release_at=ready)

    assert (goes_at(digest, tokyo), goes_at(digest, london)) == (ready, NOW + timedelta(minutes=30))


@pytest.mark.parametrize(
    ("zone", "day", "at", "says"),
    [
        # Clocks go from 2:00 to 2:30 there, and to 3:00 elsewhere: the first instant after it.
        ("Australia/Lord_Howe", "2026-10-04", time(2, 15), "2026-10-04 02:30"),
        ("America/New_York", "2026-03-08", time(2, 30), "2026-03-08 03:00"),
        # Twice: the first time.
        ("Australia/Lord_Howe", "2026-04-05", time(1, 45), "2026-04-05 01:45"),
    ],
)
def test_an_hour_that_clocks_leave_out_or_repeat_comes_once(newsletter, zone, day, at, says):
    reader = reader_in(newsletter, zone)

    digest = release_in_waves(newsletter, day=datetime.fromisoformat(day).date(), at=at)

    assert his_clock(digest, reader) == says
    assert ledger.check(digest) == {"pending": 1}


@pytest.mark.parametrize("name", ["Mars/Olympus", "../etc/passwd", "Europe", "Not a zone"])
def test_a_zone_that_nobody_knows_counts_as_the_newsletters(newsletter, name):
    reader = reader_in(newsletter)
    Subscriber.objects.filter(pk=reader.pk).update(time_zone=name)

    digest = release_in_waves(newsletter)

    assert goes_at(digest, reader) == datetime(2026, 11, 24, 6, 30, tzinfo=UTC)


def test_who_moves_while_it_is_prepared_is_not_lost(newsletter, monkeypatch):
    reader = reader_in(newsletter, "Asia/Tokyo")
    insert = in_waves._insert

    def after_a_move(*arguments):
        Subscriber.objects.filter(pk=reader.pk).update(time_zone="America/Lima")
        return insert(*arguments)

    monkeypatch.setattr(in_waves, "_insert", after_a_move)
    digest = release_in_waves(newsletter)

    assert goes_at(digest, reader) == datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    assert ledger.check(digest) == {"pending": 1}


@pytest.mark.parametrize("values", [{"is_urgent": True}, {"is_urgent": False, "corrects": True}])
def test_what_cannot_wait_goes_to_everybody_at_once(newsletter, sent, values):
    reader_in(newsletter, "America/Los_Angeles")
    if "corrects" in values:
        values = values | {"corrects": sent}

    digest = release_in_waves(newsletter, day=DAY + timedelta(days=1), release_at=NOW, **values)

    assert list(Lane.objects.filter(digest=digest).values_list("number", "release_at")) == [
        (0, NOW)
    ]


def test_it_costs_the_same_few_statements_however_many_readers_and_zones(newsletter):
    for zone in WHERE:
        reader_in(newsletter, zone)
    few = _statements(newsletter)
    make_readers(newsletter, 300)
    for zone in WHERE:
        reader_in(newsletter, zone, time(8, 30))

    assert _statements(newsletter, occurrence="2026-11-24-2") == few


def _statements(newsletter, **values) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        release_in_waves(newsletter, **values)
    return len(found)


def test_two_who_prepare_it_prepare_it_once(newsletter, monkeypatch):
    reader_in(newsletter, "Asia/Tokyo")
    digest = make_scheduled_digest(
        newsletter, wave_day=DAY, wave_time=HALF_PAST_SIX, release_at=first_on_earth()
    )
    lifecycle.release(digest_id=digest.pk, now=NOW)
    stale = Digest.objects.select_related("newsletter").get(pk=digest.pk)
    preparation.prepare(digest_id=digest.pk, now=NOW)

    monkeypatch.setattr(preparation, "_unprepared", lambda _: stale)
    preparation.prepare(digest_id=digest.pk, now=NOW)

    assert Delivery.objects.count() == Batch.objects.count() == 1
    assert ledger.check(digest) == {"pending": 1}


def test_a_failure_in_the_middle_leaves_nothing_behind(newsletter, monkeypatch):
    reader_in(newsletter, "Asia/Tokyo")
    monkeypatch.setattr(preparation.ranges, "insert", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        release_in_waves(newsletter)
    assert not Delivery.objects.exists()
    assert not Lane.objects.exists()

    monkeypatch.undo()
    digest = Digest.objects.get()
    preparation.prepare(digest_id=digest.pk, now=NOW)
    assert ledger.check(digest) == {"pending": 1}


def test_with_nobody_there_it_is_sent_at_once(newsletter):
    assert release_in_waves(newsletter).state == Digest.State.SENT


def test_batches_are_of_the_providers_size_in_each_lane(newsletter):
    make_readers(newsletter, 2_500)
    in_tokyo = Subscriber.objects.order_by("pk").values_list("pk", flat=True)[::2]
    Subscriber.objects.filter(pk__in=list(in_tokyo)).update(time_zone="Asia/Tokyo")

    digest = release_in_waves(newsletter)

    sizes = Batch.objects.order_by("lane", "low").values_list("lane", "size")
    assert list(sizes) == [(1, 1_000), (1, 250), (2, 1_000), (2, 250)]
    assert ledger.check(digest) == {"pending": 2_500}


def test_the_weekly_mail_goes_by_each_readers_clock_too(newsletter):
    weekly = reader_in(newsletter, "Asia/Tokyo", frequency=Subscription.Frequency.ONCE_A_WEEK)
    reader_in(newsletter, "Asia/Tokyo")

    digest = release_in_waves(newsletter, is_weekly=True, occurrence="2026-11-24-week")

    assert his_clock(digest, weekly) == "2026-11-24 06:30"
    assert ledger.check(digest) == {"pending": 1}
