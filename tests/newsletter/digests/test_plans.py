"""The sections that a newsletter owns."""

from typing import Any

import pytest

from newsletter.digests import plans
from newsletter.digests.assembly import make_digest
from newsletter.digests.filling import fill
from newsletter.digests.layouts import LAYOUTS, PRESETS, UnknownLayout
from newsletter.digests.plans import LastSection
from newsletter.models import Digest, Item, Schedule, Section, SectionPlan
from subscribers.models import Newsletter
from tests.factories import NOW, make_article, make_newsletter, make_schedule

pytestmark = pytest.mark.django_db

BRIEFING = {"layout": "morning_briefing"}
KEYS = ["lead", "more", "brief", "sponsor", "number", "good_thing"]


@pytest.fixture
def newsletter(db: None) -> Newsletter:
    return make_newsletter()


def keys(newsletter: Newsletter) -> list[str]:
    return list(SectionPlan.objects.filter(newsletter=newsletter).values_list("key", flat=True))


def made(schedule: Schedule, **fields: Any) -> Digest:
    values = {"occurrence": "2026-11-24", "release_at": None, "now": NOW}
    return make_digest(newsletter=schedule.newsletter, **(values | fields))


def sections_of(digest: Digest) -> dict[str, int]:
    return {section.key: section.at_most for section in digest.sections.all()}


def test_looking_at_them_writes_nothing(newsletter: Newsletter) -> None:
    shown = plans.standing(newsletter=newsletter, **BRIEFING)
    assert [plan.key for plan in shown] == KEYS
    assert keys(newsletter) == []


def test_they_begin_as_those_of_the_layout_and_stay(newsletter: Newsletter) -> None:
    plans.plans_of(newsletter=newsletter, **BRIEFING)
    plans.plans_of(newsletter=newsletter, layout="good_news")
    assert keys(newsletter) == KEYS


def test_a_layout_that_is_not_there_is_named_with_those_that_are(newsletter: Newsletter) -> None:
    with pytest.raises(UnknownLayout, match=r"“weekend”.*Morning Briefing, Good News"):
        plans.plans_of(newsletter=newsletter, layout="weekend")


@pytest.mark.parametrize("key", PRESETS)
def test_each_preset_can_be_added_twice(newsletter: Newsletter, key: str) -> None:
    plans.start_over(newsletter=newsletter, layout="good_news")
    before = keys(newsletter)
    for _ in range(2):
        added = plans.add(newsletter=newsletter, preset=PRESETS[key], **BRIEFING)
        assert (added.style, added.heading) == (PRESETS[key].style, PRESETS[key].heading)
    assert keys(newsletter)[:-2] == before
    assert len(set(keys(newsletter))) == len(before) + 2


def test_adding_one_to_a_newsletter_without_any_keeps_those_of_its_layout(
    newsletter: Newsletter,
) -> None:
    plans.add(newsletter=newsletter, preset=PRESETS["quote"], **BRIEFING)
    assert keys(newsletter) == [*KEYS, "quote"]


def test_they_move_up_and_down_and_stop_at_the_ends(newsletter: Newsletter) -> None:
    assert plans.move(newsletter=newsletter, key="brief", up=True, **BRIEFING)
    assert keys(newsletter)[:3] == ["lead", "brief", "more"]
    assert plans.move(newsletter=newsletter, key="lead", up=False, **BRIEFING)
    assert keys(newsletter)[:3] == ["brief", "lead", "more"]
    assert not plans.move(newsletter=newsletter, key="brief", up=True, **BRIEFING)
    assert not plans.move(newsletter=newsletter, key="good_thing", up=False, **BRIEFING)
    assert not plans.move(newsletter=newsletter, key="gone", up=False, **BRIEFING)
    assert sorted(keys(newsletter)) == sorted(KEYS)


def test_all_can_be_removed_but_the_last(newsletter: Newsletter) -> None:
    for key in KEYS[1:]:
        assert plans.remove(newsletter=newsletter, key=key, **BRIEFING)
    assert not plans.remove(newsletter=newsletter, key="brief", **BRIEFING)
    with pytest.raises(LastSection):
        plans.remove(newsletter=newsletter, key="lead", **BRIEFING)
    assert keys(newsletter) == ["lead"]


def test_starting_over_replaces_all_and_leaves_other_newsletters_alone(
    newsletter: Newsletter,
) -> None:
    other = make_newsletter()
    plans.plans_of(newsletter=other, **BRIEFING)
    plans.plans_of(newsletter=newsletter, **BRIEFING)
    plans.start_over(newsletter=newsletter, layout="good_news")
    assert keys(newsletter) == [preset.key for preset in LAYOUTS["good_news"].sections]
    assert keys(other) == KEYS


def test_a_mail_made_before_keeps_its_sections_and_stories_when_all_is_started_over() -> None:
    schedule = make_schedule()
    for _ in range(12):
        make_article()
    digest = made(schedule)
    stories = set(Item.objects.values_list("article", "section"))
    plans.start_over(newsletter=schedule.newsletter, layout="good_news")
    make_article(published_at=NOW)
    fill(digest=digest, rule=schedule, now=NOW)
    assert list(sections_of(digest)) == KEYS
    assert set(Item.objects.values_list("article", "section")) == stories


def test_a_removed_section_stays_in_an_open_draft_and_fills_no_more() -> None:
    schedule = make_schedule()
    make_article(title="first")
    digest = made(schedule)
    subject = digest.subject
    plans.remove(newsletter=schedule.newsletter, key="lead", **BRIEFING)
    make_article(title="second", published_at=NOW)
    fill(digest=digest, rule=schedule, now=NOW)
    lead = Item.objects.get(section__digest=digest, section__key="lead")
    assert (lead.article and lead.article.title) == "first"
    assert digest.subject == subject
    assert Section.objects.get(digest=digest, key="lead").plan is None


def test_an_open_draft_keeps_its_own_limits() -> None:
    schedule = make_schedule()
    for _ in range(4):
        make_article()
    digest = made(schedule)
    SectionPlan.objects.filter(key="more").update(at_most=1, heading="Other")
    for _ in range(8):
        make_article(published_at=NOW)
    fill(digest=digest, rule=schedule, now=NOW)
    section = digest.sections.get(key="more")
    assert (section.at_most, section.heading) == (4, "What else matters")
    assert section.items.count() == 4
    assert sections_of(made(schedule, occurrence="2026-11-25"))["more"] == 1


def test_a_changed_rule_counts_for_a_draft_that_is_still_filled() -> None:
    schedule = make_schedule()
    make_article(title="bad")
    digest = made(schedule)
    SectionPlan.objects.update(only_good_news=True)
    make_article(title="good", good_news=True)
    fill(digest=digest, rule=schedule, now=NOW)
    titles = Item.objects.filter(section__digest=digest).values_list("article__title", flat=True)
    assert list(titles) == ["good"]
