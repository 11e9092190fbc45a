"""What readers are promised where a mail goes by each reader's clock."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from newsletter.models import Digest, Schedule
from subscribers import notices, welcome
from subscribers.choosing import choice_rows
from subscribers.extensions import Rhythm, registered
from subscribers.models import Subscription
from tests.factories import NOW, make_reader, make_schedule, make_scheduled_digest

pytestmark = pytest.mark.django_db

# Tuesday evening in London; six in the morning of Wednesday in Apia.
EVENING = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
APIA, KATHMANDU, CHICAGO = (
    ZoneInfo(name) for name in ("Pacific/Apia", "Asia/Kathmandu", "America/Chicago")
)


@pytest.fixture
def by_reader(db: None) -> Schedule:
    return make_schedule(by_reader=True)


def comes(schedule: Schedule, now: datetime, zone: ZoneInfo, **more: object) -> datetime | None:
    return registered().next_release(schedule.newsletter, now, Rhythm(zone, **more))


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        (APIA, datetime(2026, 11, 24, 17, 30, tzinfo=UTC)),
        (KATHMANDU, datetime(2026, 11, 25, 0, 45, tzinfo=UTC)),
        (CHICAGO, datetime(2026, 11, 25, 12, 30, tzinfo=UTC)),
    ],
)
def test_it_comes_at_half_past_six_wherever_the_reader_is(
    by_reader: Schedule, zone: ZoneInfo, expected: datetime
) -> None:
    now = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
    assert comes(by_reader, now, zone) == expected
    assert expected.astimezone(zone).time() == time(6, 30)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Pacific/Apia", "today, 6:30 am Apia time"),
        ("Asia/Kathmandu", "tomorrow, 6:30 am Kathmandu time"),
        ("", "tomorrow, 6:30 am London time"),
    ],
)
def test_all_that_a_reader_is_told_is_in_his_morning(
    by_reader: Schedule, zone: str, words: str
) -> None:
    newsletter = by_reader.newsletter
    reader = make_reader(newsletter, time_zone=zone)
    told = [
        choice_rows.rows(subscriber=reader, now=EVENING)[0].comes,
        welcome.welcomes(newsletters=[newsletter], now=EVENING, reader=reader)[0].comes,
        notices.first_comes(reader=reader, newsletters=[newsletter], now=EVENING),
    ]
    assert told == [words] * 3


def test_who_goes_by_the_newsletter_s_clock_is_told_that_of_others(by_reader: Schedule) -> None:
    assert comes(make_schedule(), EVENING, APIA) == datetime(2026, 11, 25, 6, 30, tzinfo=UTC)


def test_it_never_comes_before_it_is_ready() -> None:
    schedule = make_schedule(by_reader=True, head_start_minutes=60)
    half_past_five = datetime(2026, 11, 25, 5, 30, tzinfo=UTC)
    assert comes(schedule, EVENING, APIA) == half_past_five
    assert comes(schedule, EVENING, CHICAGO) == datetime(2026, 11, 25, 12, 30, tzinfo=UTC)


def test_a_morning_that_is_over_is_not_promised_again(by_reader: Schedule) -> None:
    """In Apia Wednesday's has come, though nobody has opened it yet, and Thursday's is next."""
    now = datetime(2026, 11, 24, 17, 45, tzinfo=UTC)
    assert comes(by_reader, now, APIA) == datetime(2026, 11, 25, 17, 30, tzinfo=UTC)


def test_a_reader_s_own_time_is_kept(by_reader: Schedule) -> None:
    at = comes(by_reader, EVENING, KATHMANDU, own_time=time(7, 30))
    assert at == datetime(2026, 11, 25, 1, 45, tzinfo=UTC)


def test_it_is_the_next_of_those_that_a_reader_chose() -> None:
    every_day = make_schedule(weekdays="1234567", weekly_day=7, weekly_time=time(9))
    friday = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
    chosen = {
        frequency: comes(every_day, friday, ZoneInfo("UTC"), frequency=frequency)
        for frequency in Subscription.Frequency
    }
    assert chosen == {
        "every_day": datetime(2026, 11, 28, 6, 30, tzinfo=UTC),
        "weekdays_only": datetime(2026, 11, 30, 6, 30, tzinfo=UTC),
        "once_a_week": datetime(2026, 11, 29, 9, 0, tzinfo=UTC),
    }


def test_a_correction_is_promised_to_nobody() -> None:
    schedule = make_schedule()
    first = make_scheduled_digest(schedule.newsletter, release_at=NOW)
    Digest.objects.filter(pk=first.pk).update(state=Digest.State.SENT)
    soon = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
    make_scheduled_digest(
        schedule.newsletter, occurrence="2026-11-24-2", release_at=soon, corrects=first
    )
    assert comes(schedule, EVENING, ZoneInfo("UTC")) == datetime(2026, 11, 25, 6, 30, tzinfo=UTC)
