"""The preference page, walked as a reader does."""

import struct
from datetime import timedelta

import pytest
from django.utils import timezone

from subscribers import links, suppression
from subscribers.models import (
    Consent,
    LeavingWords,
    Newsletter,
    Notice,
    Subscriber,
    Subscription,
)
from tests.factories import make_newsletter, make_reader, make_schedule
from tests.flows.reading_mail import link, newest

pytestmark = pytest.mark.django_db


def path_of(reader, issued_at=None):
    url = links.preferences_url(subscriber_id=reader.pk, issued_at=issued_at or timezone.now())
    return "/" + url.split("/", 3)[3]


def save(client, reader, *slugs, **values):
    data = {"newsletters": slugs, "action": "save"} | values
    return client.post(path_of(reader), data)


def acts():
    return list(Consent.objects.order_by("pk").values_list("act", flat=True))


@pytest.fixture
def daily():
    newsletter = make_newsletter(name="Morning Briefing", slug="briefing")
    make_schedule(newsletter, weekdays="1234567")
    return newsletter


def test_a_week_off_is_saved_and_can_be_ended(client, daily):
    reader = make_reader(daily)
    page = save(client, reader, "briefing", **{"break-briefing": "week"}).content.decode()
    assert "Saved." in page
    assert "On a break until" in page
    assert "It comes back by itself that morning." in page
    assert Subscription.objects.get().paused_until > timezone.now() + timedelta(days=5)
    page = save(client, reader, "briefing", action="back:briefing").content.decode()
    assert "On a break" not in page
    assert acts() == ["paused", "resumed"]


def test_a_date_that_was_typed_is_a_break(client, daily):
    day = timezone.now().date() + timedelta(days=40)
    reader = make_reader(daily)
    save(client, reader, "briefing", **{"until-briefing": day.isoformat()})
    assert Consent.objects.get().detail == f"until {day}"


@pytest.mark.parametrize("typed", ["", "soon", "1999-01-01", "9999-12-31", "\x00", "x" * 10_000])
def test_a_day_that_cannot_be_is_said_beside_the_field_and_saves_nothing(client, daily, typed):
    reader = make_reader(daily)
    values = {"break-briefing": "date", "until-briefing": typed, "name": "Ada"}
    response = save(client, reader, "briefing", **values)
    assert response.status_code == 422
    page = response.content.decode()
    assert "Choose a day from tomorrow on, within a year." in page
    assert 'value="Ada"' in page
    assert Subscriber.objects.get().name == ""
    assert acts() == []


def test_saving_the_same_again_records_nothing(client, daily):
    reader = make_reader(daily)
    for _ in range(2):
        save(client, reader, "briefing", name="Ada")
    assert acts() == []


@pytest.fixture
def german(settings, tmp_path):
    """A site whose pages can be read in German too."""
    catalogue = tmp_path / "de" / "LC_MESSAGES" / "django.mo"
    catalogue.parent.mkdir(parents=True)
    # An empty catalogue: magic number, version, and no strings.
    catalogue.write_bytes(struct.pack("<7I", 0x950412DE, 0, 0, 28, 28, 0, 28))
    settings.LOCALE_PATHS = [tmp_path]


def test_a_language_is_offered_where_there_are_two(client, daily):
    assert 'name="language"' not in client.get(path_of(make_reader(daily))).content.decode()


def test_the_page_and_mails_are_in_the_language_of_the_reader(client, daily, german):
    reader = make_reader(daily, language="de")
    page = client.get(path_of(reader)).content.decode()
    assert '<html lang="de">' in page
    assert "Deutsch" in page
    assert '<html lang="en">' in client.get("/confirm/unknown/").content.decode()
    client.post(path_of(reader), {"action": "data"})
    assert '<html lang="de">' in newest("fresh_link").html


def test_name_language_and_clock_are_kept(client, daily, german):
    reader = make_reader(daily)
    page = save(
        client, reader, "briefing", name=" Ada\x00 \u202eL ", language="de", time_zone="Asia/Tokyo"
    ).content.decode()
    reader.refresh_from_db()
    assert (reader.name, reader.language, reader.time_zone) == ("Ada L", "de", "Asia/Tokyo")
    assert "Tokyo time" in page
    save(client, reader, "briefing", name="A", language="xx", time_zone="../../etc/passwd")
    reader.refresh_from_db()
    assert (reader.language, reader.time_zone) == ("", "")


def test_a_name_too_long_is_refused_kindly_and_words_stay_words(client, daily):
    reader = make_reader(daily)
    response = save(client, reader, "briefing", name="x" * 81)
    assert response.status_code == 422
    assert "at most 80 letters" in response.content.decode()
    page = save(client, reader, "briefing", name="<b>{{ 7|add:7 }}</b>").content.decode()
    assert "&lt;b&gt;{{ 7|add:7 }}&lt;/b&gt;" in page


