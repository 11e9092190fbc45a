"""How single mails, providers and the lock stand: figures for operators, without any address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min

from subscribers.models import Notice, ProviderState, SendingLock, StaffCall

_OPEN = (
    Notice.State.PENDING,
    Notice.State.CLAIMED,
    Notice.State.SUBMITTING,
    Notice.State.UNKNOWN,
)


@dataclass(frozen=True, slots=True)
class Notices:
    """Single mails that are not settled, by state, and how long the first due one has waited."""

    by_state: Mapping[str, int]
    oldest_due: timedelta


@dataclass(frozen=True, slots=True)
class ProviderFigures:
    """One provider; `daily_cap` None is none."""

    name: str
    is_open: bool
    unknowns_in_a_row: int
    sent_today: int
    daily_cap: int | None


def notices(*, now: datetime) -> Notices:
    """Two statements over the partial index of what is open."""
    opened = Notice.objects.filter(state__in=_OPEN)
    by_state: dict[str, int] = dict.fromkeys((str(state) for state in _OPEN), 0)
    by_state |= dict(opened.values_list("state").annotate(Count("pk")).order_by())
    pending = opened.filter(state=Notice.State.PENDING, not_before__lte=now)
    oldest = pending.aggregate(oldest=Min("not_before"))["oldest"]
    return Notices(by_state=by_state, oldest_due=now - oldest if oldest else timedelta(0))


def providers(*, now: datetime) -> list[ProviderFigures]:
    """Every provider of EMAIL_PROVIDERS, in order; one that never had trouble is open."""
    states = ProviderState.objects.in_bulk(settings.EMAIL_PROVIDERS)
    return [
        _figures(states.get(name, ProviderState(name=name)), now)
        for name in settings.EMAIL_PROVIDERS
    ]


def staff_calls() -> dict[str, int]:
    """Calls of the staff's webhook by state, as far as they are kept."""
    found: dict[str, int] = dict.fromkeys(StaffCall.State.values, 0)
    return found | dict(StaffCall.objects.values_list("state").annotate(Count("pk")).order_by())


def is_locked() -> bool:
    """Whether sending is locked, as it is in a restored or cloned database."""
    return SendingLock.objects.filter(locked_at__isnull=False).exists()


def _figures(state: ProviderState, now: datetime) -> ProviderFigures:
    # Limits count days in UTC.
    is_of_today = state.day == now.date()
    return ProviderFigures(
        name=state.name,
        is_open=state.not_before is None or state.not_before <= now,
        unknowns_in_a_row=state.unknowns_in_a_row,
        sent_today=state.sent_today if is_of_today else 0,
        daily_cap=state.daily_cap,
    )
