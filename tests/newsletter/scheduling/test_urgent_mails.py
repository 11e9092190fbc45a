"""News that cannot wait: one short mail, and what it leaves to tomorrow's."""

from datetime import UTC, datetime, timedelta

import pytest

from newsletter.delivery import preparation
from newsletter.digests import held_over, story_ledger
from newsletter.digests.assembly import make_digest
from newsletter.digests.blank import News
from newsletter.models import Article, Digest, Item, Schedule
from newsletter.release import approval, readiness
from newsletter.rendering import message
from newsletter.scheduling import singles
from newsletter.scheduling.planning import plan
from subscribers.models import Subscription
from tests.factories import NOW, make_article, make_reader, make_schedule, make_staff

pytestmark = pytest.mark.django_db

State = Digest.State
WORDS = "The harbour is closed until further notice. Ferries stay in port."
NEWS = News(key="a", headline="Harbour closed", words=WORDS, link="https://a.example/1")
SUNDAY = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)


def urgent(schedule: Schedule, news: News = NEWS, now: datetime = NOW) -> Digest:
    return singles.make_news(newsletter=schedule.newsletter, news=news, by=None, now=now)


def about(article: Article, key: str = "b") -> News:
    return News(key=key, article=article)


def test_it_is_ready_to_go_with_a_headline_and_a_few_words() -> None:
    schedule = make_schedule()
    make_reader(schedule.newsletter)
    digest = urgent(schedule)
    assert readiness.problems(digest=digest, now=NOW) == []
    assert (digest.subject, digest.preheader) == ("Harbour closed", WORDS)
    drawn = message.render(digest=digest, now=NOW)
    assert WORDS in drawn.text
    assert drawn.fragments["greeting"] == "Hello"


def test_few_words_are_no_fault_of_it() -> None:
    schedule = make_schedule()
    make_reader(schedule.newsletter)
    digest = urgent(schedule, News(key="b", headline="Harbour closed", words="More follows."))
    assert readiness.problems(digest=digest, now=NOW) == []


def test_what_is_not_said_is_taken_from_the_story() -> None:
    story = make_article(title="Harbour closed", dek="Ferries stay in port.")
    digest = urgent(make_schedule(), about(story))
    assert (digest.subject, digest.preheader) == ("Harbour closed", "Ferries stay in port.")
    assert Item.objects.get(section__digest=digest).article == story


def test_the_usual_mail_of_the_day_comes_all_the_same() -> None:
    schedule = make_schedule()
    make_article()
    assert urgent(schedule).occurrence == "2026-11-24-2"
    plan(now=NOW)
    assert Digest.objects.filter(occurrence="2026-11-24", is_urgent=False).exists()


def test_what_it_told_may_be_told_again_tomorrow() -> None:
    schedule, story = make_schedule(), make_article()
    urgent(schedule, about(story))
    fresh = story_ledger.new_stories(newsletter=schedule.newsletter, rule=schedule, now=NOW)
    assert list(fresh) == [story]
    runs = story_ledger.runs_of(article_ids=[story.pk])
    assert [run.occurrence for run in runs[story.pk]] == ["2026-11-24-2"]


def test_another_newsletter_does_not_leave_it_out_either() -> None:
    schedule, story = make_schedule(), make_article()
    urgent(schedule, about(story))
    other = make_schedule()
    other.leaves_out.add(schedule.newsletter)
    fresh = story_ledger.new_stories(newsletter=other.newsletter, rule=other, now=NOW)
    assert list(fresh) == [story]


def test_what_is_held_for_tomorrow_still_comes_after_it() -> None:
    schedule, story = make_schedule(), make_article()
    today = make_digest(
        newsletter=schedule.newsletter, occurrence="2026-11-24", release_at=None, now=NOW
    )
    item = Item.objects.get(section__digest=today, article=story)
    item.section.taken_out.create(article=story, for_tomorrow=True, at=NOW)
    item.delete()
    urgent(schedule, about(story))
    tomorrow = make_digest(
        newsletter=schedule.newsletter,
        occurrence="2026-11-25",
        release_at=None,
        now=NOW + timedelta(days=1),
    )
    assert held_over.waiting(digest=tomorrow, now=NOW) == []
    assert Item.objects.filter(section__digest=tomorrow, article=story).exists()


def test_the_same_news_is_one_mail() -> None:
    schedule = make_schedule()
    assert urgent(schedule) == urgent(schedule)
    assert urgent(schedule) != urgent(schedule, News(key="b", headline="Bridge closed", words="x"))


def test_it_goes_only_once_a_person_approved_it() -> None:
    digest = urgent(make_schedule())
    plan(now=NOW + timedelta(hours=1))
    digest.refresh_from_db()
    assert digest.state == State.DRAFT
    make_reader(digest.newsletter)
    approval.send_now(digest_id=digest.pk, by=make_staff(), now=NOW)
    plan(now=NOW)
    digest.refresh_from_db()
    assert (digest.state, digest.goes_in_waves) == (State.PREPARING, False)


@pytest.mark.parametrize(
    ("now", "who"),
    [
        (NOW, [Subscription.Frequency.EVERY_DAY, Subscription.Frequency.WEEKDAYS_ONLY]),
        (SUNDAY, [Subscription.Frequency.EVERY_DAY]),
    ],
)
def test_it_goes_to_those_who_get_the_mails_of_the_day(now: datetime, who: list[str]) -> None:
    """So never to who asked for one mail a week, nor on a Sunday to who wants weekdays only."""
    schedule = make_schedule()
    for frequency in Subscription.Frequency:
        make_reader(schedule.newsletter)
        latest = Subscription.objects.latest("pk")
        Subscription.objects.filter(pk=latest.pk).update(frequency=frequency)
    digest = urgent(schedule, now=now)
    assert preparation.count_mailable(digest=digest, now=now) == len(who)


def test_it_does_not_go_to_those_on_a_break() -> None:
    schedule = make_schedule()
    make_reader(schedule.newsletter)
    Subscription.objects.update(paused_until=NOW + timedelta(days=3))
    digest = urgent(schedule)
    assert preparation.count_mailable(digest=digest, now=NOW) == 0


def test_others_of_the_last_hour_are_told_of_and_those_called_off_are_none() -> None:
    schedule = make_schedule()
    first = urgent(schedule)
    assert singles.urgent_lately(now=NOW, newsletter=schedule.newsletter) == [first]
    assert singles.urgent_lately(now=NOW, but_for=first) == []
    assert singles.urgent_lately(now=NOW, newsletter=make_schedule().newsletter) == []
    assert singles.urgent_lately(now=NOW + timedelta(hours=2)) == []
    Digest.objects.update(state=State.CANCELLED)
    assert singles.urgent_lately(now=NOW) == []
