"""A newsletter with three stories, and its mail of today."""

from datetime import timedelta
from typing import Any

import pytest

from newsletter.models import Digest, Schedule
from tests.factories import NOW, make_article, make_reader, make_schedule
from tests.newsletter.digests.holding import TODAY, mail


@pytest.fixture
def schedule(db: None) -> Schedule:
    found = make_schedule()
    make_reader(found.newsletter)
    for number in range(3):
        make_article(title=f"Story {number}", published_at=NOW - timedelta(hours=number + 1))
    return found


@pytest.fixture
def offered(db: None, settings: Any) -> Schedule:
    """Of a newsletter that is offered once a week too, on Saturdays; nothing has run in it."""
    settings.SITE_URL = "http://testserver"
    return make_schedule(weekly_day=6)


@pytest.fixture
def today(schedule: Schedule) -> Digest:
    return mail(schedule, TODAY)
