"""A break ends with the day that it names, on the reader's own clock too."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from newsletter.delivery.story import story
from newsletter.models import Delivery
from subscribers.choosing import breaks
from subscribers.models import Subscription
from tests.factories import NOW
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.waving import DAY, drain_at, goes_at, reader_in, release_in_waves

ZONES = ["Pacific/Kiritimati", "Asia/Kathmandu", "Europe/London", "Pacific/Pago_Pago"]
EVERYBODY_HAD_IT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


def _until(day: date) -> datetime:
    """As the preference page keeps it for a London newsletter."""
    return breaks.starts(day=day, now=NOW - timedelta(days=3), zone=ZoneInfo("Europe/London"))


@pytest.mark.parametrize("zone", ZONES)
def test_a_break_until_today_is_over_this_morning_wherever_one_is(newsletter, zone, monkeypatch):
    """In the east that morning comes before the day begins in the newsletter's zone."""
    reader = reader_in(newsletter, zone, paused_until=_until(DAY))

    digest = release_in_waves(newsletter)

    assert drain_at(monkeypatch, goes_at(digest, reader)) == {reader.pk}
    assert ledger.check(digest) == {"accepted": 1}


@pytest.mark.parametrize("zone", ZONES)
def test_a_break_until_tomorrow_keeps_todays_mail_away(newsletter, zone):
    reader_in(newsletter, zone, paused_until=_until(DAY + timedelta(days=1)))
    release_in_waves(newsletter)
    assert not Delivery.objects.exists()


def test_a_break_that_ends_between_preparation_and_his_wave_is_over(newsletter, monkeypatch):
    over = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    reader = reader_in(newsletter, "Pacific/Pago_Pago", paused_until=over)
    digest = release_in_waves(newsletter)
    assert drain_at(monkeypatch, EVERYBODY_HAD_IT) == {reader.pk}
    assert ledger.check(digest) == {"accepted": 1}


def test_a_break_that_begins_before_his_wave_keeps_it_away(newsletter, monkeypatch):
    reader = reader_in(newsletter, "America/Los_Angeles")
    digest = release_in_waves(newsletter)
    Subscription.objects.update(paused_until=_until(DAY + timedelta(days=7)))

    assert drain_at(monkeypatch, EVERYBODY_HAD_IT) == set()

    assert ledger.check(digest) == {"left": 1}
    told = story(digest=digest, subscriber_id=reader.pk).sentences[-1].sentence
    assert told == "So now: left before it was sent, because: on a break."
