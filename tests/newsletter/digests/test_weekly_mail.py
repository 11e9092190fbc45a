"""A weekly mail: its words, what an editor does in it, and that it changes nothing for others."""

from datetime import timedelta
from typing import Any

import pytest

from newsletter.digests import story_ledger
from newsletter.digests.editing import rewrite, standing
from newsletter.digests.filling import count_new, fill
from newsletter.digests.plans import start_over
from newsletter.digests.trying import would_choose
from newsletter.models import Article, Digest, Item, Schedule, TakenOut
from newsletter.release import approval
from newsletter.scheduling import refilling, upcoming
from tests.factories import (
    NOW,
    make_article,
    make_image,
    make_newsletter,
    make_schedule,
    make_staff,
)
from tests.newsletter.digests.holding import hold
from tests.newsletter.digests.weeks import (
    HOUR,
    SATURDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    clicked,
    ran,
    stories,
    told,
    weekly,
)

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def site(settings: Any) -> None:
    settings.SITE_URL = "http://testserver"


@pytest.fixture
def schedule() -> Schedule:
    return make_schedule(weekly_day=6)


def items(digest: Digest) -> dict[str, Item]:
    rows = Item.objects.filter(section__digest=digest).select_related("article", "section")
    return {item.article.title: item for item in rows if item.article}


def edit(digest: Digest, item: Item, **fields: Any) -> None:
    digest.refresh_from_db()
    rows = [
        type(one)(**{**_values(one), **fields}) if one.item_id == item.pk else one
        for one in standing(digest=digest)
    ]
    rewrite(digest_id=digest.pk, version=digest.version, words={}, items=rows, by=None, now=NOW)
    digest.refresh_from_db()


def _values(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}


def test_its_subject_and_preview_line_are_made_of_the_headlines_as_they_ran(
    schedule: Schedule,
) -> None:
    lead = make_article(title="Harbour reopens after the storm")
    found = [{"article": lead, "headline": "The harbour is open again"}]
    ran(schedule, TUESDAY, ("lead", found), ("more", stories(3)))
    digest = weekly(schedule)
    assert digest.subject == "The week: The harbour is open again"
    assert digest.preheader.startswith("Harbour reopens after storm number")


def test_the_lead_of_the_week_has_a_picture_where_one_has(schedule: Schedule) -> None:
    bare, pictured = stories(1)[0], stories(1, hero=make_image())[0]
    ran(schedule, TUESDAY, ("lead", [bare]), ("more", [pictured, *stories(2)]))
    digest = weekly(schedule)
    assert told(digest)[0] == pictured.title
    assert items(digest)[pictured.title].section.key == "week_lead"


def test_an_editors_words_and_picture_come_along_and_say_from_which_day(
    schedule: Schedule,
) -> None:
    picture, [story] = make_image(), stories(1)
    words = {"headline": "His", "blurb": "Own words.", "image": picture, "image_alt": "A boat"}
    ran(schedule, WEDNESDAY, ("lead", [{"article": story, **words}]), ("more", stories(2)))
    item = items(weekly(schedule))[story.title]
    assert {name: getattr(item, name) for name in words} == words
    assert (item.ran_on, item.is_kept) == (WEDNESDAY.date(), False)
    assert item.reason == "the lead of Wednesday 25 November"


def test_a_long_text_stands_in_brief_with_its_first_sentences(schedule: Schedule) -> None:
    long = "One two three four five six. " * 4
    found = stories(12)
    last = {"article": found[-1], "blurb": long.strip()}
    ran(schedule, TUESDAY, ("lead", found[:1]), ("more", [*found[1:-1], last]))
    item = items(weekly(schedule))[found[-1].title]
    assert item.section.key == "week_brief"
    assert item.blurb == ("One two three four five six. " * 4).strip()
    Item.objects.filter(article=found[-1], section__key="more").update(blurb=f"{long}And more.")
    fill(digest=(digest := item.section.digest), rule=schedule, now=SATURDAY + MINUTE)
    assert items(digest)[found[-1].title].blurb == long.strip()


@pytest.mark.parametrize(
    ("how_many", "reason"),
    [
        (0, "No story ran since the last weekly mail; at least 3 needed."),
        (1, "Only 1 story ran since the last weekly mail; at least 3 needed."),
        (2, "Only 2 stories ran since the last weekly mail; at least 3 needed."),
    ],
)
def test_with_too_few_stories_it_is_skipped_with_its_reason(
    schedule: Schedule, how_many: int, reason: str
) -> None:
    stories(9, published_at=SATURDAY - HOUR)
    ran(schedule, TUESDAY, ("lead", stories(how_many)))
    digest = weekly(schedule, release_at=SATURDAY)
    assert (digest.state, digest.reason) == (Digest.State.SKIPPED, reason)


