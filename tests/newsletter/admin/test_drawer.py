"""The drawer of stories, and what else stands around the fields of a mail."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsletter.models import Digest, Item, TakenOut
from tests.factories import make_article, make_schedule
from tests.newsletter.admin.conftest import page_of
from tests.newsletter.admin.test_writing import headlines, typed


def lately(**fields: Any) -> Any:
    return make_article(published_at=timezone.now() - timedelta(hours=1), **fields)


def test_stories_are_found_on_a_page_of_their_own_and_as_a_part(desk: Client, mail: Digest) -> None:
    lately(title="Ferries sail again")
    lately(title="Bakers share an oven")
    for query in ({"q": "ferries"}, {"q": "ferries", "part": "1"}):
        page = desk.get(page_of(mail, "stories"), query).text
        assert "Ferries sail again" in page
        assert "Bakers share" not in page
        assert ("<h1" in page) == ("part" not in query)


def test_filters_that_mean_nothing_find_everything_of_the_last_days(
    desk: Client, mail: Digest
) -> None:
    lately(title="Ferries sail again")
    query = {"age": "x", "feed": "9" * 30, "topic": "x", "after": "x"}
    assert "Ferries sail again" in desk.get(page_of(mail, "stories"), query).text


def test_a_story_is_added_without_a_script(desk: Client, mail: Digest) -> None:
    story = lately(title="Ferries sail again")
    section = mail.sections.get(key="more")
    data = {"add": story.pk, f"to-{story.pk}": section.pk}
    for said in ("Added to What else matters.", "It stands in What else matters already."):
        assert said in desk.post(page_of(mail, "add"), data, follow=True).text
    assert Item.objects.get(article=story).section == section


def test_a_story_that_stands_in_the_mail_is_not_offered_again(desk: Client, mail: Digest) -> None:
    story = lately(title="Ferries sail again")
    Item.objects.filter(headline="A night bus").update(article=story)
    page = desk.get(page_of(mail, "stories"), {"q": "ferries"}).text
    assert "In this mail" in page
    assert 'name="add"' not in page


def test_the_page_costs_the_same_with_three_hundred_stories(desk: Client, mail: Digest) -> None:
    section = mail.sections.get(key="more")
    for _ in range(2):
        Item.objects.create(section=section, article=lately())
    lately()
    desk.get(page_of(mail))
    with CaptureQueriesContext(connection) as few:
        desk.get(page_of(mail))
    for number in range(300):
        story = lately()
        if number < 20:
            Item.objects.create(section=section, article=story)
    with CaptureQueriesContext(connection) as many:
        desk.get(page_of(mail))
    assert len(many) == len(few)


def test_why_an_item_is_there_is_said(desk: Client, mail: Digest) -> None:
    Item.objects.filter(headline="A night bus").update(reason="the newest story about the sea")
    Item.objects.filter(headline="Ferry fares rise").update(reason="held over from 2026-11-23")
    Item.objects.filter(headline="Harbour reopens").update(is_kept=True)
    page = desk.get(page_of(mail)).text
    assert "Chosen because it is the newest story about the sea." in page
    assert "Held over from 2026-11-23." in page
    assert "Kept." in page


def test_what_was_taken_out_is_put_back_with_what_was_typed(desk: Client, mail: Digest) -> None:
    desk.post(page_of(mail), typed(mail) | {"items-1-DELETE": "on"})
    data = typed(mail, subject="Ferries sail") | {"put_back": TakenOut.objects.get().pk}
    response = desk.post(page_of(mail), data, follow=True)
    mail.refresh_from_db()
    assert mail.subject == "Ferries sail"
    assert headlines(mail)[-1] == ("more", "Ferry fares rise")
    assert "It is back" in response.text


@pytest.mark.parametrize("typed_id", ["x", "9" * 30, "0"])
def test_putting_back_what_is_not_there_does_no_harm(
    desk: Client, mail: Digest, typed_id: str
) -> None:
    response = desk.post(page_of(mail), typed(mail) | {"put_back": typed_id}, follow=True)
    assert response.status_code == 200
    assert len(headlines(mail)) == 3


def test_a_draft_is_locked_and_opened_to_news(desk: Client, mail: Digest) -> None:
    make_schedule(mail.newsletter)
    Digest.objects.update(release_at=timezone.now() + timedelta(hours=5))
    assert "Lock it now" in desk.get(page_of(mail)).text
    assert (
        "Let news in again"
        in desk.post(page_of(mail), typed(mail) | {"lock": "1"}, follow=True).text
    )
    mail.refresh_from_db()
    assert mail.locked_at is not None
    assert (mail.version, mail.touched_at) == (1, None)
    desk.post(page_of(mail), typed(mail) | {"let_in": "1"})
    mail.refresh_from_db()
    assert mail.locked_at is None


def test_an_inbox_shows_the_words_as_far_as_they_fit(desk: Client, mail: Digest) -> None:
    Digest.objects.update(subject="S" * 55, preheader="P" * 90)
    page = desk.get(page_of(mail)).text
    assert f">{'S' * 37}…<" in page
    assert f">{'P' * 44}…<" in page


def test_the_text_part_is_shown_alone(desk: Client, mail: Digest) -> None:
    response = desk.get(page_of(mail, "text"))
    assert response["Content-Type"].startswith("text/plain")
    assert "Harbour reopens" in response.text
    assert "sandbox" in response["Content-Security-Policy"]


def test_for_a_weekly_mail_it_looks_a_week_back(desk: Client, mail: Digest) -> None:
    make_article(title="Ferries sail again", published_at=timezone.now() - timedelta(days=6))
    page = page_of(mail, "stories")
    assert "Ferries sail again" not in desk.get(page).text
    Digest.objects.update(is_weekly=True)
    assert "Ferries sail again" in desk.get(page).text
    assert "Ferries sail again" not in desk.get(page, {"age": "1"}).text
