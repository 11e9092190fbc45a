"""Whatever the day it is loaded on, the demo has what it should show."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newsletter.digests import story_ledger
from newsletter.models import Digest
from subscribers.models import Newsletter, OutboxMail
from tests.newsletter.demo.conftest import there

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="module", params=range(7))
def now(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any, tmp_path_factory
) -> Iterator[datetime]:
    """When the demo was loaded: not ahead of the database's clock, by which its mails are sent."""
    day = NOW - timedelta(days=request.param)
    with django_db_blocker.unblock(), there(now=day, files=tmp_path_factory):
        yield day


def test_mails_of_each_newsletter_are_sent_whatever_the_day(now: datetime) -> None:
    for newsletter in Newsletter.objects.all():
        for digest in newsletter.digests.all():
            assert digest.state == Digest.State.SENT
            assert digest.occurrence[:10] < now.date().isoformat()
            active = newsletter.subscriptions.filter(state="active")
            readers = active.filter(frequency__in=digest.frequencies).count()
            mails = OutboxMail.objects.filter(source=f"digest:{digest.pk}")
            assert readers == digest.audience_size == mails.count()
        latest = newsletter.digests.filter(is_weekly=False).latest("occurrence")
        sections = {
            section["key"]: section["items"] for section in latest.revision.page["sections"]
        }
        if newsletter.slug == "morning-briefing":
            assert len(sections["more"]) >= 2
            assert len(sections["brief"]) >= 4
            assert sections["good_thing"]
        else:
            assert newsletter.digests.count() == 1
            assert len(sections["three_more"]) == 3


def test_one_of_the_morning_briefings_is_a_weekly_one(now: datetime) -> None:
    briefings = Digest.objects.filter(newsletter__slug="morning-briefing")
    weekly = briefings.get(is_weekly=True)
    assert weekly.day.isoweekday() == 6
    assert weekly.audience_size == 3
    told = briefings.filter(is_weekly=False, occurrence__lt=weekly.occurrence)
    assert told.count() == 2
    stories = {section["key"]: section["items"] for section in weekly.revision.page["sections"]}
    assert len(stories["week_missed"]) >= 4
    assert len(stories["week_brief"]) >= 3


def test_enough_new_stories_are_left_for_the_next_briefing(now: datetime) -> None:
    newsletter = Newsletter.objects.get(slug="morning-briefing")

    left = story_ledger.new_stories(newsletter=newsletter, rule=newsletter.schedule, now=now)

    assert left.count() >= 7
    assert left.filter(good_news=True).exists()
