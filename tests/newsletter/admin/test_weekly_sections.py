"""The sections of the weekly mail, on the same page as those of the others and apart from them."""

import pytest
from django.test import Client
from django.urls import reverse

from newsletter.digests.layouts import PRESETS
from newsletter.models import Schedule, SectionPlan
from subscribers.models import Newsletter
from tests.factories import make_schedule
from tests.newsletter.admin.test_sections import fields

WEEKLY = ["week_lead", "week_missed", "week_brief", "week_sponsor"]


@pytest.fixture
def newsletter(db: None) -> Newsletter:
    return make_schedule(weekly_day=6).newsletter


def address(newsletter: Newsletter, *more: str, name: str = "section") -> str:
    return reverse(f"admin:subscribers_newsletter_{name}", args=[newsletter.pk, *more])


def keys(*, weekly: bool = True) -> list[str]:
    return list(SectionPlan.objects.filter(is_weekly=weekly).values_list("key", flat=True))


def test_they_are_shown_where_a_weekly_mail_is_offered(
    desk: Client, newsletter: Newsletter
) -> None:
    page = address(newsletter, name="sections")
    html = desk.get(page).content.decode()
    assert "Once a week: What you missed" in html
    assert html.count('id="section-week_') == len(WEEKLY)
    assert "the stories that mattered most" in html
    assert keys() == keys(weekly=False) == []
    Schedule.objects.update(weekly_day=None)
    assert "section-week_" not in desk.get(page).content.decode()


def test_changing_one_writes_those_of_the_weekly_mail_only(
    desk: Client, newsletter: Newsletter
) -> None:
    plan = SectionPlan(key="week_missed", style="stories", at_least=2, at_most=6, is_automatic=True)
    data = fields(plan, heading="Also this week", words_at_least=1, words_at_most=40)
    del data["inserts_at"]
    response = desk.post(address(newsletter, "week_missed"), data)
    assert response.status_code == 302
    assert (keys(), keys(weekly=False)) == (WEEKLY, [])
    assert SectionPlan.objects.get(key="week_missed").heading == "Also this week"


def test_its_form_asks_for_no_age(desk: Client, newsletter: Newsletter) -> None:
    html = desk.get(address(newsletter, "week_missed")).content.decode()
    assert "From what ran that week" in html
    assert 'name="max_age_hours"' not in html
    assert 'name="inserts_at"' not in html
    assert 'name="max_age_hours"' in desk.get(address(newsletter, "more")).content.decode()


@pytest.mark.parametrize("key", PRESETS)
def test_one_is_added_under_a_key_that_no_other_mail_has(
    desk: Client, newsletter: Newsletter, key: str
) -> None:
    desk.post(f"{address(newsletter, name='section_add')}?weekly=1", {"preset": key})
    added = f"week_{key}-2" if f"week_{key}" in WEEKLY else f"week_{key}"
    assert keys() == [*WEEKLY, added]
    assert keys(weekly=False) == []


def test_it_is_moved_and_removed_among_its_own(desk: Client, newsletter: Newsletter) -> None:
    desk.post(address(newsletter, "week_missed", name="section_move"), {"way": "up"})
    assert keys()[:2] == ["week_missed", "week_lead"]
    desk.post(address(newsletter, "week_sponsor", name="section_remove"))
    assert keys() == ["week_missed", "week_lead", "week_brief"]
    assert keys(weekly=False) == []


def test_starting_again_leaves_the_others_alone(desk: Client, newsletter: Newsletter) -> None:
    desk.post(address(newsletter, "brief", name="section_move"), {"way": "up"})
    others = keys(weekly=False)
    desk.post(address(newsletter, "week_lead", name="section_remove"))
    page = address(newsletter, "what_you_missed", name="sections_again")
    assert "What you may have missed" in desk.get(page).content.decode()
    desk.post(page)
    assert (keys(), keys(weekly=False)) == (WEEKLY, others)


def test_no_schedule_may_look_like_it(desk: Client, newsletter: Newsletter) -> None:
    schedule = newsletter.schedule
    html = desk.get(reverse("admin:newsletter_schedule_change", args=[schedule.pk]))
    assert "what_you_missed" not in html.content.decode()
