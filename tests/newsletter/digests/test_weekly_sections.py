"""Sections of the weekly mail and their rules, and making one by hand."""

import pytest

from newsletter.digests.plans import start_over
from newsletter.digests.trying import would_choose
from newsletter.models import Schedule
from newsletter.scheduling import upcoming
from tests.factories import make_article
from tests.newsletter.digests.weeks import SATURDAY, THURSDAY, TUESDAY, ran, stories, told, weekly

pytestmark = pytest.mark.django_db


def test_its_sections_are_changed_apart_from_those_of_the_others(offered: Schedule) -> None:
    newsletter = offered.newsletter
    start_over(newsletter=newsletter, layout="morning_briefing")
    start_over(newsletter=newsletter, layout="what_you_missed")
    newsletter.sections.filter(key="week_missed").update(
        heading="Also this week", at_least=1, at_most=1
    )
    start_over(newsletter=newsletter, layout="good_news")
    ran(offered, TUESDAY, ("lead", stories(5)))
    digest = weekly(offered)
    section = digest.sections.get(key="week_missed")
    assert (section.heading, section.items.count()) == ("Also this week", 1)
    assert not digest.sections.filter(key="big_one").exists()


def test_what_a_rule_would_choose_is_what_ran(offered: Schedule) -> None:
    found = stories(3)
    ran(offered, TUESDAY, ("lead", found))
    make_article()
    start_over(newsletter=offered.newsletter, layout="what_you_missed")
    plans = list(offered.newsletter.sections.all())
    chosen = would_choose(newsletter=offered.newsletter, rule=offered, plans=plans, now=SATURDAY)
    assert [one.article for one in chosen["week_lead"]] == found[:1]
    assert chosen["week_lead"][0].reason == "the lead of Tuesday 24 November"


def test_a_section_of_it_may_have_a_rule_of_its_own(offered: Schedule) -> None:
    [good] = stories(1, good_news=True)
    found = [*stories(3), good]
    ran(offered, TUESDAY, ("lead", found))
    start_over(newsletter=offered.newsletter, layout="what_you_missed")
    offered.newsletter.sections.filter(key="week_lead").update(only_good_news=True)
    assert told(weekly(offered))[0] == good.title


def test_made_by_hand_it_takes_the_place_of_the_run_to_come(offered: Schedule) -> None:
    ran(offered, TUESDAY, ("lead", stories(3)))
    day = SATURDAY.date()
    newsletter = offered.newsletter
    digest = upcoming.make_by_hand(newsletter=newsletter, day=day, is_weekly=True, now=THURSDAY)
    assert (digest.occurrence, digest.follows_rule) == ("2026-11-28-week", True)
    assert digest.release_at == SATURDAY.replace(hour=6, minute=30)
    further = upcoming.make_by_hand(newsletter=newsletter, day=day, is_weekly=True, now=THURSDAY)
    assert (further.occurrence, further.release_at) == ("2026-11-28-week-2", None)
