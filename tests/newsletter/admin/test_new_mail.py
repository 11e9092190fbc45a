"""Making a mail by hand: who asks for one gets one, and never two for the same stories."""

from collections.abc import Iterator
from datetime import time, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse, reverse_lazy
from django.utils import timezone

from newsletter.models import Digest, Item, Schedule
from tests.factories import (
    NOW,
    make_article,
    make_digest,
    make_newsletter,
    make_revision,
    make_schedule,
)

NEW = reverse_lazy("admin:newsletter_digest_new")


def test_making_a_mail_by_hand_opens_it(desk: Client) -> None:
    newsletter = make_newsletter()
    data = {"newsletter": newsletter.pk, "day": "2026-11-25"}
    response = desk.post(NEW, data)
    digest = Digest.objects.get()
    assert digest.occurrence == "2026-11-25"
    assert response["Location"] == reverse("admin:newsletter_digest_change", args=[digest.pk])


def test_pressing_make_it_now_twice_makes_one(desk: Client) -> None:
    newsletter = make_newsletter()
    data = {"newsletter": newsletter.pk, "day": "2026-11-25", "occurrence": "2026-11-25"}
    for _ in range(2):
        desk.post(NEW, data)
    assert Digest.objects.count() == 1


def test_a_second_mail_of_a_day_gets_its_own_occurrence_and_no_time(desk: Client) -> None:
    first = make_digest(occurrence="2026-11-25")
    Digest.objects.update(state=Digest.State.SENT, revision=make_revision(first))
    data = {"newsletter": first.newsletter_id, "day": "2026-11-25"}
    desk.post(NEW, data)
    second = Digest.objects.get(occurrence="2026-11-25-2")
    assert second.release_at is None


def test_a_mail_that_waits_for_the_day_is_opened_instead_of_a_second(desk: Client) -> None:
    """The schedule may have opened it a moment ago, with all the new stories in it."""
    waiting = make_digest(occurrence="2026-11-25")
    data = {"newsletter": waiting.newsletter_id, "day": "2026-11-25"}
    response = desk.post(NEW, data, follow=True)
    assert Digest.objects.get() == waiting
    assert "This one waits for that day already." in response.text


def test_who_asks_for_a_mail_gets_it_from_older_stories_when_nothing_is_new(desk: Client) -> None:
    newsletter = make_newsletter()
    make_article(published_at=timezone.now() - timedelta(days=30))
    data = {"newsletter": newsletter.pk, "day": "2026-11-25"}
    response = desk.post(NEW, data, follow=True)
    digest = Digest.objects.get()
    assert digest.state == Digest.State.DRAFT
    assert Item.objects.filter(section__digest=digest).count() == 1
    assert "older ones, not used before" in response.text


@pytest.mark.parametrize("named", ["2026-11-26", "2026-13-45"])
def test_an_occurrence_of_another_day_is_passed_over(desk: Client, named: str) -> None:
    data = {"newsletter": make_newsletter().pk, "day": "2026-11-25", "occurrence": named}
    desk.post(NEW, data)
    assert Digest.objects.get().occurrence == "2026-11-25"


def test_asking_for_the_form_makes_nothing(desk: Client) -> None:
    make_newsletter()
    assert desk.get(NEW).status_code == 200
    assert not Digest.objects.exists()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_there_is_no_mail_of_a_day_that_cannot_be(desk: Client, day: str) -> None:
    newsletter = make_schedule(weekdays="1234567").newsletter
    page = desk.post(NEW, {"newsletter": newsletter.pk, "day": day})
    assert page.context["form"].errors["day"]
    assert not Digest.objects.exists()


