"""The sections of a newsletter at the desk."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from newsletter.admin.sections.presets import cards
from newsletter.digests import plans
from newsletter.digests.layouts import PRESETS
from newsletter.models import Feed, SectionPlan, Topic
from subscribers.clock import database_now
from subscribers.models import Newsletter
from tests.factories import make_article, make_schedule, make_staff

KEYS = ["lead", "more", "brief", "sponsor", "number", "good_thing"]


@pytest.fixture
def newsletter(db: None) -> Newsletter:
    return make_schedule().newsletter


def address(newsletter: Newsletter, *more: str, name: str = "section") -> str:
    return reverse(f"admin:subscribers_newsletter_{name}", args=[newsletter.pk, *more])


def keys() -> list[str]:
    return list(SectionPlan.objects.values_list("key", flat=True))


def logged() -> list[str]:
    return [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]


def fields(plan: SectionPlan, **changes: Any) -> dict[str, Any]:
    """What the form of a section posts, with changes; None: not ticked, or empty."""
    names = ("heading", "style", "at_least", "at_most", "words_at_least", "words_at_most")
    ticks = ("shows_pictures", "is_automatic", "only_good_news", "prefers_image")
    data = {name: getattr(plan, name) for name in (*names, "inserts_at")}
    data |= {name: "on" for name in ticks if getattr(plan, name)}
    return {name: value for name, value in (data | changes).items() if value is not None}


def plan_of(newsletter: Newsletter, key: str) -> SectionPlan:
    found = plans.plans_of(newsletter=newsletter, layout="morning_briefing")
    return next(plan for plan in found if plan.key == key)


def errors(desk: Client, plan: SectionPlan, **changes: Any) -> dict[str, list[str]]:
    response = desk.post(address(plan.newsletter, plan.key), fields(plan, **changes))
    assert response.status_code == 200
    found: dict[str, list[str]] = response.context["form"].errors
    return found


def test_it_shows_those_of_the_layout_and_writes_nothing(
    desk: Client, newsletter: Newsletter
) -> None:
    make_article(title="A heron in town", published_at=database_now())
    page = desk.get(address(newsletter, name="sections")).text
    assert "Morning Briefing" in page
    assert "Filled by itself: the newest stories, left out under 4." in page
    assert "Filled by an editor." in page
    assert "A heron in town" in page
    assert keys() == []


def test_each_of_them_opens_before_any_is_written(desk: Client, newsletter: Newsletter) -> None:
    for key in KEYS:
        assert desk.get(address(newsletter, key)).status_code == 200
    assert keys() == []


def test_saving_one_writes_all_and_says_from_when_on_it_holds(
    desk: Client, newsletter: Newsletter
) -> None:
    plan = plans.standing(newsletter=newsletter, layout="morning_briefing")[1]
    data = fields(plan, heading="And also", at_most="5")
    page = desk.post(address(newsletter, "more"), data, follow=True).text
    assert "And also is saved. It holds from the next mail on." in page
    assert keys() == KEYS
    saved = SectionPlan.objects.get(key="more")
    assert (saved.heading, saved.at_most) == ("And also", 5)
    assert logged() == ["Changed section “And also”."]


def test_saving_without_a_change_is_not_logged(desk: Client, newsletter: Newsletter) -> None:
    plan = plan_of(newsletter, "more")
    desk.post(address(newsletter, "more"), fields(plan))
    assert logged() == []


def test_the_rules_are_saved_and_shown_in_words(desk: Client, newsletter: Newsletter) -> None:
    feed = Feed.objects.create(name="The Gazette", url="https://gazette.example/")
    topic = Topic.objects.create(name="the sea", slug="sea")
    rules = {"feeds": feed.pk, "topics": topic.pk, "max_age_hours": 48, "only_good_news": "on"}
    data = fields(plan_of(newsletter, "lead"), needs_image="on", inserts_at="top", **rules)
    page = desk.post(address(newsletter, "lead"), data, follow=True).text
    words = "good news with a picture, from The Gazette, about the sea, at most 2 days old"
    assert f"Filled by itself: {words}, later ones on top." in page


@pytest.mark.parametrize(
    ("key", "changes", "field", "words"),
    [
        ("more", {"at_least": 5, "at_most": 4}, "at_most", "give 5 or more"),
        ("more", {"words_at_least": 50, "words_at_most": 40}, "words_at_most", "give 50 or more"),
        ("more", {"at_most": 31}, "at_most", "Give at most 30."),
        ("more", {"at_most": None}, "at_most", "Give a number."),
        ("more", {"max_age_hours": 73}, "max_age_hours", "nothing older than 72 hours"),
        ("number", {"is_automatic": "on"}, "is_automatic", "No rule can write a number"),
        ("quote", {"is_automatic": "on"}, "is_automatic", "No rule can write a quotation"),
        ("sponsor", {"is_automatic": "on"}, "is_automatic", "No rule can write an advertisement"),
        ("text", {"is_automatic": "on"}, "is_automatic", "No rule can write a few words"),
    ],
)
def test_what_does_not_fit_together_is_said_beside_its_field(
    desk: Client, newsletter: Newsletter, key: str, changes: dict[str, Any], field: str, words: str
) -> None:
    plan = plans.add(newsletter=newsletter, layout="morning_briefing", preset=PRESETS[key])
    found = errors(desk, plan, **changes)
    assert list(found) == [field]
    assert words in found[field][0]
    assert logged() == []


def test_a_picture_section_always_shows_and_needs_one(desk: Client, newsletter: Newsletter) -> None:
    plan = plan_of(newsletter, "good_thing")
    desk.post(address(newsletter, plan.key), fields(plan, style="picture"))
    plan.refresh_from_db()
    assert (plan.shows_pictures, plan.needs_image) == (True, True)


def test_advanced_is_open_when_something_in_it_is_wrong(
    desk: Client, newsletter: Newsletter
) -> None:
    plan = plan_of(newsletter, "more")
    opened = '<details class="desk-card desk-advanced" open>'
    wrong = desk.post(address(newsletter, "more"), fields(plan, max_age_hours=99))
    assert opened in wrong.text
    assert opened not in desk.get(address(newsletter, "more")).text


def test_it_moves_by_post_only(desk: Client, newsletter: Newsletter) -> None:
    there = address(newsletter, "brief", name="section_move")
    assert desk.get(there).status_code == 405
    response = desk.post(there, {"way": "up"})
    assert response["Location"].endswith("/sections/#section-brief")
    assert keys() == ["lead", "brief", "more", *KEYS[3:]]
    desk.post(there, {"way": "down"})
    assert keys() == KEYS
    assert logged() == ["Moved section “In brief” up.", "Moved section “In brief” down."]


def test_at_the_ends_nothing_moves_and_nothing_is_logged(
    desk: Client, newsletter: Newsletter
) -> None:
    desk.post(address(newsletter, "lead", name="section_move"), {"way": "up"})
    assert (keys(), logged()) == (KEYS, [])


def test_removing_asks_first(desk: Client, newsletter: Newsletter) -> None:
    there = address(newsletter, "brief", name="section_remove")
    assert "Mails made before keep theirs" in desk.get(there).text
    assert keys() == []
    desk.post(there)
    assert keys() == [key for key in KEYS if key != "brief"]
    assert logged() == ["Removed section “In brief”."]


def test_the_only_section_cannot_be_removed(desk: Client, newsletter: Newsletter) -> None:
    plan_of(newsletter, "lead")
    SectionPlan.objects.exclude(key="lead").delete()
    there = address(newsletter, "lead", name="section_remove")
    assert "Add another before you remove it." in desk.post(there, follow=True).text
    assert (keys(), logged()) == (["lead"], [])


def test_a_preset_is_added_and_opened(desk: Client, newsletter: Newsletter) -> None:
    there = address(newsletter, name="section_add")
    page = desk.get(there).text
    assert all(card.name in page and card.line in page for card in cards())
    response = desk.post(there, {"preset": "quote"})
    assert response["Location"] == address(newsletter, "quote")
    assert keys() == [*KEYS, "quote"]
    assert logged() == ["Added section “A quotation”."]


def test_what_is_no_preset_adds_nothing(desk: Client, newsletter: Newsletter) -> None:
    assert desk.post(address(newsletter, name="section_add"), {"preset": "x"}).status_code == 200
    assert keys() == []


def test_every_preset_says_what_it_is_for() -> None:
    assert [card.key for card in cards() if not card.line] == []


def test_starting_again_asks_first(desk: Client, newsletter: Newsletter) -> None:
    there = address(newsletter, "good_news", name="sections_again")
    assert "Lead story, What else matters, In brief" in desk.get(there).text
    assert keys() == []
    desk.post(there)
    assert keys()[0] == "big_one"
    assert logged() == ["Started its sections again from Good News."]


def test_what_is_not_there_is_not_found(desk: Client, newsletter: Newsletter) -> None:
    gone = [
        address(newsletter, "gone"),
        address(newsletter, "gone", name="section_remove"),
        address(newsletter, "gone", name="sections_again"),
        reverse("admin:subscribers_newsletter_sections", args=[newsletter.pk + 1]),
    ]
    assert [desk.get(there).status_code for there in gone] == [404] * 4


def pages(newsletter: Newsletter) -> list[str]:
    return [
        address(newsletter, name="sections"),
        address(newsletter, name="section_add"),
        address(newsletter, "lead"),
        address(newsletter, "lead", name="section_move"),
        address(newsletter, "lead", name="section_remove"),
        address(newsletter, "good_news", name="sections_again"),
    ]


@pytest.mark.parametrize("method", ["get", "post"])
def test_they_are_for_those_who_may_change_newsletters(
    client: Client, newsletter: Newsletter, method: str
) -> None:
    somebody = make_staff()
    somebody.user_permissions.add(Permission.objects.get(codename="view_newsletter"))
    client.force_login(somebody)
    answers = [getattr(client, method)(there).status_code for there in pages(newsletter)]
    assert set(answers) <= {403, 405}
    assert answers.count(403) >= 5
    assert keys() == []


@pytest.mark.parametrize(
    ("group", "answer"),
    [("Editor", 403), ("Sender", 403), ("Audience", 403), ("Administrator", 200)],
)
def test_of_the_groups_only_administrators_arrange_them(
    client: Client, newsletter: Newsletter, group: str, answer: int
) -> None:
    somebody = make_staff()
    somebody.groups.add(Group.objects.get(name=group))
    client.force_login(somebody)
    assert client.get(address(newsletter, name="sections")).status_code == answer
    client.post(address(newsletter, "good_news", name="sections_again"))
    assert SectionPlan.objects.exists() == (answer == 200)


def test_nobody_sees_them_without_logging_in(client: Client, newsletter: Newsletter) -> None:
    assert {client.post(there).status_code for there in pages(newsletter)} == {302}
    assert keys() == []


def test_the_pages_of_a_newsletter_and_its_schedule_lead_there(
    desk: Client, newsletter: Newsletter
) -> None:
    there = address(newsletter, name="sections")
    schedule = newsletter.schedule.pk
    for page in (
        reverse("admin:subscribers_newsletter_change", args=[newsletter.pk]),
        reverse("admin:newsletter_schedule_change", args=[schedule]),
    ):
        assert f'href="{there}"' in desk.get(page).text


def test_a_newsletter_without_a_schedule_has_sections_too(desk: Client) -> None:
    newsletter = Newsletter.objects.create(name="By hand", slug="by-hand", from_name="x")
    assert desk.get(address(newsletter, name="sections")).status_code == 200
