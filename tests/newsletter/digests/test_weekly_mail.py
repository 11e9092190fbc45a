"""A weekly mail: its words, what an editor does in it, and that it changes nothing for others."""

from datetime import timedelta
from typing import Any

import pytest

from newsletter.digests import story_ledger
from newsletter.digests.editing import rewrite, standing
from newsletter.digests.filling import count_new, fill
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
    offered: Schedule,
) -> None:
    lead = make_article(title="Harbour reopens after the storm")
    found = [{"article": lead, "headline": "The harbour is open again"}]
    ran(offered, TUESDAY, ("lead", found), ("more", stories(3)))
    digest = weekly(offered)
    assert digest.subject == "The week: The harbour is open again"
    assert digest.preheader.startswith("Harbour reopens after storm number")


def test_the_lead_of_the_week_has_a_picture_where_one_has(offered: Schedule) -> None:
    bare, pictured = stories(1)[0], stories(1, hero=make_image())[0]
    ran(offered, TUESDAY, ("lead", [bare]), ("more", [pictured, *stories(2)]))
    digest = weekly(offered)
    assert told(digest)[0] == pictured.title
    assert items(digest)[pictured.title].section.key == "week_lead"


def test_an_editors_words_and_picture_come_along_and_say_from_which_day(
    offered: Schedule,
) -> None:
    picture, [story] = make_image(), stories(1)
    words = {"headline": "His", "blurb": "Own words.", "image": picture, "image_alt": "A boat"}
    ran(offered, WEDNESDAY, ("lead", [{"article": story, **words}]), ("more", stories(2)))
    item = items(weekly(offered))[story.title]
    assert {name: getattr(item, name) for name in words} == words
    assert (item.ran_on, item.is_kept) == (WEDNESDAY.date(), False)
    assert item.reason == "the lead of Wednesday 25 November"


def test_a_long_text_stands_in_brief_with_its_first_sentences(offered: Schedule) -> None:
    long = "One two three four five six. " * 4
    found = stories(12)
    last = {"article": found[-1], "blurb": long.strip()}
    ran(offered, TUESDAY, ("lead", found[:1]), ("more", [*found[1:-1], last]))
    item = items(weekly(offered))[found[-1].title]
    assert item.section.key == "week_brief"
    assert item.blurb == ("One two three four five six. " * 4).strip()
    Item.objects.filter(article=found[-1], section__key="more").update(blurb=f"{long}And more.")
    fill(digest=(digest := item.section.digest), rule=offered, now=SATURDAY + MINUTE)
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
    offered: Schedule, how_many: int, reason: str
) -> None:
    stories(9, published_at=SATURDAY - HOUR)
    ran(offered, TUESDAY, ("lead", stories(how_many)))
    digest = weekly(offered, release_at=SATURDAY)
    assert (digest.state, digest.reason) == (Digest.State.SKIPPED, reason)


def test_with_three_it_goes(offered: Schedule) -> None:
    Schedule.objects.update(min_stories=9)
    offered.refresh_from_db()
    ran(offered, TUESDAY, ("lead", stories(3)))
    digest = weekly(offered, release_at=SATURDAY)
    assert digest.state == Digest.State.DRAFT
    assert count_new(digest=digest, rule=offered, now=SATURDAY) == 3


def test_made_anyway_it_tells_what_there_is_of_two_weeks(offered: Schedule) -> None:
    old, new = stories(2)
    ran(offered, SATURDAY - timedelta(days=10), ("lead", [old]))
    ran(offered, TUESDAY, ("lead", [new]))
    digest = weekly(offered, release_at=SATURDAY)
    assert digest.state == Digest.State.SKIPPED
    approval.make_anyway(digest_id=digest.pk, by=make_staff(), now=SATURDAY)
    assert told(digest) == [new.title, old.title]


def test_standing_in_it_keeps_no_story_out_of_the_daily_one_nor_of_another(
    offered: Schedule,
) -> None:
    other = make_schedule(make_newsletter(name="Good News"), max_age_hours=240)
    other.leaves_out.add(offered.newsletter)
    found = stories(3, published_at=THURSDAY)
    sent = ran(offered, THURSDAY, ("lead", found))
    weekly(offered)
    # As if these had run in the weekly one only.
    Item.objects.filter(section__digest=sent).delete()
    for rule in (offered, other):
        new = story_ledger.new_stories(newsletter=rule.newsletter, rule=rule, now=SATURDAY)
        assert set(new) == set(found)


