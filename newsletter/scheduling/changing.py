"""What follows from a changed rule: it holds from now on, and the planner looks at it at once."""

from collections.abc import Iterable
from datetime import datetime

from newsletter.models import Schedule
from subscribers.models import Subscription

# With these its runs are others; the rest is about how its mails are made.
RULE = frozenset(
    {
        "newsletter",
        "is_active",
        "weekdays",
        "local_time",
        "first_day",
        "last_day",
        "holidays",
        "by_reader",
        "head_start_minutes",
        "weekly_day",
        "weekly_time",
    }
)


def touch(*, schedule: Schedule, changed: Iterable[str], now: datetime) -> None:
    """Mark a schedule in memory whose fields `changed`, before it is saved.

    A new or changed rule does not fire for times already past.
    """
    schedule.looks_at = None
    if schedule.pk is None or RULE.intersection(changed):
        schedule.effective_from = now


def rule_changed(*, newsletter_id: int, now: datetime) -> None:
    """As `touch`, where the zone of the newsletter changed, or a day that differs; saves it."""
    Schedule.objects.filter(newsletter_id=newsletter_id).update(effective_from=now, looks_at=None)


def weekly_readers(*, newsletter_id: int) -> int:
    """How many get one mail a week instead of the others."""
    weekly = Subscription.objects.filter(
        newsletter_id=newsletter_id,
        state=Subscription.State.ACTIVE,
        frequency=Subscription.Frequency.ONCE_A_WEEK,
    )
    return weekly.count()
