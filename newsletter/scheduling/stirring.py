"""Stirring: a rule, day or newsletter that was saved is looked at by the planner at once."""

from typing import Any

from django.db.models import Q
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
    if isinstance(instance, Newsletter):
        which = Q(newsletter=instance)
    elif isinstance(instance, Schedule):
        which = Q(pk=instance.pk)
    else:
        which = Q(pk=instance.schedule_id)
    Schedule.objects.filter(which, looks_at__isnull=False).update(looks_at=None)
