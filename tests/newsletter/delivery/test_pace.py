"""How fast a digest goes, counted from rows, and what it waits for."""

from datetime import timedelta

from newsletter.delivery import control, drain, pace
from newsletter.digests import lifecycle
from newsletter.models import Batch, DigestChange
from tests.factories import NOW, make_readers, make_scheduled_digest, make_staff


def _sent(newsletter, release, *, readers: int = 3_000):
    make_readers(newsletter, readers)
    digest = release(newsletter)
    drain.drain()
    Batch.objects.update(finished_at=NOW)
    return digest


def test_it_counts_what_was_taken_in_the_last_minute(newsletter, release):
    digest = _sent(newsletter, release)
    DigestChange.objects.update(at=NOW - timedelta(hours=1))
    first = Batch.objects.order_by("low").first()
    Batch.objects.filter(pk=first.pk).update(finished_at=NOW - timedelta(seconds=61))

    rate = pace.per_second(digest_id=digest.pk, now=NOW)

    assert rate == (3_000 - first.size) / 60


def test_right_after_the_start_it_counts_from_the_start(newsletter, release):
    digest = _sent(newsletter, release)

    assert pace.per_second(digest_id=digest.pk, now=NOW + timedelta(seconds=10)) == 0.0
    Batch.objects.update(finished_at=NOW + timedelta(seconds=5))
    assert pace.per_second(digest_id=digest.pk, now=NOW + timedelta(seconds=10)) == 300.0


def test_a_pause_does_not_make_it_slow(newsletter, release):
    make_readers(newsletter, 2_000)
    digest = release(newsletter)
    by = make_staff()
    control.pause(digest_id=digest.pk, by=by, now=NOW)
    later = NOW + timedelta(hours=1)
    control.resume(digest_id=digest.pk, by=by, now=later)
    Batch.objects.filter(low=0).update(state="accepted", finished_at=later + timedelta(seconds=1))

    size = Batch.objects.get(low=0).size
    rate = pace.per_second(digest_id=digest.pk, now=later + timedelta(seconds=4))
    assert rate == size / 4


def test_what_is_left_takes_as_long_as_its_pace_says():
    assert pace.time_left(waiting=600, rate=10.0) == timedelta(minutes=1)
    assert pace.time_left(waiting=600, rate=0.0) is None
    assert pace.time_left(waiting=0, rate=10.0) is None


def test_it_says_when_all_that_is_left_is_tried_again(newsletter, release):
    make_readers(newsletter, 2_000)
    digest = release(newsletter)
    assert pace.next_try(digest_id=digest.pk, now=NOW) is None

    again = NOW + timedelta(minutes=15)
    Batch.objects.update(not_before=again)

    assert pace.next_try(digest_id=digest.pk, now=NOW) == again
    assert pace.next_try(digest_id=digest.pk, now=again) is None


def test_one_that_was_paused_before_its_first_piece_begins_when_it_goes_on(newsletter):
    digest = make_scheduled_digest(newsletter)
    lifecycle.release(digest_id=digest.pk, now=NOW)
    lifecycle.pause(digest_id=digest.pk, by=None, now=NOW)
    later = NOW + timedelta(minutes=3)
    control.resume(digest_id=digest.pk, by=make_staff(), now=later)

    digest.refresh_from_db()
    assert digest.sending_at == later
