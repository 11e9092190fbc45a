"""Whoever saves a rule, one of its days or a newsletter's zone has the planner look at it at once."""

from typing import Any

from django.db.models.signals import post_delete, post_save

from newsletter.models import Schedule, ScheduleDay
from subscribers.models import Newsletter


def install() -> None:
    """Connect to the rows that a schedule's runs come from."""
    for signal, sender in (
        (post_save, Schedule),
        (post_save, ScheduleDay),
        (post_delete, ScheduleDay),
        (post_save, Newsletter),
    ):
        signal.connect(_look_at_once, sender=sender, dispatch_uid="look_at_schedule")


def _look_at_once(instance: Schedule | ScheduleDay | Newsletter, **_: Any) -> None:
    rows = Schedule.objects.filter(looks_at__isnull=False)
    if isinstance(instance, Newsletter):
        rows = rows.filter(newsletter=instance)
    else:
        rows = rows.filter(pk=instance.pk if isinstance(instance, Schedule) else instance.schedule_id)
    rows.update(looks_at=None)