def test_with_three_it_goes(schedule: Schedule) -> None:
    Schedule.objects.update(min_stories=9)
    schedule.refresh_from_db()
    ran(schedule, TUESDAY, ("lead", stories(3)))
    digest = weekly(schedule, release_at=SATURDAY)
    assert digest.state == Digest.State.DRAFT
    assert count_new(digest=digest, rule=schedule, now=SATURDAY) == 3


def test_made_anyway_it_tells_what_there_is_of_two_weeks(schedule: Schedule) -> None:
    old, new = stories(2)
    ran(schedule, SATURDAY - timedelta(days=10), ("lead", [old]))
    ran(schedule, TUESDAY, ("lead", [new]))
    digest = weekly(schedule, release_at=SATURDAY)
    assert digest.state == Digest.State.SKIPPED
    approval.make_anyway(digest_id=digest.pk, by=make_staff(), now=SATURDAY)
    assert told(digest) == [new.title, old.title]


def test_standing_in_it_keeps_no_story_out_of_the_daily_one_nor_of_another(
    schedule: Schedule,
) -> None:
    other = make_schedule(make_newsletter(name="Good News"), max_age_hours=240)
    other.leaves_out.add(schedule.newsletter)
    found = stories(3, published_at=THURSDAY)
    sent = ran(schedule, THURSDAY, ("lead", found))
    weekly(schedule)
    # As if these had run in the weekly one only.
    Item.objects.filter(section__digest=sent).delete()
    for rule in (schedule, other):
        new = story_ledger.new_stories(newsletter=rule.newsletter, rule=rule, now=SATURDAY)
        assert set(new) == set(found)


def test_worth_running_again_is_still_to_come_after_the_weekly_one(schedule: Schedule) -> None:
    found = stories(3)
    ran(schedule, TUESDAY, ("lead", found))
    Article.objects.update(again_from=THURSDAY)
    weekly(schedule)
    assert story_ledger.may_run_again(Article.objects.get(pk=found[0].pk))


def test_where_a_story_ran_names_the_weekly_mail_too(schedule: Schedule) -> None:
    [story, *others] = stories(3)
    ran(schedule, TUESDAY, ("lead", [story, *others]))
    digest = weekly(schedule)
    runs = story_ledger.runs_of(article_ids=[story.pk])[story.pk]
    assert [run.occurrence for run in runs] == ["2026-11-28-week", "2026-11-24"]
    assert digest.pk == runs[0].digest_id


def test_what_an_editor_took_out_pinned_or_rewrote_stays_so(schedule: Schedule) -> None:
    found = stories(8)
    mail = ran(schedule, TUESDAY, ("lead", found[:1]), ("more", found[1:]))
    digest = weekly(schedule)
    edit(digest, items(digest)[found[2].title], headline="Mine")
    kept = standing(digest=digest)
    gone = items(digest)[found[1].title].pk
    rewrite(
        digest_id=digest.pk,
        version=digest.version,
        words={},
        items=[one for one in kept if one.item_id != gone],
        by=None,
        now=SATURDAY,
    )
    digest.refresh_from_db()
    clicked(mail, found[1], 900)
    fill(digest=digest, rule=schedule, now=SATURDAY + MINUTE)
    assert found[1].title not in told(digest)
    assert "Mine" in told(digest)
    assert TakenOut.objects.filter(section__digest=digest, article=found[1]).exists()


def test_filled_again_it_follows_what_readers_do_and_what_is_corrected(schedule: Schedule) -> None:
    found = stories(4)
    words = [{"article": story, "headline": f"Ran {number}"} for number, story in enumerate(found)]
    mail = ran(schedule, TUESDAY, ("lead", words[:1]), ("more", words[1:]))
    digest = weekly(schedule)
    version = digest.version
    assert told(digest) == ["Ran 0", "Ran 1", "Ran 2", "Ran 3"]
    fill(digest=digest, rule=schedule, now=SATURDAY + MINUTE)
    assert digest.version == version

    clicked(mail, found[3], 50)
    Article.objects.filter(pk=found[1].pk).update(changed_at=SATURDAY, title="Put right")
    fill(digest=digest, rule=schedule, now=SATURDAY + 2 * MINUTE)
    assert told(digest) == ["Ran 3", "Ran 0", "Put right", "Ran 2"]
    assert digest.subject == "The week: Ran 3"
    assert digest.version == version + 1


