"""Where each story ran, and which may run therefore."""

from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from newsletter.digests import lifecycle, story_ledger
from newsletter.digests.assembly import make_digest
from newsletter.models import Article, Digest, Schedule
from subscribers.models import Newsletter
from tests.factories import NOW, make_article, make_newsletter, make_schedule

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def make(newsletter: Newsletter, at: datetime = NOW) -> Digest:
    return make_digest(
        newsletter=newsletter, occurrence=at.date().isoformat(), release_at=None, now=at
    )


def new(rule: Schedule, at: datetime = NOW) -> list[Article]:
    return list(story_ledger.new_stories(newsletter=rule.newsletter, rule=rule, now=at))


@pytest.fixture
def weekly() -> Schedule:
    """A newsletter that leaves out what the daily one ran in three days."""
    rule = make_schedule(make_newsletter(name="Good News"), max_age_hours=240, leaves_out_days=3)
    rule.leaves_out.add(make_schedule(make_newsletter(name="Morning Briefing")).newsletter)
    return rule


@pytest.fixture
def daily(weekly: Schedule) -> Newsletter:
    return weekly.leaves_out.get()


def test_what_another_newsletter_ran_lately_is_left_out(
    weekly: Schedule, daily: Newsletter
) -> None:
    story = make_article()
    assert new(weekly) == [story]
    make(daily)
    assert new(weekly) == []
    assert new(weekly, NOW + 3 * DAY) == []
    assert new(weekly, NOW + 3 * DAY + timedelta(minutes=1)) == [story]


def test_the_other_newsletter_does_not_mind(weekly: Schedule, daily: Newsletter) -> None:
    story = make_article()
    make(weekly.newsletter)
    assert new(daily.schedule) == [story]


def test_what_was_called_off_ran_nowhere(weekly: Schedule, daily: Newsletter) -> None:
    story = make_article()
    digest = make(daily)
    lifecycle.cancel(digest_id=digest.pk, by=None, now=NOW)
    assert new(weekly) == new(daily.schedule) == [story]


def test_what_was_called_off_half_way_ran(weekly: Schedule, daily: Newsletter) -> None:
    """Some have read it."""
    story = make_article()
    digest = make(daily)
    lifecycle.cancel(digest_id=digest.pk, by=None, now=NOW)
    Digest.objects.filter(pk=digest.pk).update(sending_at=NOW)
    assert new(weekly) == new(daily.schedule) == []
    assert [run.digest_id for run in story_ledger.runs_of(article_ids=[story.pk])[story.pk]] == [
        digest.pk
    ]


def test_one_that_is_worth_it_again_runs_once_more_in_each(
    weekly: Schedule, daily: Newsletter
) -> None:
    story = make_article()
    make(daily)
    later = NOW + timedelta(hours=1)
    Article.objects.update(again_from=later)
    assert new(weekly, later) == new(daily.schedule, later) == [story]

    make(daily, NOW + DAY)
    assert new(daily.schedule, NOW + DAY) == []
    assert new(weekly, NOW + DAY) == []


def test_an_old_one_that_is_worth_it_again_is_young_again(weekly: Schedule) -> None:
    old = make_article(published_at=NOW - 60 * DAY)
    recent = make_article()
    assert new(weekly) == [recent]
    Article.objects.filter(pk=old.pk).update(again_from=NOW - timedelta(hours=1))
    assert new(weekly) == [old, recent]


def test_whether_it_may_run_again_is_over_once_it_did(daily: Newsletter) -> None:
    story = make_article()
    make(daily)
    assert not story_ledger.may_run_again(story)
    story.again_from = NOW + timedelta(hours=1)
    story.save()
    assert story_ledger.may_run_again(story)
    make(daily, NOW + DAY)
    assert not story_ledger.may_run_again(story)


def test_where_stories_ran_is_asked_in_one_statement(
    weekly: Schedule, daily: Newsletter, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ran, fresh = make_article(), make_article(published_at=NOW + DAY)
    first, second = make(weekly.newsletter), make(daily, NOW + timedelta(hours=30))
    with django_assert_num_queries(1):
        runs = story_ledger.runs_of(article_ids=[ran.pk, fresh.pk])
    assert [run.in_words for run in runs[ran.pk]] == [
        "Morning Briefing of 2026-11-25",
        "Good News of 2026-11-24",
    ]
    assert [run.digest_id for run in runs[ran.pk]] == [second.pk, first.pk]
    assert [run.digest_id for run in runs[fresh.pk]] == [second.pk]


def test_a_newsletter_without_a_schedule_leaves_nothing_out() -> None:
    story = make_article()
    newsletter = make_newsletter()
    rule = Schedule(newsletter=newsletter)
    found = story_ledger.new_stories(newsletter=newsletter, rule=rule, now=NOW)
    assert list(found) == [story]
