"""What a look at the database finds before anything is made of it."""

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from newsletter.models import Schedule
from tests.factories import make_newsletter, make_schedule, make_staff

pytestmark = pytest.mark.django_db


def test_a_schedule_whose_layout_is_gone_is_named() -> None:
    make_schedule()
    make_schedule(make_newsletter(name="Weekend", slug="weekend"), layout="weekend_reader")
    with pytest.raises(CommandError) as refusal:
        call_command("check", databases=["default"])
    words = str(refusal.value)
    assert "The schedule of Weekend has a layout that is not there." in words
    assert "“weekend_reader”. Choose one of these: Morning Briefing, Good News." in words


def test_schedules_with_a_layout_that_is_there_are_left_in_peace() -> None:
    make_schedule()
    assert run_checks(tags=[Tags.database], databases=["default"]) == []


def test_the_page_of_its_sections_says_so() -> None:
    schedule = make_schedule(layout="weekend_reader")
    client = Client()
    client.force_login(make_staff(is_superuser=True))
    there = reverse("admin:subscribers_newsletter_sections", args=[schedule.newsletter_id])
    page = client.get(there).text
    assert "There is no layout “weekend_reader”." in page
    assert Schedule.objects.get().layout == "weekend_reader"
