"""What follows from a changed rule: it holds from now on, and not for times already past.

That the planner looks at it at once is for `stirring`, but where rows change by an UPDATE.
"""

from collections.abc import Iterable
from datetime import datetime

from newsletter.models import Schedule

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
    if schedule.pk is None or RULE.intersection(changed):
        schedule.effective_from = now


def rule_changed(*, newsletter_id: int, now: datetime) -> None:
    """As `touch`, where the zone of the newsletter changed, or a day that differs; saves it."""
    Schedule.objects.filter(newsletter_id=newsletter_id).update(effective_from=now, looks_at=None)
