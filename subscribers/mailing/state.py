"""What all workers know of a provider and obey: when it may be called again, and why.

One database row a provider; nothing here depends on Redis.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from subscribers.mailing.answers import Answer, Kind
from subscribers.models import ProviderState

BREAKER_FIRST = timedelta(seconds=30)
BREAKER_MOST = timedelta(minutes=15)
THROTTLE_DEFAULT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What was known of a provider before a call."""

    # When it may be called again; None when it may be now.
    closed_until: datetime | None = None
    # Calls went unanswered since the last one that was accepted.
    is_shaky: bool = False


def outlook(*, provider: str, now: datetime) -> Outlook:
    """What is known of `provider` now: one statement."""
    state = ProviderState.objects.filter(name=provider).first()
    if state is None:
        return Outlook()
    closed = state.not_before is not None and state.not_before > now
    return Outlook(
        closed_until=state.not_before if closed else None, is_shaky=state.unknowns_in_a_row > 0
    )


def note(*, provider: str, before: Outlook, answer: Answer, now: datetime) -> None:
    """Keep what `answer` means for everybody who mails through `provider`.

    An unknown opens the breaker for 30 s * 2^n, at most 15 min; a 429 obeys its Retry-After. An
    accepted call closes the breaker, at no cost when it was closed; a wait that another worker was
    told meanwhile stays.
    """
    if answer.kind is Kind.UNKNOWN:
        _open_breaker(provider=provider, now=now)
    elif answer.kind is Kind.THROTTLED:
        wait = THROTTLE_DEFAULT
        if answer.retry_after is not None:
            wait = timedelta(seconds=max(answer.retry_after, 1))
        _close(provider=provider, until=now + wait, reason="The provider asked us to wait.")
    elif answer.kind is Kind.ACCEPTED and before.is_shaky:
        ProviderState.objects.filter(name=provider).update(unknowns_in_a_row=0)


@transaction.atomic
def _open_breaker(*, provider: str, now: datetime) -> None:
    ProviderState.objects.get_or_create(name=provider)
    state = ProviderState.objects.select_for_update().get(name=provider)
    wait = min(BREAKER_FIRST * 2 ** min(state.unknowns_in_a_row, 10), BREAKER_MOST)
    state.unknowns_in_a_row += 1
    state.save(update_fields=["unknowns_in_a_row"])
    reason = "The provider did not answer, so we wait before the next call."
    _close(provider=provider, until=now + wait, reason=reason)


def _close(*, provider: str, until: datetime, reason: str) -> None:
    ProviderState.objects.get_or_create(name=provider)
    # The longest wait that anybody was told is the one that all obey.
    ProviderState.objects.filter(name=provider).exclude(not_before__gt=until).update(
        not_before=until, reason=reason
    )
