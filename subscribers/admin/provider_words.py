"""What the desk says of a provider, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.safestring import SafeString

from subscribers.admin.chips import Look, chip
from subscribers.mailing import allowance, limit_settings
from subscribers.mailing.limit_settings import Limits
from subscribers.models import ProviderState

OPEN = Look("check", "leaf")
WAITS = Look("pause", "amber")
TRIES = Look("help", "amber")

Closed = ProviderState.Closed


@dataclass(frozen=True, slots=True)
class ProviderWords:
    """One provider as the page shows it. `place` as in EMAIL_PROVIDERS, from 1."""

    place: int
    name: str
    chip: SafeString
    reason: str
    troubles: list[str]
    today: str
    warmup: str
    limits: str
    # "Use it again now" would change something.
    is_held: bool


def words(*, place: int, name: str, state: ProviderState | None, now: datetime) -> ProviderWords:
    """All of it; a provider that was never used has no row and is open."""
    state = state or ProviderState(name=name)
    # Only looked at: today's count, were a mail to go now.
    allowance.refill(state, now)
    return ProviderWords(
        place=place,
        name=name,
        chip=_chip(state, now),
        reason=state.reason if state.closed else "",
        troubles=list(_troubles(state)),
        today=_today(state),
        warmup=_warmup(state),
        limits=_limits(limit_settings.of(state)),
        is_held=bool(state.closed or state.unknowns_in_a_row or state.unreachable_in_a_row),
    )


def _chip(state: ProviderState, now: datetime) -> SafeString:
    if not state.closed:
        return chip(look=OPEN, word="open")
    if state.not_before is not None and state.not_before > now:
        return chip(look=WAITS, word=f"waits until {date_format(state.not_before, 'H:i:s e')}")
    if state.closed == Closed.THROTTLED:
        return chip(look=OPEN, word="open")
    if state.probe_until is not None and state.probe_until > now:
        return chip(look=TRIES, word="a few mails are trying it now")
    return chip(look=TRIES, word="a few mails will try it next")


def _troubles(state: ProviderState) -> Iterator[str]:
    if state.unknowns_in_a_row:
        yield f"{_many(state.unknowns_in_a_row, 'call')} in a row without an answer"
    if state.unreachable_in_a_row:
        yield f"{_many(state.unreachable_in_a_row, 'call')} in a row that did not reach it"


def _today(state: ProviderState) -> str:
    sent = f"{_many(state.sent_today, 'mail')} today"
    cap = allowance.cap_of_day(state)
    return sent if cap is None else f"{state.sent_today:,} of {_many(cap, 'mail')} today"


def _warmup(state: ProviderState) -> str:
    plan = state.warmup_plan
    if not plan:
        return ""
    if state.warmup_day > len(plan):
        return f"Warm-up finished after {_many(len(plan), 'day')}"
    return f"Warm-up day {state.warmup_day} of {len(plan)}: {', '.join(f'{n:,}' for n in plan)}"


def _limits(found: Limits) -> str:
    parts = []
    if found.mails_per_second is not None:
        parts.append(f"{found.mails_per_second:,.10g} mails a second")
    if found.calls_per_minute is not None:
        parts.append(f"{found.calls_per_minute:,.10g} calls a minute")
    if found.daily_cap is not None:
        parts.append(f"{found.daily_cap:,} mails a day")
    return f"At most {', '.join(parts)}" if parts else "No limits"


def _many(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
