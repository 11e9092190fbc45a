"""A story is written at the desk: safe, with an address of its own, and no picture undescribed."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from newsletter.models import Article, Author, Digest, Image, Item, Section
from tests.factories import make_article
from tests.newsletter.admin.conftest import page_of
from tests.newsletter.admin.test_stories import photo, story

URL = "/admin/newsletter/article/write/"


def typed(**words: Any) -> dict[str, Any]:
    return {
        "title": "The bridge",
        "body": "<p>It <strong>opens</strong>.</p>",
        "published_at": "2026-11-24T06:30",
        **words,
    }


def test_a_written_story_is_our_own_with_an_address_from_its_title(desk: Client) -> None:
    make_article(slug="the-bridge")
    words = {"kicker": "Town", "dek": "At last.", "good_news": "on"}
    desk.post(URL, typed(**words, authors="Ines Okafor, Bo Lund", topics="Roads"))
    written = Article.objects.get(title="The bridge")
    assert written.kind == Article.Kind.OWN
    assert written.slug.startswith("the-bridge-")
    assert (written.kicker, written.dek, written.good_news) == ("Town", "At last.", True)
    assert sorted(author.name for author in written.authors.all()) == ["Bo Lund", "Ines Okafor"]
    assert [topic.name for topic in written.topics.all()] == ["Roads"]
    assert f"{written.published_at:%d %H:%M}" == "24 06:30"


def test_names_that_are_here_are_found_again(desk: Client) -> None:
    ines = Author.objects.create(name="Ines Okafor", slug="ines-okafor")
    desk.post(URL, typed(authors=" ines okafor ,, "))
    assert list(Article.objects.get().authors.all()) == [ines]


def test_its_text_keeps_only_what_mails_and_pages_may_carry(desk: Client) -> None:
    body = '<h1>A</h1><div onclick="x()">B <a href="javascript:x()">c</a></div><script>x</script>'
    desk.post(URL, typed(body=body))
    assert "script" not in Article.objects.get().body
    assert "onclick" not in Article.objects.get().body
    assert "<h2>A</h2>" in Article.objects.get().body


@pytest.mark.parametrize("body", ["", "<p><br></p>", "<script>x</script>"])
def test_a_story_without_words_is_not_saved(desk: Client, body: str) -> None:
    page = desk.post(URL, typed(body=body))
    assert page.context["form"].errors["body"]
    assert not Article.objects.exists()


def test_a_picture_needs_a_description(desk: Client) -> None:
    page = desk.post(URL, typed(picture=photo(size=(800, 400))))
    assert "Say what the picture shows" in page.text
    assert not Image.objects.exists()
    desk.post(URL, typed(picture=photo(size=(800, 400)), alt="A bridge"))
    written = Article.objects.get()
    assert written.hero is not None
    assert (written.hero.is_ready, written.hero_alt) == (True, "A bridge")


def test_a_picture_that_is_none_is_refused_at_its_field(desk: Client) -> None:
    page = desk.post(URL, typed(picture=photo(size=(6000, 4000)), alt="x"))
    assert page.context["form"].errors["picture"] == [
        "The picture has more than 20 million pixels."
    ]


def test_it_goes_into_the_mail_that_it_was_written_for(desk: Client, mail: Digest) -> None:
    section = Section.objects.get(digest=mail, key="more")
    response = desk.post(f"{URL}?mail={mail.pk}&section={section.pk}", typed())
    assert response["Location"] == page_of(mail)
    assert Item.objects.filter(section=section).last().article == Article.objects.get()


def test_with_a_mail_and_no_section_it_only_leads_back(desk: Client, mail: Digest) -> None:
    response = desk.post(f"{URL}?mail={mail.pk}", typed())
    assert response["Location"] == page_of(mail)
    assert not Item.objects.filter(article__isnull=False).exists()


def test_the_page_of_a_story_asks_for_the_description_of_a_new_picture(desk: Client) -> None:
    address = reverse("admin:newsletter_article_add")
    page = desk.post(address, story(picture=photo(size=(800, 400))))
    assert "Say what the picture shows" in page.text
    assert not Article.objects.exists()


def test_a_story_is_written_with_the_toolbar_on_its_page_too(desk: Client) -> None:
    shown = make_article()
    page = desk.get(reverse("admin:newsletter_article_change", args=[shown.pk])).text
    assert "data-rich-text" in page
    assert "js/rich-text.js" in page


UNLIKELY = ["0001-01-01T00:00", "9999-12-31T23:59", "1969-12-31T00:00"]


@pytest.mark.parametrize("at", UNLIKELY)
def test_a_day_that_cannot_be_is_refused_at_its_field(desk: Client, at: str) -> None:
    page = desk.post(URL, typed(published_at=at))
    assert page.context["form"].errors["published_at"] == [
        "Give a day between 1970 and a year from now."
    ]
    assert not Article.objects.exists()


@pytest.mark.parametrize("at", UNLIKELY)
@pytest.mark.parametrize("field", ["published_at", "embargo_until"])
def test_the_page_of_a_story_refuses_such_a_day_too(desk: Client, field: str, at: str) -> None:
    day, _, time = at.partition("T")
    typed = story() | {f"{field}_0": day, f"{field}_1": time}
    page = desk.post(reverse("admin:newsletter_article_add"), typed)
    assert page.context["adminform"].form.errors[field]
    assert not Article.objects.exists()