def test_everything_ends_with_one_press(client, daily):
    reader = make_reader(daily)
    page = client.post(path_of(reader), {"action": "everything"}).content.decode()
    assert acts() == ["left"]
    assert "You will get no more mails from us." in page
    assert page.index("Undo") < page.index("Tell us why")


def test_everything_is_taken_back_from_the_same_page(client, daily):
    path = path_of(make_reader(daily))
    client.post(path, {"action": "everything"})
    page = client.post(path, {"action": "undo-everything"}).content.decode()
    assert "You are still in." in page
    assert acts() == ["left", "rejoined"]
    assert Subscription.objects.get().state == "active"


def test_undo_with_nothing_to_take_back_shows_the_choices(client, daily):
    path = path_of(make_reader(daily))
    assert "Your mails" in client.post(path, {"action": "undo-everything"}).content.decode()
    assert acts() == []


def test_why_can_be_said_after_leaving_everything(client, daily):
    path = path_of(make_reader(daily))
    client.post(path, {"action": "everything"})
    why = {"action": "why", "about": "everything", "reason": "other", "words": "Too much"}
    assert "Thank you." in client.post(path, why).content.decode()
    assert Consent.objects.get(act="said_why").newsletter is None
    assert LeavingWords.objects.get().words == "Too much"


def test_a_second_press_says_the_same_and_undo_is_still_there(client, daily):
    path = path_of(make_reader(daily))
    for _ in range(2):
        page = client.post(path, {"action": "everything"}).content.decode()
        assert 'value="undo-everything"' in page
    assert acts() == ["left"]


def test_one_tap_adds_a_newsletter_and_a_look_does_not(client, daily):
    other = make_newsletter(name="Good News", slug="good-news")
    reader = make_reader(daily)
    path = f"{path_of(reader)}?add=good-news"
    page = client.get(path).content.decode()
    assert "Get the Good News?" in page
    assert page.count("<button") == 1
    assert acts() == []
    page = client.post(path, {"action": "add", "add": "good-news"}).content.decode()
    assert "You are in." in page
    assert Subscription.objects.get(newsletter=other).state == "active"
    assert Subscription.objects.get(newsletter=daily).state == "active"
    assert acts() == ["added"]
    assert "You already get the Good News." in client.get(path).content.decode()


@pytest.mark.parametrize("slug", ["gone", "", "\x00", "closed"])
def test_one_tap_of_what_is_not_offered_shows_the_choices(client, daily, slug):
    make_newsletter(slug="closed", is_open=False)
    reader = make_reader(daily)
    assert "Your mails" in client.get(path_of(reader), {"add": slug}).content.decode()
    response = client.post(
        path_of(reader), {"action": "add", "add": slug, "newsletters": "briefing"}
    )
    assert response.status_code == 200
    assert Subscription.objects.count() == 1


def test_a_link_of_last_year_offers_a_fresh_one_by_mail(client, daily):
    reader = make_reader(daily, address="anna@mail.example")
    old = path_of(reader, timezone.now() - timedelta(days=400))
    response = client.get(old)
    assert response.status_code == 410
    assert "Send me a new one" in response.content.decode()
    for _ in range(3):
        page = client.post(old, {"newsletters": []}).content.decode()
        assert "a•••@mail.example" in page
    assert Subscription.objects.get().state == "active"
    assert Notice.objects.count() == 1
    assert client.get(link("fresh_link", "preferences")).status_code == 200


def test_who_bounced_must_press_a_button_in_a_mail_before_mails_come_again(client, daily):
    reader = make_reader(daily, state="ended")
    suppression.suppress(
        address_hashes=[reader.address_hash],
        reason="complaint",
        detail="",
        now=timezone.now() - timedelta(days=50),
    )
    page = save(client, reader, "briefing").content.decode()
    assert "One more tap." in page
    assert Subscription.objects.get().state == "pending"
    assert Notice.objects.get().kind == "confirmation"


def test_the_links_of_an_erased_reader_work_and_record_nothing(client, daily):
    reader = make_reader(daily, state="ended")
    Subscriber.objects.update(erased_at=timezone.now(), address=None, address_key=None)
    for path in (path_of(reader), path_of(reader, timezone.now() - timedelta(days=400))):
        for response in (client.get(path), client.post(path, {"newsletters": ["briefing"]})):
            assert response.status_code == 200
            assert "You are erased." in response.content.decode()
    leave = links.unsubscribe_url(subscriber_id=reader.pk, newsletter_id=daily.pk)
    leave = "/" + leave.split("/", 3)[3]
    for action in ("leave", "undo", "pause", "everything", "undo-everything", "why", "back"):
        response = client.post(leave, {"action": action, "reason": "other"})
        assert response.status_code == 200
    assert client.post(leave, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Subscription.objects.get().state == "ended"
    assert acts() == []
    assert not Notice.objects.exists()
    assert Newsletter.objects.exists()
