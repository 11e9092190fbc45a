"""Stories, sources and newsletters at the desk."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import model_to_dict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image as Picture

from newsletter import wake
from newsletter.digests.assembly import make_digest
from newsletter.models import Article, Author, Feed
from tests.factories import NOW, make_article, make_image, make_newsletter, make_schedule

FEED = {"name": "Harbour Post", "url": "https://harbour.example/feed", "kind": "excerpt"}
FEED |= {"is_active": "on", "every_minutes": "30"}


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, int]]]:
    calls: list[tuple[str, dict[str, int]]] = []
    monkeypatch.setattr(wake, "send", lambda task, **ids: calls.append((task, ids)))
    return calls


def test_a_new_source_is_fetched_soon(desk: Client, woken: list[Any]) -> None:
    desk.post(reverse("admin:newsletter_feed_add"), FEED)
    assert woken == [(wake.FETCH_FEED, {"feed_id": Feed.objects.get().pk})]


def test_an_address_typed_without_its_scheme_is_read_as_https(desk: Client) -> None:
    desk.post(reverse("admin:newsletter_feed_add"), FEED | {"url": "harbour.example/feed"})
    assert Feed.objects.get().url == "https://harbour.example/feed"


def test_renaming_a_source_does_not_fetch_it(desk: Client, woken: list[Any]) -> None:
    feed = Feed.objects.create(name="Old name", url=FEED["url"])
    desk.post(reverse("admin:newsletter_feed_change", args=[feed.pk]), FEED)
    feed.refresh_from_db()
    assert (feed.name, woken) == ("Harbour Post", [])


def test_fetch_now_wakes_a_worker_and_only_by_post(desk: Client, woken: list[Any]) -> None:
    feed = Feed.objects.create(name="Harbour Post", url=FEED["url"])
    address = reverse("admin:newsletter_feed_fetch", args=[feed.pk])
    assert desk.get(address).status_code == 405
    assert woken == []
    desk.post(address)
    assert woken == [(wake.FETCH_FEED, {"feed_id": feed.pk})]


def test_a_source_shows_its_last_result(desk: Client) -> None:
    feed = Feed.objects.create(name="A", url=FEED["url"], outcome="Answered 404.", failures=3)
    assert "failed 3x" in desk.get(reverse("admin:newsletter_feed_changelist")).text
    page = desk.get(reverse("admin:newsletter_feed_change", args=[feed.pk])).text
    assert "Answered 404." in page


def story(**words: Any) -> dict[str, Any]:
    now = timezone.now()
    return {
        "title": "The bridge",
        "slug": "the-bridge",
        "kind": "own",
        "language": "en",
        "published_at_0": f"{now:%Y-%m-%d}",
        "published_at_1": f"{now:%H:%M:%S}",
        **words,
    }


def test_a_story_written_here_keeps_only_safe_html(desk: Client) -> None:
    body = "<p>Text</p><script>alert(1)</script>"
    desk.post(reverse("admin:newsletter_article_add"), story(body=body))
    assert Article.objects.get().body == "<p>Text</p>"


def test_a_chosen_picture_becomes_our_own_copies(desk: Client) -> None:
    data = BytesIO()
    Picture.new("RGB", (1600, 900), "navy").save(data, "PNG")
    upload = SimpleUploadedFile("a.png", data.getvalue(), "image/png")
    desk.post(reverse("admin:newsletter_article_add"), story(picture=upload, hero_alt="Blue"))
    hero = Article.objects.get().hero
    assert hero is not None
    assert (hero.is_ready, hero.large_width, hero.small_width) == (True, 1200, 600)


def test_a_file_that_is_no_picture_is_refused(desk: Client) -> None:
    upload = SimpleUploadedFile("a.png", b"not a picture", "image/png")
    response = desk.post(reverse("admin:newsletter_article_add"), story(picture=upload))
    assert response.status_code == 200
    assert not Article.objects.exists()


def test_a_picture_that_cannot_be_used_leaves_the_one_that_is_there(desk: Client) -> None:
    hero = make_image()
    shown = make_article(hero=hero)
    address = reverse("admin:newsletter_article_change", args=[shown.pk])
    response = desk.post(address, story(picture=photo(size=(6000, 4000))))
    assert "The picture has more than 20 million pixels." in response.content.decode()
    shown.refresh_from_db()
    assert shown.hero == hero


def test_of_a_newsletters_picture_only_our_own_copy_is_kept(desk: Client) -> None:
    newsletter = make_newsletter()
    address = reverse("admin:subscribers_newsletter_change", args=[newsletter.pk])
    words = model_to_dict(newsletter, exclude=["id", "picture", "promotes"])
    schedules = {"schedule-TOTAL_FORMS": "0", "schedule-INITIAL_FORMS": "0"}
    response = desk.post(address, words | schedules | {"picture": photo(size=(1600, 900))})
    assert response.status_code == 302, response.context["errors"]
    newsletter.refresh_from_db()
    with Picture.open(newsletter.picture.path) as kept:
        assert (kept.format, kept.width, len(kept.getexif())) == ("JPEG", 1200, 0)


def photo(*, size: tuple[int, int]) -> SimpleUploadedFile:
    """As a camera makes it, with the place in it."""
    data, exif = BytesIO(), Picture.Exif()
    exif[0x010E] = "4 Beacon Row"
    Picture.new("RGB", size, "navy").save(data, "PNG", exif=exif)
    return SimpleUploadedFile("a.png", data.getvalue(), "image/png")


def test_stories_are_found_for_a_mail_by_their_title(desk: Client) -> None:
    make_article(title="Why the lighthouse went dark")
    address = reverse("admin:autocomplete")
    query = {"app_label": "newsletter", "model_name": "item", "field_name": "article"}
    found = desk.get(address, query | {"term": "lighthouse"}).json()["results"]
    assert [one["text"] for one in found] == ["Why the lighthouse went dark"]


def test_the_list_marks_good_news_and_calls_no_other_story_an_error(desk: Client) -> None:
    make_article(title="A night bus", good_news=False)
    url = reverse("admin:newsletter_article_changelist")
    assert "desk-chip desk-leaf" not in desk.get(url).text
    Article.objects.update(good_news=True)
    page = desk.get(url).text
    assert "desk-chip desk-leaf" in page
    assert "1 result" not in page, "nothing is hidden"


def test_a_page_says_where_the_story_ran_and_lets_it_run_again(desk: Client) -> None:
    shown = make_article(title="A night bus")
    newsletter = make_schedule(make_newsletter(name="Good News")).newsletter
    address = reverse("admin:newsletter_article_change", args=[shown.pk])
    assert "nowhere yet" in desk.get(address).text
    digest = make_digest(newsletter=newsletter, occurrence="2026-11-24", release_at=None, now=NOW)

    page = desk.get(address).text
    assert "Good News of 2026-11-24" in page
    assert reverse("admin:newsletter_digest_change", args=[digest.pk]) in page
    desk.post(address, story(title="A night bus", again="on"))
    shown.refresh_from_db()
    assert shown.again_from is not None
    # Saved once more with nothing changed, the verdict is as old as it was.
    before = shown.again_from
    desk.post(address, story(title="A night bus", again="on"))
    shown.refresh_from_db()
    assert shown.again_from == before
    desk.post(address, story(title="A night bus"))
    shown.refresh_from_db()
    assert shown.again_from is None


def test_a_search_says_how_many_it_found(desk: Client) -> None:
    make_article(title="A night bus")
    make_article(title="Lamps")
    assert "1 result" in desk.get(reverse("admin:newsletter_article_changelist"), {"q": "bus"}).text


def test_dates_name_their_zone(desk: Client) -> None:
    make_article(published_at=datetime(2026, 11, 24, 6, 30, tzinfo=UTC))
    page = desk.get(reverse("admin:newsletter_article_changelist")).text
    assert "24 Nov 2026, 06:30 UTC" in page


def test_of_an_authors_picture_only_our_own_small_copy_is_kept(desk: Client) -> None:
    words = {"name": "Ines Okafor", "slug": "ines-okafor", "biography": "She keeps two hens."}

    desk.post(reverse("admin:newsletter_author_add"), words | {"picture": photo(size=(900, 900))})

    author = Author.objects.get()
    assert author.picture.name.startswith("authors/")
    assert author.picture.width <= 600
