"""`demo --soon`: the next Morning Briefing is due in a moment, whatever stands there already."""

from datetime import UTC, datetime, timedelta

import pytest

from newsletter import demo, wake
from newsletter.digests import assembly
from newsletter.models import Article, Digest
from newsletter.scheduling import planning
from subscribers.models import Newsletter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_pictures")]

NOW = datetime(2026, 11, 24, 10, 0, 20, tzinfo=UTC)


@pytest.fixture
def briefing(loaded: demo.DemoResult) -> Newsletter:
    return Newsletter.objects.get(slug="morning-briefing")


def wait_for(due: datetime) -> None:
    """What the planner does meanwhile."""
    with wake.nobody():
        planning.plan(now=due - timedelta(minutes=1))
        planning.plan(now=due + timedelta(seconds=5))


def test_a_briefing_goes_out_by_itself(briefing: Newsletter) -> None:
    soon = demo.soon(now=NOW)

    assert soon.due is not None
    assert timedelta(minutes=2) <= soon.due - NOW <= timedelta(minutes=3)
    wait_for(soon.due)
    digest = briefing.digests.get(occurrence="2026-11-24")
    assert digest.state == Digest.State.PREPARING
    assert "10:03 (Europe/London)" in soon.words


def test_a_second_one_goes_out_on_a_day_that_had_one(briefing: Newsletter) -> None:
    first = demo.soon(now=NOW)
    assert first.due is not None
    wait_for(first.due)
    Digest.objects.filter(occurrence="2026-11-24").update(state=Digest.State.SENT)

    later = NOW + timedelta(minutes=30)
    second = demo.soon(now=later)

    assert second.due is not None
    wait_for(second.due)
    assert briefing.digests.get(occurrence="2026-11-24-2").state == Digest.State.PREPARING


def test_a_mail_that_waits_already_is_moved_instead(briefing: Newsletter) -> None:
    waiting = assembly.make_digest(
        newsletter=briefing,
        occurrence="2026-11-24",
        release_at=NOW + timedelta(hours=2),
        now=NOW,
    )
    before = briefing.schedule.local_time

    soon = demo.soon(now=NOW)

    waiting.refresh_from_db()
    briefing.schedule.refresh_from_db()
    assert waiting.release_at == soon.due
    assert briefing.schedule.local_time == before


def test_it_says_when_one_is_on_its_way(briefing: Newsletter) -> None:
    first = demo.soon(now=NOW)
    assert first.due is not None
    wait_for(first.due)

    again = demo.soon(now=NOW + timedelta(minutes=4))

    assert again.due is None
    assert "at this moment" in again.words


def test_it_runs_on_a_weekend_too(briefing: Newsletter) -> None:
    saturday = NOW + timedelta(days=4)

    soon = demo.soon(now=saturday)

    assert soon.due is not None
    briefing.schedule.refresh_from_db()
    assert briefing.schedule.weekdays == "123456"


def test_it_runs_on_a_public_holiday_too(briefing: Newsletter) -> None:
    boxing_day_observed = datetime(2026, 12, 28, 10, 0, 20, tzinfo=UTC)

    soon = demo.soon(now=boxing_day_observed)

    assert soon.due is not None
    wait_for(soon.due)
    assert briefing.digests.get(occurrence="2026-12-28").state == Digest.State.PREPARING


def test_it_adds_stories_when_nothing_is_new(briefing: Newsletter) -> None:
    Article.objects.update(published_at=NOW - timedelta(days=40))

    soon = demo.soon(now=NOW)

    assert "8 stories were added" in soon.words
    assert soon.due is not None
    wait_for(soon.due)
    assert briefing.digests.get(occurrence="2026-11-24").state == Digest.State.PREPARING
