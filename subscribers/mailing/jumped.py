"""What a clock that went forward and came back leaves behind in the state of providers."""

from datetime import UTC, datetime, timedelta

from subscribers.mailing.errors import LONGEST_WAIT
from subscribers.models import ProviderState

# The longest that a provider may be closed, and a little more; and that a probe may be out.
_CLOSED = timedelta(seconds=LONGEST_WAIT) + timedelta(minutes=5)
_PROBE = timedelta(minutes=10)


def bound(*, now: datetime) -> int:
    """Cut what is longer than anybody could have meant; the number of rows changed."""
    states = ProviderState.objects.all()
    # Why it was closed stays: whether it is well again the next call finds out.
    changed = states.filter(not_before__gt=now + _CLOSED).update(not_before=now)
    changed += states.filter(probe_until__gt=now + _PROBE).update(probe_until=None)
    changed += states.filter(refilled_at__gt=now + _PROBE).update(refilled_at=now)
    # What was counted stays counted: rather too few mails today than too many.
    today = now.astimezone(UTC).date()
    return changed + states.filter(day__gt=today).update(day=today)
