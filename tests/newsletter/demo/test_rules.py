"""The demo's rules: one newsletter leaves holidays out, the other goes by readers' clocks."""

from datetime import UTC, date, datetime, timedelta

import pytest

from newsletter import demo
from newsletter.models import Digest
from newsletter.scheduling import board
from newsletter.scheduling.calendar import between
from subscribers.models import Newsletter, Subscriber

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_pictures")]

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.mark.usefixtures("loaded")
def test_the_calendar_says_why_there_is_no_mail_at_christmas() -> None:
    december = {"first": date(2026, 12, 1), "last": date(2026, 12, 31)}
    found = between(**december, now=NOW, newsletter=None).days_off

    assert ("Morning Briefing", "Christmas Day") in [
        (one.newsletter.name, one.reason) for one in found
    ]


@pytest.mark.usefixtures("loaded")
def test_the_board_shows_good_news_as_a_band_of_waves() -> None:
    bands = [row for row in board.rows(now=NOW) if row.waves]

    assert {row.newsletter.slug for row in bands} == {"good-news"}
    (first, last) = bands[0].waves
    assert last - first > timedelta(hours=24)


@pytest.mark.usefixtures("loaded")
def test_its_readers_live_in_several_zones() -> None:
    readers = Subscriber.objects.filter(subscriptions__newsletter__slug="good-news")

    assert readers.exclude(time_zone="").values("time_zone").distinct().count() >= 4
    assert readers.filter(time_zone="").exists()


@pytest.mark.parametrize("day", [date(2025, 12, 29), date(2026, 4, 7)])
def test_it_loads_around_holidays(day: date) -> None:
    # Not ahead of the database's clock, by which the mails are sent.
    demo.load(now=datetime(day.year, day.month, day.day, 10, tzinfo=UTC))

    for newsletter in Newsletter.objects.all():
        states = set(newsletter.digests.values_list("state", flat=True))
        assert states == {Digest.State.SENT}
    assert not Digest.objects.filter(occurrence="2025-12-25").exists()
