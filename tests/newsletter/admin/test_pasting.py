"""A link is pasted at the desk: looked at, looked over, saved, and put into the mail it is for."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from newsletter.content import by_hand
from newsletter.models import Article, Digest, Image, Item, Section
from tests.factories import NOW, make_article
from tests.newsletter.admin.conftest import page_of
from tests.newsletter.admin.test_access import login
from tests.newsletter.admin.test_stories import photo
from tests.newsletter.content.conftest import Site
from tests.newsletter.content.conftest import site as site  # noqa: PLC0414
from tests.newsletter.content.test_pasting import story_page as story_page  # noqa: PLC0414

URL = "/admin/newsletter/article/paste/"


def left(page: Any, **words: Any) -> dict[str, Any]:
    """What the second page sends when nothing was touched but `words`."""
    form = page.context["form"]
    fields = {name: form[name].value() for name in form.fields if name != "picture"}
    fields["published_at"] = f"{fields['published_at']:%Y-%m-%dT%H:%M}"
    typed = fields | words
    return {name: value for name, value in typed.items() if value not in (None, False)}


def test_a_link_becomes_a_story_in_two_steps(desk: Client, story_page: str) -> None:
    page = desk.post(URL, {"address": f"{story_page}?utm_source=chat"})
    assert page.status_code == 200
    assert not Article.objects.exists()
    assert "The ferry is back &amp; full" in page.text
    assert "in the page&#x27;s data for search engines" in page.text
    response = desk.post(URL, left(page, title="The boat is back", good_news="on"))
    story = Article.objects.get()
    assert response["Location"] == reverse("admin:newsletter_article_change", args=[story.pk])
    assert (story.title, story.good_news, story.kind) == ("The boat is back", True, "excerpt")
    assert story.hero == Image.objects.get()
    assert sorted(author.name for author in story.authors.all()) == ["Bo Lund", "Ines Okafor"]
    assert LogEntry.objects.get().object_id == str(story.pk)


def test_looking_at_the_first_page_fetches_nothing(desk: Client, site: Site) -> None:
    desk.get(URL, {"address": site.serve("/x", b"<title>x</title>")})
    assert site.seen == []


def test_what_is_missing_is_said_at_its_field(desk: Client, site: Site) -> None:
    url = site.serve("/x", b"<title>Ferry</title><p>It sails.</p>", Content_Type="text/html")
    page = desk.post(URL, {"address": url})
    form = page.context["form"]
    missing = {name for name in form.fields if "missing" in str(form[name].help_text)}
    assert missing == {"alt", "caption", "credit", "author_1", "published_at", "site"}
    assert "No picture was found" in page.text


def test_a_picture_is_not_saved_without_its_description(desk: Client, story_page: str) -> None:
    page = desk.post(URL, {"address": story_page})
    again = desk.post(URL, left(page, alt=" "))
    assert "Say what the picture shows" in again.text
    assert Image.objects.get().small.url in again.text
    assert "in the page&#x27;s data for search engines" in again.text
    assert not Article.objects.exists()
    without = left(page, alt="")
    del without["use_picture"]
    desk.post(URL, without)
    assert Article.objects.get().hero is None


def test_a_picture_of_ones_own_comes_before_the_pages(desk: Client, story_page: str) -> None:
    page = desk.post(URL, {"address": story_page})
    desk.post(URL, left(page, picture=photo(size=(800, 400))))
    hero = Article.objects.get().hero
    assert hero is not None
    assert (hero.source_url, hero.is_ready) == ("", True)


def test_a_page_that_cannot_be_read_can_be_filled_in_by_hand(desk: Client, site: Site) -> None:
    url = site.serve("/x", b"", 403)
    refused = desk.post(URL, {"address": url})
    assert "does not let us read this" in refused.text
    page = desk.post(URL, {"address": url, "by_hand": "1"})
    assert "The page was not read." in page.text
    desk.post(URL, left(page, title="Ferry"))
    assert Article.objects.get().link == url
    assert len(site.seen) == 1


@pytest.mark.parametrize("address", ["", "javascript:alert(1)", "https://", "http://[", "x" * 3000])
def test_what_is_no_address_is_refused_beside_the_field(desk: Client, address: str) -> None:
    page = desk.post(URL, {"address": address})
    assert page.context["form"].errors["address"]


def test_a_link_that_was_changed_on_its_way_is_looked_at_again(
    desk: Client, story_page: str
) -> None:
    page = desk.post(URL, {"address": story_page})
    again = desk.post(URL, left(page, link="javascript:alert(1)"))
    assert again.context["form"].errors["link"]
    assert not Article.objects.exists()


def test_a_story_that_is_here_is_offered_instead(
    desk: Client, story_page: str, mail: Digest
) -> None:
    there = kept(story_page)
    section = Section.objects.get(digest=mail, key="more")
    address = f"{URL}?mail={mail.pk}&section={section.pk}"
    page = desk.post(address, {"address": story_page})
    assert "This story is here already" in page.text
    assert reverse("admin:newsletter_article_change", args=[there.pk]) in page.text
    desk.post(address, {"take": there.pk})
    assert Item.objects.get(article=there).section == section


def test_somebody_who_was_faster_is_not_doubled(desk: Client, story_page: str) -> None:
    page = desk.post(URL, {"address": story_page})
    kept(story_page)
    response = desk.post(URL, left(page), follow=True)
    assert Article.objects.count() == 1
    assert "Theirs is kept" in response.text


def kept(link: str) -> Article:
    story = by_hand.StoryWords(title="Theirs", published_at=NOW)
    return by_hand.keep(link=link, story=story, picture=None)[0]


def test_it_comes_back_to_the_mail_with_the_story_in_it(
    desk: Client, story_page: str, mail: Digest
) -> None:
    section = Section.objects.get(digest=mail, key="more")
    address = f"{URL}?mail={mail.pk}&section={section.pk}"
    response = desk.post(address, left(desk.post(address, {"address": story_page})))
    assert response["Location"] == page_of(mail)
    assert Item.objects.filter(section=section).last().article == Article.objects.get()
    mail.refresh_from_db()
    assert mail.version == 2


def test_a_mail_that_is_gone_takes_no_story_and_the_story_stays(
    desk: Client, story_page: str, mail: Digest
) -> None:
    section = Section.objects.get(digest=mail, key="more")
    address = f"{URL}?mail={mail.pk}&section={section.pk}"
    page = desk.post(address, {"address": story_page})
    Digest.objects.update(state=Digest.State.CANCELLED)
    response = desk.post(address, left(page), follow=True)
    assert "The story is saved. This mail is cancelled" in response.text
    assert Article.objects.exists()
    assert not Item.objects.filter(article__isnull=False).exists()


@pytest.mark.parametrize("query", ["mail=x", "mail=999999", "mail={mail}&section=999999"])
def test_a_mail_or_section_that_is_not_there_is_not_found(
    desk: Client, mail: Digest, query: str
) -> None:
    assert desk.get(f"{URL}?{query.format(mail=mail.pk)}").status_code == 404


@pytest.mark.parametrize("page", ["paste", "write"])
def test_only_who_may_add_stories_comes_here(client: Client, mail: Digest, page: str) -> None:
    address = reverse(f"admin:newsletter_article_{page}")
    assert client.get(address)["Location"].startswith("/admin/login/")
    login(client, "view_article", "change_article")
    assert client.get(address).status_code == 403
    assert client.post(address, {"take": make_article().pk}).status_code == 403
    login(client, "add_article")
    assert client.get(address).status_code == 200
    assert client.get(f"{address}?mail={mail.pk}").status_code == 403
    login(client, "add_article", "change_digest")
    assert client.get(f"{address}?mail={mail.pk}").status_code == 200


def test_the_list_of_stories_leads_here_for_those_who_may(client: Client, db: None) -> None:
    stories = reverse("admin:newsletter_article_changelist")
    login(client, "view_article", "add_article")
    assert URL in client.get(stories).text
    login(client, "view_article")
    assert URL not in client.get(stories).text


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 19, "x", "", "²"])
def test_a_number_of_no_story_is_not_found(desk: Client, number: str) -> None:
    assert desk.post(URL, {"take": number}).status_code == 404


@pytest.mark.parametrize("mark", [r"\u0000", r"\ud800"])
def test_a_page_that_names_an_impossible_picture_is_shown_without_it(
    desk: Client, site: Site, mark: str
) -> None:
    said = f'{{"@type": "Article", "headline": "x", "image": "https://e/a{mark}b.jpg"}}'
    body = f'<script type="application/ld+json">{said}</script><p>x</p>'.encode()
    page = desk.post(URL, {"address": site.serve("/x", body, Content_Type="text/html")})
    assert page.status_code == 200
    assert "No picture was found" in page.text


def test_an_impossible_picture_in_what_is_sent_is_none(desk: Client, story_page: str) -> None:
    page = desk.post(URL, {"address": story_page})
    again = desk.post(URL, left(page, picture_url="https://e/a\0b.jpg"))
    assert again.context["form"].errors["picture_url"]
    assert again.context["form"].found_picture is None