def test_the_planner_fills_it_until_its_lock(schedule: Schedule) -> None:
    ran(schedule, TUESDAY, ("lead", stories(3)))
    digest = weekly(schedule)
    [late] = stories(1)
    ran(schedule, SATURDAY + MINUTE, ("lead", [late]))
    refilling.refill(now=SATURDAY + timedelta(minutes=10))
    assert late.title in told(digest)
    refilling.lock_due(now=SATURDAY + 2 * HOUR)
    digest.refresh_from_db()
    assert digest.locked_at == SATURDAY + 2 * HOUR
    assert digest.state == Digest.State.DRAFT


def test_held_for_the_next_one_means_the_next_weekly_one(schedule: Schedule) -> None:
    ran(schedule, TUESDAY, ("lead", stories(4)))
    digest = weekly(schedule)
    item = Item.objects.filter(section__digest=digest, section__key="week_missed")[0]
    row = hold(digest, item)
    TakenOut.objects.update(at=SATURDAY)
    daily = upcoming.make_by_hand(
        newsletter=schedule.newsletter, day=SATURDAY.date() + timedelta(days=1), now=SATURDAY
    )
    assert row.article
    assert row.article.title not in told(daily)
    next_week = SATURDAY + timedelta(days=7)
    ran(schedule, next_week - 24 * HOUR, ("lead", stories(3)))
    assert row.article.title in told(weekly(schedule, next_week))


def test_what_a_daily_one_holds_does_not_come_into_the_weekly_one(schedule: Schedule) -> None:
    found = stories(4)
    mail = ran(schedule, TUESDAY, ("lead", found[:1]), ("more", found[1:]))
    item = Item.objects.get(section__digest=mail, article=found[3])
    content = {"article": found[3], "headline": "Held"}
    TakenOut.objects.create(section=item.section, for_tomorrow=True, at=TUESDAY, **content)
    item.delete()
    assert "Held" not in told(weekly(schedule))


def test_its_sections_are_changed_apart_from_those_of_the_others(schedule: Schedule) -> None:
    newsletter = schedule.newsletter
    start_over(newsletter=newsletter, layout="morning_briefing")
    start_over(newsletter=newsletter, layout="what_you_missed")
    newsletter.sections.filter(key="week_missed").update(
        heading="Also this week", at_least=1, at_most=1
    )
    start_over(newsletter=newsletter, layout="good_news")
    ran(schedule, TUESDAY, ("lead", stories(5)))
    digest = weekly(schedule)
    section = digest.sections.get(key="week_missed")
    assert (section.heading, section.items.count()) == ("Also this week", 1)
    assert not digest.sections.filter(key="big_one").exists()


def test_what_a_rule_would_choose_is_what_ran(schedule: Schedule) -> None:
    found = stories(3)
    ran(schedule, TUESDAY, ("lead", found))
    make_article()
    start_over(newsletter=schedule.newsletter, layout="what_you_missed")
    plans = list(schedule.newsletter.sections.all())
    chosen = would_choose(newsletter=schedule.newsletter, rule=schedule, plans=plans, now=SATURDAY)
    assert [one.article for one in chosen["week_lead"]] == found[:1]
    assert chosen["week_lead"][0].reason == "the lead of Tuesday 24 November"


def test_a_section_of_it_may_have_a_rule_of_its_own(schedule: Schedule) -> None:
    [good] = stories(1, good_news=True)
    found = [*stories(3), good]
    ran(schedule, TUESDAY, ("lead", found))
    start_over(newsletter=schedule.newsletter, layout="what_you_missed")
    schedule.newsletter.sections.filter(key="week_lead").update(only_good_news=True)
    assert told(weekly(schedule))[0] == good.title


def test_made_by_hand_it_takes_the_place_of_the_run_to_come(schedule: Schedule) -> None:
    ran(schedule, TUESDAY, ("lead", stories(3)))
    day = SATURDAY.date()
    newsletter = schedule.newsletter
    digest = upcoming.make_by_hand(newsletter=newsletter, day=day, is_weekly=True, now=THURSDAY)
    assert (digest.occurrence, digest.follows_rule) == ("2026-11-28-week", True)
    assert digest.release_at == SATURDAY.replace(hour=6, minute=30)
    further = upcoming.make_by_hand(newsletter=newsletter, day=day, is_weekly=True, now=THURSDAY)
    assert (further.occurrence, further.release_at) == ("2026-11-28-week-2", None)
