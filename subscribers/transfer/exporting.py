"""Readers out: one line a subscription, read in ranges of ids, so that memory stays flat.

Not of one instant: a reader who changes while it runs is there once, as he was or as he is.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)

from subscribers.choosing import rhythm
from subscribers.models import (
    Newsletter,
    StaffAct,
    Subscription,
    SuppressedDomain,
    Suppression,
)
from subscribers.staff import acts
from subscribers.transfer.armour import harmless

COLUMNS = (
    *("address", "name", "newsletter", "state", "reason", "created", "confirmed", "ended"),
    *("paused_until", "language", "time_zone", "frequency", "own_time"),
)
# Ids of readers in one query.
_RANGE = 5_000
BLOCKED_DOMAIN = "domain"


def export(
    *, newsletter: Newsletter | None, by: AbstractUser | None, now: datetime
) -> Iterator[str]:
    """The lines of `as_csv` for staff, whose record says so before the first one leaves.

    `by` None: a command that named no account.
    """
    acts.record(
        act=StaffAct.Act.EXPORTED,
        by=by,
        about=f"readers of {newsletter}" if newsletter else "all readers",
        target=newsletter,
        now=now,
    )
    return as_csv(newsletter=newsletter)


def as_csv(*, newsletter: Newsletter | None = None) -> Iterator[str]:
    """The lines with their ends, the first with the columns; of every newsletter without one.

    Times are in UTC. Erased readers are left out. An active reader who is not mailed all the same
    has the reason of his block. Formulas are harmless, and plain again when imported.
    """
    writer = csv.writer(_Through())
    yield writer.writerow(COLUMNS)
    chosen = [newsletter] if newsletter else Newsletter.objects.order_by("pk")
    for one in chosen:
        for row in _rows(one):
            yield writer.writerow(row)


class _Through:
    """What csv writes to when somebody else wants each line."""

    def write(self, line: str) -> str:
        return line


def _rows(newsletter: Newsletter) -> Iterator[list[str]]:
    mine = Subscription.objects.filter(newsletter=newsletter)
    ends = mine.aggregate(first=Min("subscriber_id"), last=Max("subscriber_id"))
    if ends["first"] is None:
        return
    for low in range(ends["first"], ends["last"] + 1, _RANGE):
        # Of both tables: PostgreSQL carries no range over to a joined one.
        high = low + _RANGE - 1
        found = mine.filter(
            subscriber_id__gte=low,
            subscriber_id__lte=high,
            subscriber__id__gte=low,
            subscriber__id__lte=high,
            subscriber__erased_at__isnull=True,
        )
        yield from _cells(_with_blocks(found).values_list(*_FIELDS), newsletter.slug)


_FIELDS = (
    *("subscriber__address", "subscriber__name", "state", "why", "created_at", "confirmed_at"),
    *("ended_at", "paused_until", "subscriber__language", "subscriber__time_zone"),
    *("frequency", "own_time"),
)


def _with_blocks(found: Any) -> Any:
    by_hash = Suppression.objects.filter(address_hash=OuterRef("subscriber__address_hash"))
    by_domain = SuppressedDomain.objects.filter(domain=OuterRef("subscriber__domain"))
    blocked = Case(
        When(~Q(reason=""), then=F("reason")),
        When(Exists(by_hash), then=Subquery(by_hash.values("reason")[:1])),
        When(Exists(by_domain), then=Value(BLOCKED_DOMAIN)),
        default=Value(""),
        output_field=CharField(),
    )
    return found.annotate(why=blocked).order_by("subscriber_id")


def _cells(rows: Iterable[tuple[Any, ...]], slug: str) -> Iterator[list[str]]:
    for address, name, state, why, *times, language, zone, frequency, own_time in rows:
        yield [
            *(harmless(address or ""), harmless(name), slug, state, why),
            *map(_time, times),
            *(harmless(language), harmless(zone), frequency, rhythm.in_words(own_time)),
        ]


def _time(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else ""