def test_worth_running_again_is_still_to_come_after_the_weekly_one(offered: Schedule) -> None:
    found = stories(3)
    ran(offered, TUESDAY, ("lead", found))
    Article.objects.update(again_from=THURSDAY)
    weekly(offered)
    assert story_ledger.may_run_again(Article.objects.get(pk=found[0].pk))


def test_where_a_story_ran_names_the_weekly_mail_too(offered: Schedule) -> None:
    [story, *others] = stories(3)
    ran(offered, TUESDAY, ("lead", [story, *others]))
    digest = weekly(offered)
    runs = story_ledger.runs_of(article_ids=[story.pk])[story.pk]
    assert [run.occurrence for run in runs] == ["2026-11-28-week", "2026-11-24"]
    assert runs[0].in_words == f"weekly {offered.newsletter} of 2026-11-28"
    assert digest.pk == runs[0].digest_id


def test_what_an_editor_took_out_pinned_or_rewrote_stays_so(offered: Schedule) -> None:
    found = stories(8)
    mail = ran(offered, TUESDAY, ("lead", found[:1]), ("more", found[1:]))
    digest = weekly(offered)
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
    fill(digest=digest, rule=offered, now=SATURDAY + MINUTE)
    assert found[1].title not in told(digest)
    assert "Mine" in told(digest)
    assert TakenOut.objects.filter(section__digest=digest, article=found[1]).exists()


def test_filled_again_it_follows_what_readers_do_and_what_is_corrected(offered: Schedule) -> None:
    found = stories(4)
    words = [{"article": story, "headline": f"Ran {number}"} for number, story in enumerate(found)]
    mail = ran(offered, TUESDAY, ("lead", words[:1]), ("more", words[1:]))
    digest = weekly(offered)
    version = digest.version
    assert told(digest) == ["Ran 0", "Ran 1", "Ran 2", "Ran 3"]
    fill(digest=digest, rule=offered, now=SATURDAY + MINUTE)
    assert digest.version == version

    clicked(mail, found[3], 50)
    Article.objects.filter(pk=found[1].pk).update(changed_at=SATURDAY, title="Put right")
    fill(digest=digest, rule=offered, now=SATURDAY + 2 * MINUTE)
    assert told(digest) == ["Ran 3", "Ran 0", "Put right", "Ran 2"]
    assert digest.subject == "The week: Ran 3"
    assert digest.version == version + 1


def test_the_planner_fills_it_until_its_lock(offered: Schedule) -> None:
    ran(offered, TUESDAY, ("lead", stories(3)))
    digest = weekly(offered)
    [late] = stories(1)
    ran(offered, SATURDAY + MINUTE, ("lead", [late]))
    refilling.refill(now=SATURDAY + timedelta(minutes=10))
    assert late.title in told(digest)
    refilling.lock_due(now=SATURDAY + 2 * HOUR)
    digest.refresh_from_db()
    assert digest.locked_at == SATURDAY + 2 * HOUR
    assert digest.state == Digest.State.DRAFT


def test_held_for_the_next_one_means_the_next_weekly_one(offered: Schedule) -> None:
    ran(offered, TUESDAY, ("lead", stories(4)))
    digest = weekly(offered)
    item = Item.objects.filter(section__digest=digest, section__key="week_missed")[0]
    row = hold(digest, item)
    TakenOut.objects.update(at=SATURDAY)
    daily = upcoming.make_by_hand(
        newsletter=offered.newsletter, day=SATURDAY.date() + timedelta(days=1), now=SATURDAY
    )
    assert row.article
    assert row.article.title not in told(daily)
    next_week = SATURDAY + timedelta(days=7)
    ran(offered, next_week - 24 * HOUR, ("lead", stories(3)))
    assert row.article.title in told(weekly(offered, next_week))


def test_what_a_daily_one_holds_does_not_come_into_the_weekly_one(offered: Schedule) -> None:
    found = stories(4)
    mail = ran(offered, TUESDAY, ("lead", found[:1]), ("more", found[1:]))
    item = Item.objects.get(section__digest=mail, article=found[3])
    content = {"article": found[3], "headline": "Held"}
    TakenOut.objects.create(section=item.section, for_tomorrow=True, at=TUESDAY, **content)
    item.delete()
    assert "Held" not in told(weekly(offered))
