"""Waves of whom it is unknown, and waves whose time a clock that was ahead put down."""

from datetime import UTC, datetime, timedelta

import pytest

from newsletter.delivery import recovery, unanswered
from newsletter.models import Batch, Digest, Lane
from tests.factories import NOW, make_readers, make_staff
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.waving import drain_at, reader_in, release_in_waves

TOKYO = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)
LONDON = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)


@pytest.fixture
def in_tokyo(newsletter) -> set[int]:
    """Two there, and one in London whose id lies between theirs."""
    there = [reader_in(newsletter, zone).pk for zone in ("Asia/Tokyo", "", "Asia/Tokyo")]
    return {there[0], there[2]}


def test_sent_again_it_goes_to_those_of_the_unknown_wave_alone(newsletter, in_tokyo, monkeypatch):
    digest = release_in_waves(newsletter)
    drain_at(monkeypatch, TOKYO)
    Batch.objects.filter(lane=1).update(state="unknown", finished_at=TOKYO)
    later = TOKYO + timedelta(hours=1)

    assert unanswered.send_again(digest_id=digest.pk, by=make_staff(), now=later) == 2
    assert drain_at(monkeypatch, later) == in_tokyo

    assert ledger.check(digest, by_hand=True) == {"accepted": 2, "pending": 1}
    drain_at(monkeypatch, LONDON)
    assert ledger.check(digest, by_hand=True) == {"accepted": 3}
    assert digest.state == Digest.State.SENT


def test_one_to_all_at_once_does_not_wait_for_a_clock_that_was_ahead(
    newsletter, release, monkeypatch
):
    make_readers(newsletter, 2)
    digest = release(newsletter)
    Lane.objects.update(release_at=NOW + timedelta(days=3))
    assert drain_at(monkeypatch, NOW) == set()

    recovery.sweep(now=NOW)

    drain_at(monkeypatch, NOW)
    assert ledger.check(digest) == {"accepted": 2}


def test_waves_that_wait_for_their_hour_are_left_where_they_are(newsletter, in_tokyo):
    release_in_waves(newsletter)
    before = list(Lane.objects.order_by("number").values_list("release_at", flat=True))
    recovery.sweep(now=TOKYO - timedelta(hours=4))
    assert list(Lane.objects.order_by("number").values_list("release_at", flat=True)) == before
