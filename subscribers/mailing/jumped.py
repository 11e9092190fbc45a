"""What a clock that went forward and came back leaves behind in the state of providers."""

from datetime import UTC, datetime, timedelta

from django.db.models import Q

from subscribers.mailing.errors import LONGEST_WAIT
from subscribers.models import ProviderState

# The longest that each reason may keep a provider closed, and a little more.
_ASKED = timedelta(seconds=LONGEST_WAIT) + timedelta(minutes=5)
_FURTHEST = timedelta(hours=25)
_PROBE = timedelta(minutes=10)


def bound(*, now: datetime) -> int:
    """Open what is closed for longer than anybody could have meant; the number of rows changed."""
    states = ProviderState.objects.all()
    asked = Q(not_before__gt=now + _ASKED) & ~Q(closed=ProviderState.Closed.ACCOUNT)
    closed = states.filter(asked | Q(not_before__gt=now + _FURTHEST))
    changed = closed.update(not_before=None, closed=ProviderState.Closed.OPEN, reason="")
    changed += states.filter(probe_until__gt=now + _PROBE).update(probe_until=None)
    changed += states.filter(refilled_at__gt=now + _PROBE).update(refilled_at=now)
    # What was counted stays counted: rather too few mails today than too many.
    today = now.astimezone(UTC).date()
    return changed + states.filter(day__gt=today).update(day=today)
