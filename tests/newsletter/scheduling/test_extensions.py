"""What readers' pages and mails are told about times and past mails."""

from datetime import UTC, datetime, time, timedelta

import pytest

from newsletter.digests import lifecycle
from newsletter.models import Digest
from newsletter.scheduling import next_mail
from subscribers.extensions import Rhythm, registered
from subscribers.models import Subscription
from tests.factories import (
    NOW,
    make_digest,
    make_newsletter,
    make_schedule,
    make_scheduled_digest,
)

Frequency = Subscription.Frequency
pytestmark = pytest.mark.django_db

TODAY_0630 = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
TOMORROW_0630 = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)


def test_the_cadence_is_the_schedule_in_words() -> None:
    newsletter = make_schedule().newsletter
    assert registered().cadence(newsletter) == "Every weekday at 6:30 am, London time"


def test_there_is_no_cadence_without_a_schedule_that_runs() -> None:
    assert registered().cadence(make_newsletter()) == ""
    assert registered().cadence(make_schedule(is_active=False).newsletter) == ""


def test_who_goes_out_on_all_days_and_when_the_weekly_one_comes() -> None:
    known = registered()
    plain = make_schedule().newsletter
    assert (known.is_daily(plain), known.has_weekends(plain), known.weekly(plain)) == (
        False,
        False,
        "",
    )
    daily = make_schedule(weekdays="1234567", weekly_day=7).newsletter
    assert (known.is_daily(daily), known.has_weekends(daily)) == (True, True)
    assert known.weekly(daily) == "Sundays at 6:30 am"
    stopped = make_schedule(weekdays="1234567", weekly_day=7, is_active=False).newsletter
    assert known.weekly(stopped) == ""
    assert not known.is_daily(stopped)
    assert known.weekly(make_newsletter()) == ""


def test_the_usual_time_is_known_where_it_goes_by_each_reader_s_clock() -> None:
    usual = registered().usual_time
    every_day, once_a_week = Frequency.EVERY_DAY, Frequency.ONCE_A_WEEK
    assert usual(make_schedule().newsletter, every_day) is None
    here = make_schedule(by_reader=True, weekly_day=6, weekly_time=time(9)).newsletter
    assert (usual(here, every_day), usual(here, once_a_week)) == (time(6, 30), time(9))


def test_the_next_release_is_the_schedule_s_next_run() -> None:
    newsletter = make_schedule().newsletter
    assert registered().next_release(newsletter, NOW) == TODAY_0630
    assert registered().next_release(newsletter, TODAY_0630) == TOMORROW_0630


def test_a_skipped_run_is_not_promised() -> None:
    newsletter = make_schedule().newsletter
    digest = make_digest(newsletter, release_at=TODAY_0630)
    lifecycle.skip(digest_id=digest.pk, reason="nothing new", now=NOW)
    assert registered().next_release(newsletter, NOW) == TOMORROW_0630


def test_a_digest_that_somebody_scheduled_counts() -> None:
    newsletter = make_newsletter()
    at = NOW + timedelta(minutes=5)
    make_scheduled_digest(newsletter, release_at=at)
    assert registered().next_release(newsletter, NOW) == at


def test_nothing_is_promised_without_a_schedule() -> None:
    assert registered().next_release(make_newsletter(), NOW) is None


def test_a_weekly_mail_that_there_is_not_is_not_looked_for(monkeypatch) -> None:
    newsletter = make_schedule().newsletter
    monkeypatch.setattr(next_mail, "runs_after", None)
    weekly = Rhythm(zone=newsletter.zone, frequency="once_a_week")
    assert registered().next_release(newsletter, NOW, weekly) is None


def test_the_latest_is_the_newest_that_readers_got() -> None:
    newsletter = make_newsletter()
    old = make_scheduled_digest(newsletter, occurrence="2026-11-20", subject="Old")
    new = make_scheduled_digest(newsletter, occurrence="2026-11-23", subject="New")
    waiting = make_scheduled_digest(newsletter, occurrence="2026-11-24", subject="Next")
    for days, digest in ((4, old), (1, new)):
        Digest.objects.filter(pk=digest.pk).update(
            state=Digest.State.SENT, sending_at=NOW - timedelta(days=days)
        )
    latest = registered().latest_digest(newsletter)
    assert latest is not None
    assert latest.subject == "New"
    assert latest.url == new.get_absolute_url()
    assert waiting.state == Digest.State.SCHEDULED


def test_there_is_no_latest_before_the_first() -> None:
    assert registered().latest_digest(make_newsletter()) is None


def test_a_run_moved_to_later_today_is_tomorrow_s_where_readers_had_today_s() -> None:
    schedule = make_schedule()
    digest = make_scheduled_digest(schedule.newsletter, release_at=TODAY_0630)
    Digest.objects.filter(pk=digest.pk).update(state=Digest.State.SENT)
    now = TODAY_0630 + timedelta(minutes=30)
    schedule.local_time, schedule.effective_from = time(8, 0), now
    schedule.save()
    at = next_mail.next_release(newsletter=schedule.newsletter, now=now)
    assert at == TOMORROW_0630.replace(hour=8, minute=0)
