"""A mail by each reader's own clock for more readers than one transaction takes."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from newsletter.delivery import cancelling, in_waves, missed, preparation
from newsletter.digests import lifecycle
from newsletter.models import Batch, Delivery, Digest, Lane
from newsletter.scheduling.next_mail import next_release
from subscribers.extensions import Rhythm
from subscribers.models import Newsletter, Subscriber, Subscription
from tests.factories import make_reader, make_scheduled_digest
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.waving import (
    DAY,
    HALF_PAST_SIX,
    drain_at,
    first_on_earth,
    goes_at,
    his_clock,
)

ZONES = ("Asia/Tokyo", "Europe/London", "America/Lima", "")
READY = first_on_earth()


@pytest.fixture
def readers(newsletter, monkeypatch) -> list[Subscriber]:
    """Ten, in three pieces: ids 1 to 4, 5 to 8, and 9 and 10."""
    monkeypatch.setattr(in_waves, "PIECE", 4)
    return [
        make_reader(newsletter, pk=number, time_zone=ZONES[number % len(ZONES)])
        for number in range(1, 11)
    ]


@pytest.fixture
def released(newsletter, readers) -> Digest:
    digest = make_scheduled_digest(
        newsletter, wave_day=DAY, wave_time=HALF_PAST_SIX, release_at=READY
    )
    assert lifecycle.release(digest_id=digest.pk, now=READY)
    return digest


def prepare_piece(digest: Digest) -> bool:
    more = preparation._prepare_piece(digest_id=digest.pk, now=READY)
    digest.refresh_from_db()
    return more


def test_each_is_in_the_lane_of_his_hour_whatever_piece_he_is_in(released, readers):
    preparation.prepare(digest_id=released.pk, now=READY)

    released.refresh_from_db()
    assert (released.audience_size, released.prepared_at) == (10, READY)
    assert {his_clock(released, one) for one in readers} == {"2026-11-24 06:30"}
    assert Lane.objects.count() == 3
    # One for each lane of each piece: Lima has nobody in the last.
    assert Batch.objects.count() == 8
    assert ledger.check(released) == {"pending": 10}


def test_each_piece_stands_when_the_next_one_fails(released, monkeypatch):
    assert prepare_piece(released)
    assert (released.audience_size, released.prepared_to, released.prepared_at) == (4, 4, None)
    assert released.state == Digest.State.SENDING

    with monkeypatch.context() as broken:
        broken.setattr(preparation.ranges, "insert", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            prepare_piece(released)
    assert Delivery.objects.count() == 4

    preparation.prepare(digest_id=released.pk, now=READY + timedelta(minutes=5))
    assert ledger.check(released) == {"pending": 10}


def test_first_waves_leave_while_others_are_still_frozen(released, readers, monkeypatch):
    prepare_piece(released)
    tokyo = READY + timedelta(hours=6)

    assert drain_at(monkeypatch, tokyo) == {4}
    released.refresh_from_db()
    assert released.state == Digest.State.SENDING

    preparation.prepare(digest_id=released.pk, now=tokyo)
    assert drain_at(monkeypatch, tokyo) == {8}
    assert drain_at(monkeypatch, READY + timedelta(days=1)) == {1, 2, 3, 5, 6, 7, 9, 10}
    assert ledger.check(released) == {"accepted": 10}
    released.refresh_from_db()
    assert released.state == Digest.State.SENT


def test_who_chooses_another_hour_between_two_pieces_is_not_lost(released, readers):
    prepare_piece(released)
    Subscriber.objects.filter(pk=5).update(time_zone="Asia/Tokyo")
    Subscription.objects.filter(subscriber=6).update(own_time=time(21))

    preparation.prepare(digest_id=released.pk, now=READY)

    moved, chose = Subscriber.objects.get(pk=5), readers[5]
    assert his_clock(released, moved) == "2026-11-24 06:30"
    # Nobody had that hour when the lanes were made.
    assert f"{goes_at(released, chose):%H:%M}" == "06:30"
    assert ledger.check(released) == {"pending": 10}


def test_a_lane_is_kept_for_those_who_are_still_to_come(released, readers):
    Subscriber.objects.filter(pk__lt=10).update(time_zone="Asia/Tokyo")

    prepare_piece(released)
    assert Lane.objects.count() == 3
    preparation.prepare(digest_id=released.pk, now=READY)

    assert his_clock(released, readers[9]) == "2026-11-24 06:30"
    assert Lane.objects.count() == 2, "nobody goes at home's hour"


def test_an_hour_that_was_past_is_past_for_all(newsletter, readers):
    """Ready late: who would have had it before then gets it at the same moment in each piece."""
    late = READY + timedelta(hours=8)
    digest = make_scheduled_digest(
        newsletter, wave_day=DAY, wave_time=HALF_PAST_SIX, release_at=late
    )
    assert lifecycle.release(digest_id=digest.pk, now=late)
    preparation._prepare_piece(digest_id=digest.pk, now=late)
    preparation.prepare(digest_id=digest.pk, now=late + timedelta(minutes=2))

    assert {goes_at(digest, readers[n - 1]) for n in (4, 8)} == {late}
    assert ledger.check(digest) == {"pending": 10}


def test_who_is_not_frozen_yet_is_told_of_it_all_the_same(newsletter, released):
    prepare_piece(released)

    def told(pk: int) -> datetime | None:
        rhythm = Rhythm(zone=ZoneInfo("Asia/Tokyo"), subscriber_id=pk)
        return next_release(newsletter=newsletter, now=READY, rhythm=rhythm)

    assert told(4) == told(8) == READY + timedelta(hours=5)


def test_the_newsletter_moves_to_another_zone_between_two_pieces(newsletter, released):
    """Who said nothing goes with the next wave after its new hour; nobody is left out."""
    prepare_piece(released)
    Newsletter.objects.filter(pk=newsletter.pk).update(time_zone="Europe/Berlin")

    preparation.prepare(digest_id=released.pk, now=READY + timedelta(minutes=1))

    assert ledger.check(released) == {"pending": 10}
    at_home = Subscriber.objects.get(pk=7)
    assert f"{goes_at(released, at_home):%H:%M}" == "06:30"


def test_cancelled_in_between_it_keeps_no_wave_without_readers(released):
    Subscriber.objects.filter(pk=2).update(time_zone="Asia/Tokyo")
    prepare_piece(released)
    assert Lane.objects.count() == 3

    cancelling.cancel(digest_id=released.pk, by=None, now=READY)
    missed.send(digest_id=released.pk, by=None, now=READY)

    lanes = set(Lane.objects.values_list("number", flat=True))
    assert lanes == set(Batch.objects.values_list("lane", flat=True))
    assert ledger.check(released) == {"pending": 4}


def test_who_was_missed_may_have_it_again_while_others_are_still_frozen(released, monkeypatch):
    Subscriber.objects.filter(pk__in=[2, 6]).update(time_zone="Asia/Tokyo")
    prepare_piece(released)
    assert drain_at(monkeypatch, READY + timedelta(hours=6)) == {2, 4}
    Batch.objects.filter(lane=1).update(state=Batch.State.FAILED)

    missed.send(digest_id=released.pk, by=None, now=READY + timedelta(hours=6))
    preparation.prepare(digest_id=released.pk, now=READY + timedelta(hours=6))

    # The only one in Lima.
    assert f"{goes_at(released, Subscriber.objects.get(pk=10)):%H:%M}" == "11:30"
