"""A newsletter that moves to another time zone: nothing past is fired, what waits moves along."""

from datetime import UTC, datetime

import pytest

from newsletter.models import Digest
from newsletter.scheduling import rule_changes
from newsletter.scheduling.planning import plan
from subscribers.models import Newsletter
from tests.factories import make_newsletter, make_schedule
from tests.newsletter.scheduling.planned import LEAD, drafted, only

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stories")]


def move(newsletter: Newsletter, zone: str, now: datetime) -> None:
    """As the newsletter's page does when somebody saves it."""
    Newsletter.objects.filter(pk=newsletter.pk).update(time_zone=zone)
    rule_changes.rule_changed(newsletter_id=newsletter.pk, now=now)


def test_a_time_that_is_over_by_the_new_clock_is_not_fired() -> None:
    """Half past six in Auckland was the evening before in London."""
    newsletter = make_schedule().newsletter
    move(newsletter, "Pacific/Auckland", LEAD)
    plan(now=LEAD)
    assert not Digest.objects.exists()


def test_a_draft_moves_to_the_new_time_of_its_day() -> None:
    digest = drafted()
    move(digest.newsletter, "America/New_York", LEAD.replace(minute=45))
    plan(now=LEAD.replace(minute=50))
    assert only().release_at == datetime(2026, 11, 24, 11, 30, tzinfo=UTC)


def test_the_next_mails_go_by_the_new_clock() -> None:
    newsletter = make_schedule(make_newsletter(time_zone="Asia/Tokyo")).newsletter
    move(newsletter, "Asia/Kathmandu", LEAD)
    plan(now=datetime(2026, 11, 24, 23, 0, tzinfo=UTC))
    assert only().release_at == datetime(2026, 11, 25, 0, 45, tzinfo=UTC)
