"""Who is told of a mail on its way: whoever is counted in, of the hour that he has there."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from newsletter.delivery import preparation
from newsletter.digests import lifecycle
from newsletter.models import Digest, Schedule
from subscribers.choosing import breaks, choice_rows, rhythm
from subscribers.ledger import BY_DESK
from subscribers.models import Subscriber, Subscription
from tests.factories import make_reader, make_schedule, make_scheduled_digest

pytestmark = pytest.mark.django_db

# Half past four on Friday in London, the first morning of Saturday on Earth.
FRIDAY = datetime(2026, 11, 27, 16, 30, tzinfo=UTC)
LATER = FRIDAY + timedelta(hours=1)
SATURDAY, SUNDAY = "tomorrow, 6:30 am London time", "Sunday, 6:30 am London time"


@pytest.fixture
def schedule(db: None) -> Schedule:
    """Of every day, and on Saturdays the weekly one instead."""
    return make_schedule(by_reader=True, weekdays="1234567", weekly_day=6, weekly_time=time(9))


@pytest.fixture
def daily(schedule: Schedule) -> Digest:
    return _let_go(schedule, "2026-11-28", time(6, 30))


def _let_go(schedule: Schedule, occurrence: str, at: time, **values: object) -> Digest:
    digest = make_scheduled_digest(
        schedule.newsletter,
        occurrence=occurrence,
        release_at=FRIDAY,
        wave_day=date(2026, 11, 28),
        wave_time=at,
        **values,
    )
    assert lifecycle.release(digest_id=digest.pk, now=FRIDAY)
    return digest


def _freeze(*digests: Digest) -> None:
    for digest in digests:
        preparation.prepare(digest_id=digest.pk, now=FRIDAY)


def _weekly(schedule: Schedule) -> Digest:
    return _let_go(schedule, "2026-11-28-week", time(9), is_weekly=True)


def _promised(reader: Subscriber) -> str:
    reader.refresh_from_db()
    (row,) = choice_rows.rows(subscriber=reader, now=LATER)
    return row.comes


def _reader(schedule: Schedule, zone: str = "Europe/London", **values: object) -> Subscriber:
    reader = make_reader(schedule.newsletter, time_zone=zone)
    Subscription.objects.filter(subscriber=reader).update(**values)
    return reader


def _choose(reader: Subscriber, schedule: Schedule, frequency: Subscription.Frequency) -> None:
    assert rhythm.choose_frequency(
        subscriber_id=reader.pk,
        newsletter=schedule.newsletter,
        frequency=frequency,
        proof=BY_DESK,
        now=LATER,
    )


def test_it_still_comes_to_who_is_counted_in(schedule: Schedule, daily: Digest) -> None:
    reader = _reader(schedule)
    assert _promised(reader) == SATURDAY, "let go, and about to be frozen"
    _freeze(daily)
    assert _promised(reader) == SATURDAY


def test_who_joined_after_that_is_told_of_the_next_one(schedule: Schedule, daily: Digest) -> None:
    _reader(schedule)
    _freeze(daily)
    assert _promised(_reader(schedule)) == SUNDAY


def test_who_ended_a_break_after_that_is_told_of_the_next_one(
    schedule: Schedule, daily: Digest
) -> None:
    _reader(schedule)
    away = _reader(schedule, paused_until=FRIDAY + timedelta(days=9))
    _freeze(daily)
    assert breaks.resume(
        subscriber_id=away.pk, newsletter=schedule.newsletter, proof=BY_DESK, now=LATER
    )
    assert _promised(away) == SUNDAY


def test_who_moved_after_that_is_told_of_the_hour_that_he_had(
    schedule: Schedule, daily: Digest
) -> None:
    reader = _reader(schedule)
    _freeze(daily)
    Subscriber.objects.filter(pk=reader.pk).update(time_zone="America/New_York")
    assert _promised(reader) == "tomorrow, 1:30 am New York time"


@pytest.mark.parametrize(
    ("before", "after", "promised"),
    [
        ("every_day", "once_a_week", SATURDAY),
        ("every_day", "weekdays_only", SATURDAY),
        ("once_a_week", "every_day", "tomorrow, 9:00 am London time"),
    ],
)
def test_who_chose_another_rhythm_after_that_is_told_of_the_mail_that_he_is_counted_in(
    schedule: Schedule, daily: Digest, before: str, after: str, promised: str
) -> None:
    reader = _reader(schedule, frequency=before)
    _freeze(daily, _weekly(schedule))
    _choose(reader, schedule, Subscription.Frequency(after))
    assert _promised(reader) == promised


def test_once_his_wave_has_gone_he_is_told_of_the_next_one(
    schedule: Schedule, daily: Digest
) -> None:
    reader = _reader(schedule, "Pacific/Apia")
    _freeze(daily)
    (row,) = choice_rows.rows(subscriber=reader, now=FRIDAY + timedelta(hours=2))
    assert row.comes == "tomorrow, 6:30 am Apia time"
