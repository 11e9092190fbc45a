"""From the first page to an urgent mail on its way: what is asked, of whom, and never twice."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse, reverse_lazy

from newsletter.content.identity import link_key
from newsletter.models import Digest, Item, Schedule
from subscribers.models import Newsletter
from tests.factories import NOW, make_article, make_newsletter, make_reader, make_staff
from tests.factories import make_schedule as scheduled
from tests.newsletter.admin.conftest import page_of, step_of

URGENT = reverse_lazy("admin:newsletter_digest_urgent")
State = Digest.State
WORDS = "The harbour is closed until further notice. Ferries stay in port."


@pytest.fixture(autouse=True)
def at_six(db: None) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def briefing(at_six: None) -> Newsletter:
    newsletter = make_newsletter(name="Morning Briefing")
    make_reader(newsletter)
    return newsletter


def news(newsletter: Newsletter, **more: object) -> dict[str, object]:
    told = {"headline": "Harbour closed", "words": WORDS, "link": "a.example/1"}
    return {"newsletter": newsletter.pk, "key": str(uuid4()), **told, **more}


def account(client: Client, *rights: str) -> Client:
    staff = make_staff()
    staff.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(staff)
    return client


def test_it_leads_to_the_question_in_numbers_and_from_there_on_its_way(
    desk: Client, briefing: Newsletter
) -> None:
    page = desk.post(URGENT, news(briefing), follow=True)
    digest = Digest.objects.get()
    assert page.redirect_chain[-1][0] == step_of(digest, "send-now")
    assert "Send <em>Harbour closed</em> to 1 reader now?" in page.text
    assert "It goes to everybody at once, and before other mails." in page.text
    # Nothing has to be ticked first.
    assert "Worth a look" not in page.text
    desk.post(step_of(digest, "send-now"))
    digest.refresh_from_db()
    assert (digest.state, digest.release_at) == (State.SCHEDULED, NOW)


def test_a_story_alone_is_enough(desk: Client, briefing: Newsletter) -> None:
    story = make_article(title="Harbour closed")
    blank = {"headline": "", "words": "", "link": "", "story": story.pk}
    desk.post(URGENT, news(briefing, **blank))
    assert Digest.objects.get().subject == "Harbour closed"
    assert Item.objects.get().article == story


def test_a_link_to_a_story_that_is_here_is_that_story(desk: Client, briefing: Newsletter) -> None:
    story = make_article(link="https://a.example/1", link_key=link_key("https://a.example/1"))
    desk.post(URGENT, news(briefing, link="https://a.example/1?utm_source=x"))
    assert Item.objects.get().article == story


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"headline": ""}, "headline", "Say what happened, or choose the story."),
        ({"words": ""}, "words", "Say it in a sentence or two"),
        ({"link": "not a link at all"}, "link", "This is not a web address."),
    ],
)
def test_what_is_missing_is_said_beside_its_field(
    desk: Client, briefing: Newsletter, given: dict[str, str], field: str, said: str
) -> None:
    page = desk.post(URGENT, news(briefing, **given))
    assert said in str(page.context["form"].errors[field])
    assert not Digest.objects.exists()


def test_pressed_twice_it_is_one_and_no_warning_of_itself(
    desk: Client, briefing: Newsletter
) -> None:
    data = news(briefing)
    first, second = (desk.post(URGENT, data) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Digest.objects.count() == 1


def test_sent_twice_by_two_presses_it_goes_once(desk: Client, briefing: Newsletter) -> None:
    desk.post(URGENT, news(briefing))
    digest = Digest.objects.get()
    Digest.objects.update(state=State.DRAFT)
    for _ in range(2):
        page = desk.post(step_of(digest, "send-now"), follow=True)
        Digest.objects.filter(state=State.SCHEDULED).update(state=State.PREPARING)
    assert "It is preparing by now, so nothing was done." in page.text


def test_whoever_comes_second_with_the_same_news_is_told_of_the_first(
    desk: Client, briefing: Newsletter
) -> None:
    desk.post(URGENT, news(briefing))
    desk.post(step_of(Digest.objects.get(), "send-now"))
    with time_machine.travel(NOW + timedelta(minutes=4), tick=False):
        words = "Another urgent mail of Morning Briefing went out 4 minutes ago: “Harbour closed”."
        assert words in desk.get(URGENT).text
        data = news(briefing)
        page = desk.post(URGENT, data)
        assert words in page.text
        assert Digest.objects.count() == 1
        # He wants it all the same, and is told once more where he sends it.
        told = page.context["form"]["told"].value()
        page = desk.post(URGENT, data | {"told": told}, follow=True)
        assert words in page.text
        assert Digest.objects.count() == 2


def test_one_that_somebody_else_has_only_made_is_told_of_too(
    desk: Client, briefing: Newsletter
) -> None:
    desk.post(URGENT, news(briefing))
    page = desk.post(URGENT, news(briefing))
    assert "was made just now, and is draft: “Harbour closed”." in page.text


def test_another_newsletter_has_its_own(desk: Client, briefing: Newsletter) -> None:
    desk.post(URGENT, news(briefing))
    desk.post(URGENT, news(make_newsletter()))
    assert Digest.objects.count() == 2


def test_two_people_have_to_approve_it_where_that_is_the_rule(
    desk: Client, client: Client, briefing: Newsletter
) -> None:
    scheduled(briefing, approvers=2)
    page = desk.post(URGENT, news(briefing), follow=True)
    digest = Digest.objects.get()
    assert page.redirect_chain[-1][0] == step_of(digest, "approve")
    desk.post(step_of(digest, "approve"))
    second = Client()
    second.force_login(make_staff(is_superuser=True))
    second.post(step_of(digest, "send-now"))
    digest.refresh_from_db()
    assert digest.state == State.SCHEDULED


def test_who_may_not_send_approves_it_for_a_sender(client: Client, briefing: Newsletter) -> None:
    desk = account(client, "add_digest", "change_digest", "view_digest", "approve_digest")
    page = desk.post(URGENT, news(briefing), follow=True)
    assert page.redirect_chain[-1][0] == step_of(Digest.objects.get(), "approve")


def test_who_may_not_approve_leaves_a_draft(client: Client, briefing: Newsletter) -> None:
    desk = account(client, "add_digest", "change_digest", "view_digest", "send_digest")
    page = desk.post(URGENT, news(briefing), follow=True)
    assert page.redirect_chain[-1][0] == page_of(Digest.objects.get())


def test_who_may_make_no_mail_makes_none(client: Client, briefing: Newsletter) -> None:
    assert account(client, "view_digest").get(URGENT).status_code == 403


def test_looking_at_the_form_makes_nothing(desk: Client, briefing: Newsletter) -> None:
    assert desk.get(URGENT).status_code == 200
    assert not Digest.objects.exists()


def test_it_is_marked_where_mails_are_listed(desk: Client, briefing: Newsletter) -> None:
    desk.post(URGENT, news(briefing))
    digest = Digest.objects.get()
    pages = (reverse("admin:newsletter_digest_changelist"), page_of(digest), reverse("admin:index"))
    for address in pages:
        assert "urgent</span>" in desk.get(address).text.lower()
    Digest.objects.update(is_urgent=False)
    for address in pages:
        assert "Urgent</span>" not in desk.get(address).text


def test_the_first_page_leads_there(desk: Client, briefing: Newsletter) -> None:
    assert f'href="{URGENT}"' in desk.get(reverse("admin:index")).text


def test_the_rule_of_the_newsletter_goes_on(desk: Client, briefing: Newsletter) -> None:
    schedule = scheduled(briefing)
    desk.post(URGENT, news(briefing))
    assert Schedule.objects.get() == schedule
    assert Digest.objects.get().occurrence == "2026-11-24-2"
