"""Making a digest out of new stories."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter.digests import lifecycle
from newsletter.digests.assembly import fill_anyway, make_digest, next_occurrence, rule_of
from newsletter.digests.plans import plans_of
from newsletter.models import Digest, DigestChange, Feed, Item, SectionPlan, Topic
from subscribers.models import Newsletter
from tests.factories import NOW, make_article, make_image, make_newsletter, make_schedule

pytestmark = pytest.mark.django_db

TODAY = "2026-11-24"


def make(newsletter: Newsletter, occurrence: str = TODAY) -> Digest:
    return make_digest(newsletter=newsletter, occurrence=occurrence, release_at=None, now=NOW)


def titles(digest: Digest) -> set[str]:
    return set(Item.objects.filter(section__digest=digest).values_list("article__title", flat=True))


def test_it_makes_a_draft_with_every_section_of_its_layout() -> None:
    schedule = make_schedule()
    for _ in range(12):
        make_article()
    digest = make(schedule.newsletter)
    assert (digest.state, digest.layout) == (Digest.State.DRAFT, "morning_briefing")
    counts = {section.key: section.items.count() for section in digest.sections.all()}
    assert counts == {
        "lead": 1,
        "more": 4,
        "brief": 6,
        "sponsor": 0,
        "number": 0,
        "good_thing": 0,
    }


def test_its_words_come_from_its_headlines_and_its_layout() -> None:
    schedule = make_schedule()
    lead = "The harbour at Port Alder reopens after eleven days of storm and repair"
    make_article(title=lead, hero=make_image(), published_at=NOW - timedelta(hours=1))
    make_article(title="Trains run through the night again from Friday on the coast line")
    digest = make(schedule.newsletter)
    assert digest.subject == "The harbour at Port Alder reopens after eleven days of…"
    assert len(digest.subject) <= 55
    assert digest.preheader.startswith("Trains run through the night")
    assert digest.intro
    assert digest.sign_off


def test_no_story_is_in_two_digests_of_a_newsletter() -> None:
    schedule = make_schedule()
    for _ in range(30):
        make_article()
    first, second = make(schedule.newsletter), make(schedule.newsletter, "2026-11-25")
    assert titles(first)
    assert titles(second)
    assert not titles(first) & titles(second)


def test_another_newsletter_may_use_the_same_story() -> None:
    story = make_article()
    one, other = make_schedule().newsletter, make_schedule().newsletter
    assert titles(make(one)) == titles(make(other)) == {story.title}


def test_the_stories_of_a_cancelled_digest_are_free_again() -> None:
    newsletter = make_schedule().newsletter
    make_article()
    first = make(newsletter)
    lifecycle.cancel(digest_id=first.pk, by=None, now=NOW)
    second = make(newsletter)
    assert second.pk != first.pk
    assert titles(second) == titles(first)


def test_it_takes_only_stories_young_enough_and_published() -> None:
    newsletter = make_schedule(max_age_hours=24).newsletter
    make_article(title="old", published_at=NOW - timedelta(hours=25))
    make_article(title="not yet out", published_at=NOW + timedelta(minutes=1))
    make_article(title="young", published_at=NOW - timedelta(hours=23))
    assert titles(make(newsletter)) == {"young"}


def test_it_takes_only_good_news_where_the_schedule_says_so() -> None:
    newsletter = make_schedule(layout="good_news", good_news_only=True).newsletter
    make_article(title="bad")
    make_article(title="good", good_news=True)
    assert titles(make(newsletter)) == {"good"}


def test_it_is_skipped_with_its_reason_when_too_little_is_new() -> None:
    newsletter = make_schedule(min_stories=3).newsletter
    make_article()
    digest = make(newsletter)
    assert digest.state == Digest.State.SKIPPED
    assert digest.reason == "Only 1 new in the last 3 days; at least 3 needed."
    assert titles(digest) == set()
    assert DigestChange.objects.get(digest=digest).new == Digest.State.SKIPPED


def test_a_skipped_digest_can_be_filled_whatever_the_age_of_its_stories() -> None:
    newsletter = make_schedule().newsletter
    make_article(title="last month", published_at=NOW - timedelta(days=30))
    digest = make(newsletter)
    fill_anyway(digest=digest, now=NOW)
    assert titles(digest) == {"last month"}
    assert Digest.objects.get(pk=digest.pk).subject == "last month"


def test_an_occurrence_has_one_digest() -> None:
    newsletter = make_schedule().newsletter
    make_article()
    assert make(newsletter).pk == make(newsletter).pk


def test_further_digests_of_a_date_get_a_number() -> None:
    newsletter = make_schedule().newsletter
    make_article()
    day = date(2026, 11, 24)
    for expected in (TODAY, f"{TODAY}-2", f"{TODAY}-3"):
        assert next_occurrence(newsletter=newsletter, day=day) == expected
        make(newsletter, expected)


def test_a_newsletter_without_a_schedule_gets_the_default_layout() -> None:
    make_article()
    assert make(make_newsletter()).layout == "morning_briefing"


def test_nobody_has_described_a_picture_that_comes_by_itself() -> None:
    newsletter = make_schedule().newsletter
    make_article(title="Silent", hero=make_image())
    make(newsletter)
    assert Item.objects.get().image_alt == ""


@pytest.mark.parametrize("ruled", [False, True])
def test_its_number_of_statements_does_not_grow_with_the_stories(*, ruled: bool) -> None:
    newsletter = make_schedule().newsletter
    plans_of(newsletter=newsletter, layout="morning_briefing")
    feed = Feed.objects.create(name="Gazette", url="https://gazette.example/")
    topic = Topic.objects.create(name="the sea", slug="sea")
    for plan in SectionPlan.objects.filter(is_automatic=True) if ruled else ():
        plan.feeds.add(feed)
        plan.topics.add(topic)
    counts = []
    for number, occurrence in ((8, TODAY), (80, "2026-11-25")):
        for _ in range(number):
            make_article(hero=make_image(), feed=feed, good_news=True).topics.add(topic)
        with CaptureQueriesContext(connection) as statements:
            digest = make(newsletter, occurrence)
        assert titles(digest)
        brackets = ("SAVEPOINT", "RELEASE")
        asked = [one for one in statements.captured_queries if not one["sql"].startswith(brackets)]
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 20


def test_asking_for_its_rule_gives_a_newsletter_no_schedule() -> None:
    newsletter = make_newsletter()
    assert rule_of(newsletter).pk is None
    assert not hasattr(newsletter, "schedule")
