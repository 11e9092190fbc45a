"""What the pages of a schedule and of its newsletter send when somebody saves them."""

from typing import Any

from django.forms import model_to_dict
from django.urls import reverse

from newsletter.models import Schedule
from subscribers.models import Newsletter

UNCHANGED = {
    "is_active": "on",
    "weekdays": list("12345"),
    "local_time": "06:30:00",
    "approval": "automatic",
    "approvers": "1",
    "layout": "morning_briefing",
    "min_stories": "1",
    "max_age_hours": "72",
    "leaves_out_days": "7",
    "lead_time_minutes": "120",
    "lock_minutes": "30",
    "finish_minutes": "60",
}


def page_of(schedule: Schedule) -> str:
    return reverse("admin:newsletter_schedule_change", args=[schedule.pk])


def fields(*days: dict[str, Any], **words: Any) -> dict[str, Any]:
    """Of a schedule's own page, as `make_schedule` makes it, with new days that differ."""
    rows = {f"days-{at}-{key}": value for at, day in enumerate(days) for key, value in day.items()}
    management = {"days-TOTAL_FORMS": str(len(days)), "days-INITIAL_FORMS": "0"}
    return {**UNCHANGED, **management, **rows, **words}


def newsletter_fields(newsletter: Newsletter, **words: Any) -> dict[str, Any]:
    """Of a newsletter's page, with its schedule on it as `schedule-0-...`."""
    schedule = newsletter.schedule
    own = model_to_dict(newsletter, exclude=["id", "picture", "promotes"])
    row = {f"schedule-0-{key}": value for key, value in UNCHANGED.items()}
    management = {
        "schedule-TOTAL_FORMS": "1",
        "schedule-INITIAL_FORMS": "1",
        "schedule-0-id": str(schedule.pk),
        "schedule-0-newsletter": str(newsletter.pk),
    }
    return {**own, **management, **row, **words}
