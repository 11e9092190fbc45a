"""What a weekly mail is made of: the stories that its newsletter ran that week."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from newsletter.digests import week
from newsletter.models import Article, Digest, Schedule, Section
from tests.factories import make_article, make_schedule, make_section
from tests.newsletter.digests.weeks import (
    EARLIER,
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

DAY = timedelta(days=1)


def missed(offered: Schedule, **fields: Any) -> list[Article]:
    digest = Digest(newsletter=offered.newsletter, is_weekly=True, created_at=SATURDAY, **fields)
    return [one.article for one in week.missed(digest=digest, now=SATURDAY).values()]


def test_it_tells_what_the_newsletter_ran_and_not_what_is_new(offered: Schedule) -> None:
    old = stories(4)
    ran(offered, TUESDAY, ("lead", old[:1]), ("more", old[1:]))
    make_article(title="Of this morning")
    digest = weekly(offered)
    assert set(told(digest)) == {story.title for story in old}
    assert digest.layout == "what_you_missed"


def test_leads_come_first_then_what_stood_higher(offered: Schedule) -> None:
    a, b, c, d = stories(4)
    ran(offered, TUESDAY, ("lead", [a]), ("more", [b, c]))
    ran(offered, WEDNESDAY, ("lead", [d]))
    assert missed(offered) == [d, a, b, c]


def test_what_readers_followed_goes_before_a_lead_that_they_did_not(offered: Schedule) -> None:
    a, b, c = stories(3)
    digest = ran(offered, TUESDAY, ("lead", [a]), ("more", [b, c]))
    clicked(digest, c, 300)
    clicked(digest, a, 30)
    assert missed(offered) == [c, a, b]


def test_a_source_s_story_is_followed_at_its_source(offered: Schedule) -> None:
    [a] = stories(1)
    [b] = stories(1, kind="excerpt", link="https://gazette.example/rent")
    digest = ran(offered, TUESDAY, ("lead", [a]), ("more", [b]))
    clicked(digest, b, 40)
    assert missed(offered) == [b, a]


def test_a_few_clicks_say_little(offered: Schedule) -> None:
    a, b = stories(2)
    digest = ran(offered, TUESDAY, ("lead", [a]), ("more", [b]))
    clicked(digest, b, 2)
    assert missed(offered) == [a, b]


def test_mondays_clicks_had_more_days_to_come_in(offered: Schedule) -> None:
    """What counts is the share of the mail that a story was in."""
    a, b, c, d = stories(4)
    first = ran(offered, TUESDAY, ("lead", [a]), ("more", [b]))
    second = ran(offered, THURSDAY, ("lead", [c]), ("more", [d]))
    clicked(first, a, 900)
    clicked(first, b, 500)
    clicked(second, d, 100)
    assert missed(offered) == [a, d, b, c]


@pytest.mark.parametrize(
    "fields",
    [
        {"state": Digest.State.DRAFT, "sending_at": None},
        {"state": Digest.State.SCHEDULED, "sending_at": None},
        {"state": Digest.State.SKIPPED, "sending_at": None},
        {"state": Digest.State.HELD, "sending_at": None},
        {"state": Digest.State.CANCELLED, "sending_at": None},
        {"sending_at": SATURDAY + HOUR},
    ],
)
def test_what_reached_nobody_yet_is_not_told(offered: Schedule, fields: dict[str, Any]) -> None:
    ran(offered, TUESDAY, ("lead", stories(1)), **fields)
    assert missed(offered) == []


@pytest.mark.parametrize("state", ["sending", "paused", "sent", "cancelled"])
def test_what_reached_some_is_told(offered: Schedule, state: str) -> None:
    found = stories(1)
    ran(offered, TUESDAY, ("lead", found), state=state)
    assert missed(offered) == found


def test_other_newsletters_weekly_mails_and_corrections_are_not_asked(offered: Schedule) -> None:
    first = ran(offered, TUESDAY)
    ran(make_schedule(), TUESDAY, ("lead", stories(1)))
    ran(offered, WEDNESDAY, ("lead", stories(1)), corrects=first)
    ran(offered, EARLIER - 30 * DAY, ("lead", stories(1)), is_weekly=True)
    assert missed(offered) == []


def test_figures_quotations_and_advertisements_are_no_stories(offered: Schedule) -> None:
    digest = ran(offered, TUESDAY)
    for key in ("number", "sponsor"):
        make_section(digest, key, {"article": stories(1)[0], "figure": "41 %"})
    make_section(digest, "lead", {"headline": "Only words"})
    assert missed(offered) == []


def test_the_first_one_looks_back_a_week(offered: Schedule) -> None:
    late, in_time = stories(2)
    ran(offered, SATURDAY - 7 * DAY, ("lead", [late]))
    ran(offered, SATURDAY - 7 * DAY + HOUR, ("lead", [in_time]), occurrence="2026-11-21-2")
    assert missed(offered) == [in_time]


def test_it_goes_on_where_the_last_one_that_went_out_was_closed(offered: Schedule) -> None:
    before, after, new = stories(3)
    closed = SATURDAY - 7 * DAY
    ran(offered, closed - HOUR, ("lead", [before]))
    ran(offered, closed, occurrence="2026-11-21-week", is_weekly=True, filled_at=closed)
    ran(offered, closed + HOUR, ("lead", [after]), occurrence="2026-11-21-2")
    ran(offered, TUESDAY, ("lead", [new]))
    assert missed(offered) == [new, after]


@pytest.mark.parametrize("state", ["skipped", "held", "cancelled"])
def test_what_one_that_did_not_go_out_would_have_told_is_told_now(
    offered: Schedule, state: str
) -> None:
    """Back to the last that did, and two weeks at most."""
    too_old, old, new = stories(3)
    ran(offered, SATURDAY - 15 * DAY, ("lead", [too_old]))
    sent = SATURDAY - 21 * DAY
    ran(offered, sent, occurrence="2026-11-07-week", is_weekly=True, filled_at=sent)
    ran(offered, SATURDAY - 11 * DAY, ("lead", [old]))
    values = {"occurrence": "2026-11-21-week", "filled_at": SATURDAY - 7 * DAY}
    ran(offered, TUESDAY, is_weekly=True, state=state, **(values | {"sending_at": None}))
    ran(offered, TUESDAY, ("lead", [new]))
    assert missed(offered) == [new, old]


def test_a_story_that_may_not_be_told_any_more_is_left_out(offered: Schedule) -> None:
    a, b, c = stories(3)
    ran(offered, TUESDAY, ("lead", [a]), ("more", [b, c]))
    Article.objects.filter(pk=a.pk).update(embargo_until=SATURDAY + DAY)
    Article.objects.filter(pk=b.pk).update(published_at=SATURDAY + DAY)
    assert missed(offered) == [c]
    Article.objects.filter(pk=a.pk).update(embargo_until=SATURDAY + HOUR)
    assert missed(offered, release_at=SATURDAY + HOUR) == [a, c]


def test_a_story_that_ran_twice_is_told_once_in_its_newest_wording(offered: Schedule) -> None:
    a, lead = stories(2)
    ran(offered, TUESDAY, ("lead", [{"article": a, "headline": "Old"}]))
    words = {"article": a, "headline": "New", "kicker": "Sea"}
    ran(offered, THURSDAY, ("lead", [lead]), ("more", [words]))
    digest = Digest(newsletter=offered.newsletter, is_weekly=True, created_at=SATURDAY)
    assert set(missed(offered)) == {lead, a}
    found = week.missed(digest=digest, now=SATURDAY)[a.pk]
    assert (found.content["headline"], found.content["kicker"]) == ("New", "Sea")
    assert found.content["ran_on"] == THURSDAY.date()
    assert found.reason == "story 2 of Thursday 26 November"


def test_an_editors_words_give_way_to_a_story_corrected_since(offered: Schedule) -> None:
    [a] = stories(1)
    ran(offered, TUESDAY, ("lead", [{"article": a, "headline": "Wrong", "no_image": True}]))
    Article.objects.filter(pk=a.pk).update(changed_at=WEDNESDAY, title="Right")
    digest = Digest(newsletter=offered.newsletter, is_weekly=True, created_at=SATURDAY)
    [found] = week.missed(digest=digest, now=SATURDAY).values()
    assert found.content["headline"] == ""
    assert found.content["no_image"] is True
    assert found.article.title == "Right"


def test_it_asks_four_statements_however_much_ran(
    offered: Schedule, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        found = stories(6)
        name = f"2026-11-24-{number + 2}"
        digest = ran(offered, TUESDAY + number * HOUR, ("lead", found), occurrence=name)
        clicked(digest, found[0], 3)
    digest = Digest(newsletter=offered.newsletter, is_weekly=True, created_at=SATURDAY)
    with django_assert_num_queries(4):
        assert len(week.missed(digest=digest, now=SATURDAY)) == 30


def test_sections_of_a_weekly_mail_are_its_own(offered: Schedule) -> None:
    ran(offered, TUESDAY, ("lead", stories(4)))
    keys = list(Section.objects.filter(digest=weekly(offered)).values_list("key", flat=True))
    assert keys == ["week_lead", "week_missed", "week_brief", "week_sponsor"]
    daily = {plan.key for plan in offered.newsletter.sections.all()}
    assert daily == set(keys)
