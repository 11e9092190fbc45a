"""Six hours count from each wave's own time, and for single readers too."""

from datetime import UTC, datetime, timedelta

import pytest

from newsletter.delivery import cancelling, deadline, missed, recovery
from newsletter.digests import lifecycle
from newsletter.models import Batch, DeliveryException, Digest
from subscribers.mailing.answers import Answer, Failure, Kind
from tests.factories import make_staff
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.answering import in_turn, scripted
from tests.newsletter.delivery.waving import drain_at, reader_in, release_in_waves

TOKYO = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)
LONDON = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
NEW_YORK = datetime(2026, 11, 24, 11, 30, tzinfo=UTC)
SIX_HOURS = timedelta(hours=6)
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def digest(newsletter) -> Digest:
    for zone in ("Asia/Tokyo", "", "America/New_York"):
        reader_in(newsletter, zone)
    return release_in_waves(newsletter)


@pytest.fixture
def at(monkeypatch):
    return lambda now: drain_at(monkeypatch, now)


def _state(digest: Digest) -> str:
    digest.refresh_from_db()
    return digest.state


def test_it_is_not_late_while_its_last_waves_wait(digest, at):
    at(LONDON)
    recovery.sweep(now=NEW_YORK + SIX_HOURS)
    assert _state(digest) == Digest.State.SENDING


def test_a_wave_six_hours_late_pauses_it_and_tells_staff(digest, at):
    at(TOKYO)
    recovery.sweep(now=LONDON + SIX_HOURS)
    assert _state(digest) == Digest.State.SENDING
    recovery.sweep(now=LONDON + SIX_HOURS + A_SECOND)
    assert _state(digest) == Digest.State.PAUSED
    assert digest.reason == deadline.REASON


def test_whoever_goes_on_after_that_has_decided(digest, at):
    late = LONDON + SIX_HOURS + A_SECOND
    recovery.sweep(now=late)
    lifecycle.resume(digest_id=digest.pk, by=None, now=late)
    recovery.sweep(now=late)
    at(late)
    assert ledger.check(digest) == {"accepted": 3}


def test_one_that_could_not_be_prepared_is_late_after_its_own_release(newsletter):
    reader_in(newsletter)
    digest = release_in_waves(newsletter, release_at=TOKYO)
    Batch.objects.all().delete()
    Digest.objects.filter(pk=digest.pk).update(prepared_at=None, state="preparing")
    recovery.sweep(now=TOKYO + SIX_HOURS + A_SECOND)
    assert _state(digest) == Digest.State.PAUSED


def test_a_reopened_mail_counts_from_then(digest, at):
    by = make_staff()
    at(TOKYO)
    cancelling.cancel(digest_id=digest.pk, by=by, now=TOKYO)
    reopened = NEW_YORK + timedelta(hours=8)
    missed.send(digest_id=digest.pk, by=by, now=reopened)

    recovery.sweep(now=reopened + SIX_HOURS)
    assert _state(digest) == Digest.State.SENDING
    recovery.sweep(now=reopened + SIX_HOURS + A_SECOND)
    assert _state(digest) == Digest.State.PAUSED


def test_a_reader_of_a_late_wave_is_tried_again_as_long_as_one_of_the_first(
    newsletter, at, monkeypatch
):
    """By the digest's release it would be too late for him before his mail ever went."""
    reader = reader_in(newsletter, "America/New_York")
    digest = release_in_waves(newsletter)
    full = Answer(kind=Kind.ACCEPTED, retry={reader.pk: Failure(reason="mailbox_full")})
    scripted(monkeypatch, in_turn(full, Answer(kind=Kind.ACCEPTED)))

    at(NEW_YORK)

    assert DeliveryException.objects.get(subscriber_id=reader.pk).state == "retry"
    at(NEW_YORK + timedelta(minutes=16))
    assert ledger.check(digest, by_hand=True) == {"accepted": 1}


def test_after_six_hours_of_his_wave_he_has_failed(newsletter, at, monkeypatch):
    reader = reader_in(newsletter, "America/New_York")
    digest = release_in_waves(newsletter)
    full = Answer(kind=Kind.ACCEPTED, retry={reader.pk: Failure(reason="mailbox_full")})
    scripted(monkeypatch, in_turn(full))

    at(NEW_YORK + SIX_HOURS)

    assert ledger.check(digest, by_hand=True) == {"failed": 1}
