"""What it costs to ask who wants a mail so often, while an audience is read to be frozen."""

import statistics
import time
from collections.abc import Collection

from django.db import connection
from django.db.models import QuerySet

from benchmarks.data import digest, readers
from benchmarks.options import Options
from benchmarks.report import Report
from benchmarks.stage import Stage
from newsletter.delivery.preparation import PIECE
from newsletter.models import Digest
from subscribers import audience
from subscribers.clock import database_now
from subscribers.models import Newsletter, Subscription

# Of ten readers seven want every day, two weekdays, one once a week.
_CHOSEN = (
    "UPDATE subscribers_subscription SET frequency = CASE WHEN subscriber_id % 10 < 7"
    " THEN 'every_day' WHEN subscriber_id % 10 < 9 THEN 'weekdays_only' ELSE 'once_a_week' END"
)
# Noise between two equal runs on a busy machine.
_NOISE = 1.25


def run(stage: Stage, options: Options) -> Report:
    """Each audience read whole in pieces, as preparation does, `runs` times in turns."""
    newsletter = digest.newsletter(name="Rhythm")
    readers.add(newsletter=newsletter, first=1, how_many=options.readers)
    with connection.cursor() as cursor:
        cursor.execute(_CHOSEN)
    readers.tidy()
    report = Report(title=f"Audiences by how often, out of {options.readers:,} readers")
    audiences = _audiences()
    took: dict[str, list[float]] = {name: [] for name in audiences}
    sizes: dict[str, int] = {}
    for _ in range(options.runs):
        for name, frequencies in audiences.items():
            seconds, sizes[name] = _read(newsletter, frequencies, options.readers)
            took[name].append(seconds)
    middle = {name: statistics.median(seconds) for name, seconds in took.items()}
    for name, seconds in middle.items():
        report.add(f"read for {name}, median", round(seconds, 2), "s")
        report.add(f"readers of {name}", sizes[name])
    plain = middle["everybody"]
    report.holds("asking costs nothing", all(one <= plain * _NOISE for one in middle.values()))
    return report


def _audiences() -> dict[str, Collection[str] | None]:
    weekly = Digest(occurrence="2026-11-28-week", is_weekly=True)
    return {
        "everybody": None,
        "a weekday's mail": Digest(occurrence="2026-11-27").frequencies,
        "a weekend's mail": Digest(occurrence="2026-11-28").frequencies,
        "the weekly one": weekly.frequencies,
    }


def _read(
    newsletter: Newsletter, frequencies: Collection[str] | None, last: int
) -> tuple[float, int]:
    """Seconds for all of its pieces, and how many readers there are."""
    now = database_now()
    found, began = 0, time.perf_counter()
    for low in range(0, last + last // 10, PIECE):
        rows = audience.deliverable(
            newsletter_id=newsletter.pk,
            at=now,
            frequencies=frequencies,
            above=low,
            upto=low + PIECE,
        )
        found += _count(rows)
    return time.perf_counter() - began, found


def _count(rows: QuerySet[Subscription]) -> int:
    sql, parameters = rows.values("subscriber_id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({sql}) mailable", parameters)
        (found,) = cursor.fetchone()
    return int(found)
