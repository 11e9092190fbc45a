"""Days that a story or a mail may have: before and after lie slips and what zones cannot tell."""

from datetime import date, datetime, timedelta

from django.utils import timezone

EARLIEST = date(1970, 1, 1)
AHEAD = timedelta(days=366)
UNLIKELY = "Give a day between 1970 and a year from now."


def is_likely(day: date, *, now: datetime | None = None) -> bool:
    """Whether `day` is from 1970 on and at most a year from `now`; of an instant ask its `date()`.

    Python cannot bring the first and last days that it knows from one zone to another. `now`
    defaults to the clock.
    """
    return EARLIEST <= day <= ((now or timezone.now()) + AHEAD).date()
