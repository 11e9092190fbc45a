"""Making a mail by hand: who asks for one gets one, and never two for the same stories."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse, reverse_lazy
from django.utils import timezone

from newsletter.models import Digest, Item
from tests.factories import make_article, make_digest, make_newsletter, make_revision, make_schedule

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
