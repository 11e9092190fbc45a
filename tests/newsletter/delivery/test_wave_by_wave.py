"""A mail in waves on its way: each goes at its time, and none before."""

from datetime import UTC, datetime, time, timedelta

import pytest

from newsletter import wake
from newsletter.delivery import (
    cancelling,
    control,
    exceptions,
    gauges,
    missed,
    pace,
    recovery,
    rounds,
    starting,
    waves,
)
from newsletter.delivery.counts import counts
from newsletter.delivery.story import story
from newsletter.digests import lifecycle
from newsletter.models import Batch, Digest, DigestChange
from subscribers import suppression
from subscribers.models import Subscription
from tests.factories import NOW, make_readers, make_staff
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.claiming import claim_batch
from tests.newsletter.delivery.waving import DAY, drain_at, reader_in, release_in_waves

TOKYO = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)
LONDON = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
NEW_YORK = datetime(2026, 11, 24, 11, 30, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def readers(newsletter):
    zones = {"tokyo": "Asia/Tokyo", "london": "", "new_york": "America/New_York"}
    return {name: reader_in(newsletter, zone).pk for name, zone in zones.items()}


@pytest.fixture
def digest(newsletter, readers) -> Digest:
    return release_in_waves(newsletter)


@pytest.fixture
def at(monkeypatch):
    """Drains run at this moment: the ids of those who got something."""
    return lambda now: drain_at(monkeypatch, now)


@pytest.fixture
def woken(monkeypatch) -> list[str]:
    names: list[str] = []
    monkeypatch.setattr(wake, "send", lambda name, **_: names.append(name))
    return names


def test_each_wave_goes_at_its_time_and_not_a_second_before(digest, readers, at):
    for moment, name in ((TOKYO, "tokyo"), (LONDON, "london"), (NEW_YORK, "new_york")):
        assert at(moment - A_SECOND) == set()
        assert at(moment) == {readers[name]}
        assert ledger.check(digest)["accepted"] == list(readers).index(name) + 1
    assert digest.state == Digest.State.SENT
    assert at(NEW_YORK + timedelta(hours=1)) == set()


def test_the_sweep_finds_a_wave_that_nobody_started(digest, woken):
    recovery.sweep(now=TOKYO - A_SECOND)
    assert wake.DRAIN not in woken
    recovery.sweep(now=TOKYO)
    assert woken.count(wake.DRAIN) == 1


def test_a_tick_starts_a_wave_when_its_time_has_come_and_not_for_hours(digest, woken):
    starting.start(now=LONDON - A_SECOND)
    assert woken == []
    for seconds in (0, 2, 4):
        starting.start(now=LONDON + timedelta(seconds=seconds))
    # Two lanes have something to send, and one of them just began.
    assert woken == [wake.DRAIN] * 3
    for minutes in range(1, 290):
        starting.start(now=LONDON + timedelta(minutes=minutes))
    assert len(woken) == 3


def test_between_waves_a_tick_costs_one_statement(digest, django_assert_num_queries):
    with django_assert_num_queries(1):
        starting.start(now=LONDON - timedelta(hours=1))


def test_a_wave_that_is_done_wakes_nobody(digest, at, woken):
    at(TOKYO)
    woken.clear()
    starting.start(now=TOKYO + A_SECOND)
    assert woken == []


def test_gauges_count_what_is_due_and_for_how_long(digest):
    assert gauges.send_path(now=TOKYO - A_SECOND).due == 0
    found = gauges.send_path(now=LONDON + timedelta(seconds=10))
    assert (found.due, found.oldest_due) == (2, LONDON - TOKYO + timedelta(seconds=10))
    Batch.objects.filter(lane=1).update(state="accepted", finished_at=TOKYO)
    found = gauges.send_path(now=LONDON + timedelta(seconds=10))
    assert (found.due, found.oldest_due) == (1, timedelta(seconds=10))


def test_gauges_tell_readers_of_waves_apart_whose_ids_lie_among_each_other(newsletter):
    """Somebody of another wave who left is not taken from those unknown in this one."""
    for zone in ("Asia/Tokyo", "", "Asia/Tokyo"):
        reader_in(newsletter, zone)
    digest = release_in_waves(newsletter)
    in_tokyo, in_london = digest.batches.order_by("lane")
    Batch.objects.filter(pk=in_tokyo.pk).update(state="unknown", finished_at=TOKYO)
    exceptions.mark_left(batch=in_london, subscriber_ids=[in_london.high], now=LONDON)

    assert gauges.send_path(now=LONDON).unknown_readers == 2


def test_it_says_that_what_is_left_waits_for_the_next_wave(digest, at):
    assert pace.next_try(digest_id=digest.pk, now=TOKYO - A_SECOND) == TOKYO
    assert pace.next_try(digest_id=digest.pk, now=TOKYO) is None
    at(TOKYO)
    assert pace.next_try(digest_id=digest.pk, now=TOKYO + A_SECOND) == LONDON


def test_its_waves_are_told_apart(digest, at):
    at(TOKYO)
    found = waves.of(digest=digest, now=TOKYO + A_SECOND)
    assert [(one.number, one.at, one.readers, one.open) for one in found.all] == [
        (1, TOKYO, 1, 0),
        (2, LONDON, 1, 1),
        (3, NEW_YORK, 1, 1),
    ]
    assert (found.out, found.later, found.is_between) == (1, 2, True)
    assert found.next == found.all[1]
    now = waves.of(digest=digest, now=LONDON)
    assert (now.next, now.is_between, now.later) == (now.all[2], False, 1)


def test_one_that_goes_at_once_has_no_waves(sent, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert waves.of(digest=sent, now=NOW) == waves.WavesStand(NOW)


def test_a_readers_story_names_the_time_of_his_wave(digest, readers):
    told = story(digest=digest, subscriber_id=readers["new_york"])
    assert NEW_YORK in [one.at for one in told.sentences]
    assert any("wave" in one.sentence for one in told.sentences)


def test_a_pause_over_several_waves_lets_them_go_when_it_ends(digest, readers, at):
    by = make_staff()
    at(TOKYO)
    control.pause(digest_id=digest.pk, by=by, now=TOKYO + A_SECOND)
    assert at(LONDON) == set()
    assert ledger.check(digest) == {"accepted": 1, "pending": 2}

    control.resume(digest_id=digest.pk, by=by, now=NEW_YORK + A_SECOND)
    assert at(NEW_YORK + A_SECOND) == {readers["london"], readers["new_york"]}
    assert ledger.check(digest) == {"accepted": 3}


def test_called_off_between_waves_the_later_ones_are_cancelled(digest, readers, at):
    at(LONDON)
    cancelling.cancel(digest_id=digest.pk, by=make_staff(), now=LONDON + A_SECOND)
    assert at(NEW_YORK) == set()
    assert ledger.check(digest) == {"accepted": 2, "cancelled": 1}
    found = waves.of(digest=digest, now=LONDON + A_SECOND)
    assert (found.next, found.all[2].called_off) == (None, 1)


def test_sent_to_those_missed_it_still_waits_for_their_hour(digest, readers, at):
    at(TOKYO)
    by = make_staff()
    cancelling.cancel(digest_id=digest.pk, by=by, now=TOKYO + A_SECOND)

    assert missed.send(digest_id=digest.pk, by=by, now=LONDON) == 2
    assert at(LONDON) == {readers["london"]}
    assert at(NEW_YORK) == {readers["new_york"]}
    assert ledger.check(digest) == {"accepted": 3}


def test_a_wave_hours_late_goes_when_workers_are_back(digest, readers, at):
    at(TOKYO)
    back = LONDON + timedelta(hours=5, minutes=59)
    recovery.sweep(now=back)
    assert at(back) == {readers["london"], readers["new_york"]}
    assert ledger.check(digest) == {"accepted": 3}


def test_an_urgent_mail_is_served_before_all_others(newsletter, release, monkeypatch):
    make_readers(newsletter, 2)
    usual = release(newsletter)
    urgent = release(newsletter, occurrence="2026-11-24-2", is_urgent=True)
    Digest.objects.filter(pk=urgent.pk).update(served_at=NOW)

    assert claim_batch(now=NOW).batch.digest_id == urgent.pk
    assert claim_batch(now=NOW).batch.digest_id == usual.pk


def test_who_leaves_between_two_waves_gets_nothing(digest, readers, newsletter, at):
    Subscription.objects.filter(subscriber=readers["london"]).update(
        state=Subscription.State.ENDED, reason="unsubscribed", ended_at=TOKYO
    )
    at(LONDON)
    found = counts(digest_ids=[digest.pk])[digest.pk]
    assert (found.accepted, found.left) == (1, 1)
    assert ledger.check(digest)["left"] == 1


def test_who_is_suppressed_between_two_waves_gets_nothing(digest, readers, newsletter, at):
    reader = newsletter.subscriptions.get(subscriber=readers["new_york"]).subscriber
    suppression.suppress(
        address_hashes=[reader.address_hash], reason="hard_bounce", detail="", now=LONDON
    )
    at(NEW_YORK)
    assert ledger.check(digest) == {"accepted": 2, "left": 1}


def test_a_mail_between_waves_costs_others_no_turns(newsletter, release, digest, at):
    """Taking turns costs a statement a batch."""
    other = release(newsletter, occurrence="2026-11-24-2")
    assert rounds._has_due(others_than=other.pk, now=TOKYO)
    at(TOKYO)
    assert not rounds._has_due(others_than=other.pk, now=TOKYO + A_SECOND)


def test_a_digest_is_finished_only_after_its_last_wave(digest, at):
    at(LONDON)
    assert not lifecycle.finish(digest_id=digest.pk, now=LONDON)
    at(NEW_YORK)
    digest.refresh_from_db()
    assert digest.state == Digest.State.SENT
    assert digest.changes.filter(new="sent").count() == 1
    assert DigestChange.objects.filter(digest=digest, new="paused").count() == 0


def test_a_wave_with_own_times_goes_at_each_of_them(newsletter, at):
    early, late = (reader_in(newsletter, "", time(hour, 30)).pk for hour in (5, 20))
    digest = release_in_waves(newsletter, day=DAY)
    assert at(LONDON) == {early}
    assert at(LONDON + timedelta(hours=14)) == {late}
    assert ledger.check(digest) == {"accepted": 2}