@pytest.fixture
def at_six(db: None) -> Iterator[None]:
    """A Tuesday, half an hour before the usual mail."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def daily(at_six: None) -> Schedule:
    for _ in range(3):
        make_article()
    return make_schedule()


def asked(schedule: Schedule, **more: str) -> dict[str, object]:
    return {"newsletter": schedule.newsletter_id, "day": "2026-11-24", "time": "12:00", **more}


def told(schedule: Schedule, time: str = "12:00", day: str = "2026-11-24") -> str:
    return f"{schedule.newsletter_id} {day} {time}:00"


def test_a_mail_at_a_time_of_its_own_is_made_once_the_usual_one_was_told_of(
    desk: Client, daily: Schedule
) -> None:
    page = desk.post(NEW, asked(daily))
    assert "It goes today, 12:00 pm London time." in page.text
    assert "The usual mail of that day goes at 6:30 am as well." in page.text
    assert not Digest.objects.exists()
    desk.post(NEW, asked(daily, told=told(daily), place="beside"))
    digest = Digest.objects.get()
    assert (digest.occurrence, digest.is_single) == ("2026-11-24-2", True)
    assert digest.release_at == NOW.replace(hour=12)


def test_it_may_take_the_place_of_the_usual_one(desk: Client, daily: Schedule) -> None:
    desk.post(NEW, asked(daily, told=told(daily), place="instead"))
    digest = Digest.objects.get()
    assert (digest.occurrence, digest.is_single) == ("2026-11-24", False)
    assert digest.release_at == NOW.replace(hour=12)


def test_a_usual_mail_that_is_made_is_linked_and_not_replaced(
    desk: Client, daily: Schedule
) -> None:
    made = make_digest(daily.newsletter, release_at=NOW + timedelta(minutes=30))
    page = desk.post(NEW, asked(daily))
    assert f'href="{reverse("admin:newsletter_digest_change", args=[made.pk])}"' in page.text
    assert "This one takes its place" not in page.text


def test_another_time_is_told_of_anew(desk: Client, daily: Schedule) -> None:
    desk.post(NEW, asked(daily, told=told(daily, "11:00")))
    assert not Digest.objects.exists()


def test_a_time_with_nothing_to_tell_is_taken_at_once(desk: Client, daily: Schedule) -> None:
    desk.post(NEW, {**asked(daily), "day": "2026-11-28"})
    assert Digest.objects.get().occurrence == "2026-11-28"


def test_a_time_that_does_not_exist_is_said(desk: Client, daily: Schedule) -> None:
    page = desk.post(NEW, {**asked(daily), "day": "2027-03-28", "time": "01:30"})
    assert "1:30 am does not exist that day; it goes at 2:00 am." in page.text
    assert "Sunday 28 March 2027, 2:00 am London time" in page.text


def test_a_past_time_is_refused_beside_the_field(desk: Client, daily: Schedule) -> None:
    page = desk.post(NEW, {**asked(daily), "time": "05:59"})
    assert "That time is past." in str(page.context["form"].errors["time"])
    assert not Digest.objects.exists()


def test_a_newsletter_by_readers_clocks_asks_for_whom(desk: Client, daily: Schedule) -> None:
    Schedule.objects.update(by_reader=True)
    page = desk.post(NEW, asked(daily))
    assert "At this time where each reader is" in page.text
    assert "it has to be approved by today, 12:00 pm London time" in page.text
    assert page.context["form"]["who"].value() == "each"
    desk.post(NEW, asked(daily, told=told(daily), place="beside", who="each"))
    desk.post(NEW, asked(daily, told=told(daily), place="beside", who="all"))
    first, second = Digest.objects.order_by("pk")
    assert (first.wave_time, first.goes_in_waves) == (time(12), True)
    assert (second.release_at, second.goes_in_waves) == (NOW.replace(hour=12), False)


def test_pressed_twice_a_single_mail_is_one(desk: Client, daily: Schedule) -> None:
    for _ in range(2):
        page = desk.post(NEW, asked(daily, told=told(daily)), follow=True)
    assert Digest.objects.count() == 1
    assert "This one waits for that time already." in page.text


def test_an_empty_one_waits_for_its_words_and_the_usual_one_is_told_of(
    desk: Client, daily: Schedule
) -> None:
    page = desk.post(NEW, {**asked(daily), "time": "", "start": "empty"}, follow=True)
    digest = Digest.objects.get()
    assert (digest.is_single, digest.release_at) == (True, None)
    assert not Item.objects.exists()
    assert "The usual mail of that day goes at 6:30 am as well." in page.text


def test_a_single_mail_without_new_stories_is_made_of_older_ones(
    desk: Client, at_six: None
) -> None:
    schedule = make_schedule(weekdays="7")
    make_article(published_at=NOW - timedelta(days=30))
    page = desk.post(NEW, asked(schedule) | {"time": "06:10"}, follow=True)
    digest = Digest.objects.get()
    assert (digest.state, digest.release_at) == (Digest.State.DRAFT, NOW + timedelta(minutes=10))
    assert "older ones, not used before" in page.text


def test_the_usual_mail_is_made_beside_a_single_one(desk: Client, daily: Schedule) -> None:
    desk.post(NEW, asked(daily, told=told(daily)))
    desk.post(NEW, {**asked(daily), "time": ""})
    assert Digest.objects.get(occurrence="2026-11-24").release_at == NOW + timedelta(minutes=30)


def test_a_single_mail_that_waits_for_news_says_so(desk: Client, at_six: None) -> None:
    schedule = make_schedule(weekdays="7")
    page = desk.post(NEW, asked(schedule), follow=True)
    assert "There is no new story for it yet." in page.text


@pytest.fixture
def weekly(db: None) -> Schedule:
    return make_schedule(weekly_day=6, weekly_time=time(9), effective_from=NOW)


def test_the_board_s_button_makes_the_weekly_mail(desk: Client, weekly: Schedule) -> None:
    name = "2026-11-28-week"
    data = {"newsletter": weekly.newsletter_id, "day": "2026-11-28", "occurrence": name}
    for _ in range(2):
        desk.post(NEW, data)
    digest = Digest.objects.get()
    assert (digest.is_weekly, digest.occurrence) == (True, "2026-11-28-week")


def test_the_weekly_mail_can_be_chosen_where_readers_may_have_it(
    desk: Client, weekly: Schedule
) -> None:
    make_digest(weekly.newsletter, occurrence="2026-11-26")
    assert 'value="weekly"' in desk.get(NEW).text
    desk.post(NEW, {"newsletter": weekly.newsletter_id, "day": "2026-11-26", "start": "weekly"})
    digest = Digest.objects.get(is_weekly=True)
    assert (digest.occurrence, digest.release_at) == ("2026-11-26-week", None)


def test_the_weekly_mail_is_refused_where_it_is_not_offered(desk: Client, weekly: Schedule) -> None:
    data = {"newsletter": make_newsletter().pk, "day": "2026-11-26", "start": "weekly"}
    assert "does not come once a week" in desk.post(NEW, data).text
    own = {"newsletter": weekly.newsletter_id, "time": "08:00"}
    assert "Leave the time empty" in desk.post(NEW, data | own).text
    assert not Digest.objects.exists()


def test_without_a_weekly_mail_there_is_no_choice_of_it(desk: Client) -> None:
    make_schedule()
    assert 'value="weekly"' not in desk.get(NEW).text
