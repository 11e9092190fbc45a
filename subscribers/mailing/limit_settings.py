"""The limits of a provider as staff set them: in force with the next claim of any worker."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from subscribers.mailing import limits, state
from subscribers.models import ProviderState

# What a plan may be: a year of days, and no day beyond what a number in the database holds.
MOST_DAYS = 366
MOST_MAILS = 100_000_000

_WORDS = {
    "mails_per_second": "mails a second",
    "calls_per_minute": "calls a minute",
    "daily_cap": "mails a day",
    "warmup_plan": "warm-up plan",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """None is no limit; `warmup_plan` is mails on the first, second, ... day."""

    mails_per_second: float | None = None
    calls_per_minute: float | None = None
    daily_cap: int | None = None
    warmup_plan: tuple[int, ...] = ()


class BadPlan(ValueError):
    """A warm-up plan that cannot be followed, and why in words for staff."""


@transaction.atomic
def save(*, provider: str, new: Limits, by: int, now: datetime) -> bool:
    """Put `new` in force and log who changed what; False when nothing differs. Idempotent.

    What was used today stays counted. A rate that is raised does not let saved-up mails go at once.
    A plan where there was none begins today; one that is changed goes on. `by`: id of an account.
    """
    row = limits.locked(provider)
    before = of(row)
    if before == new:
        return False
    # Up to now the old rate ran; from now on the new one does, from an empty stock.
    row.mail_tokens = row.call_tokens = 0.0
    row.refilled_at = now
    if new.warmup_plan and not before.warmup_plan:
        _begin_plan(row, now)
    for name, value in asdict(new).items():
        setattr(row, name, list(value) if isinstance(value, tuple) else value)
    row.save()
    _log(row, _difference(before, new), by)
    return True


@transaction.atomic
def use_again(*, provider: str, by: int, now: datetime) -> None:
    """Let the workers call it at once, whatever it answered; its limits stay. Logged."""
    state.reopen(provider=provider, now=now)
    _log(limits.locked(provider), "Used again at once.", by)


def of(row: ProviderState | None) -> Limits:
    """The limits in force; a provider without a row has none."""
    if row is None:
        return Limits()
    return Limits(
        mails_per_second=row.mails_per_second,
        calls_per_minute=row.calls_per_minute,
        daily_cap=row.daily_cap,
        warmup_plan=tuple(row.warmup_plan),
    )


def read_plan(words: str) -> tuple[int, ...]:
    """ "50, 100, 500" as numbers; numbers may be parted by commas, spaces or lines. Raises BadPlan.

    A day may not be smaller than the one before it: a warm-up grows.
    """
    numbers = words.replace(",", " ").replace(";", " ").split()
    if not all(number.isascii() and number.isdecimal() for number in numbers):
        raise BadPlan("Give whole numbers with commas between, such as 50, 100, 500.")
    plan = tuple(int(number) for number in numbers)
    if len(plan) > MOST_DAYS:
        raise BadPlan(f"That is {len(plan)} days; give at most {MOST_DAYS}.")
    for day, mails in enumerate(plan, 1):
        if not 1 <= mails <= MOST_MAILS:
            raise BadPlan(f"Day {day} is {mails}; give 1 to {MOST_MAILS:,}.")
        if day > 1 and mails < plan[day - 2]:
            raise BadPlan(f"Day {day} is smaller than the day before. A warm-up only grows.")
    return plan


def made_plan(*, start: int, factor: float, days: int) -> tuple[int, ...]:
    """`start` mails on the first day, then `factor` times as many each day, in two digits.

    Raises BadPlan when a day would be more than anybody mails.
    """
    plan: list[int] = []
    wanted = float(start)
    for _ in range(days):
        if wanted > MOST_MAILS:
            raise BadPlan(f"Day {len(plan) + 1} would be more than {MOST_MAILS:,} mails.")
        plan.append(max(_rounded(wanted), plan[-1] if plan else 1))
        wanted *= factor
    return tuple(plan)


def _begin_plan(row: ProviderState, now: datetime) -> None:
    today = limits.today(now)
    if row.day != today:
        row.day, row.sent_today = today, 0
    row.warmup_day = 1


def _rounded(number: float) -> int:
    whole = round(number)
    zeros = max(len(str(whole)) - 2, 0)
    return round(whole, -zeros)


def _difference(before: Limits, new: Limits) -> str:
    old, changed = asdict(before), asdict(new)
    return " ".join(
        f"{_WORDS[name].capitalize()}: {_said(old[name])} to {_said(value)}."
        for name, value in changed.items()
        if value != old[name]
    )


def _said(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(one) for one in value) or "none"
    return "none" if value is None else f"{value:.10g}"


def _log(row: ProviderState, message: str, by: int) -> None:
    LogEntry.objects.create(
        user_id=by,
        content_type=ContentType.objects.get_for_model(ProviderState),
        object_id=row.pk,
        object_repr=str(row),
        action_flag=CHANGE,
        change_message=message,
    )
