"""What a tick of the planner costs with 1,000 newsletters of which ten mails each are open."""

import gc
import statistics
import time
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.urls import reverse

from benchmarks.data import planned
from benchmarks.measuring.one_call import measured
from benchmarks.options import Options
from benchmarks.report import Report
from benchmarks.stage import Stage
from newsletter.models import Digest, Schedule
from newsletter.scheduling import looking, planning
from subscribers.clock import earlier_now

# At this minute no clock on Earth has a full hour, half or quarter.
NOW = datetime(2026, 11, 24, 12, 5, tzinfo=UTC)
BEAT = timedelta(seconds=5)
STATEMENTS, SECONDS = 10, 0.2
# A task is killed after 120 s.
LONGEST = 60.0


def run(stage: Stage, options: Options) -> Report:
    """`runs` ticks in which nothing is due, the dearest there may be, and 1,000 mails at once."""
    planned.plan_ahead(newsletters=options.readers, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    report = Report(title=f"A tick with {options.readers:,} newsletters, {planned.OPEN} open each")
    report.add("open mails", Digest.objects.count())
    # What is read for the first time in a process is read before.
    reverse("admin:index")
    planning.plan(now=NOW - BEAT)
    gc.collect()
    Schedule.objects.update(looks_at=None)
    _looking(report)
    _quiet(report, options.runs)
    _little(report)
    _all_at_once(report)
    return report


def _tick(now: datetime) -> tuple[float, int]:
    """As the task does it, the clocks asked too."""

    def work() -> None:
        earlier_now()
        planning.plan(now=now)

    return measured(work)


def _looking(report: Report) -> None:
    """Ticks in which there are schedules to look at, all of them at first: after an upgrade."""
    found = []
    while not found or Schedule.objects.filter(looks_at=None).exists():
        found.append(_tick(NOW))
    _add(report, f"tick that looks at {looking.AT_ONCE} schedules", found)


def _quiet(report: Report, runs: int) -> None:
    found = [_tick(NOW + number * BEAT) for number in range(1, runs + 1)]
    _add(report, "tick with nothing due", found)
    report.holds(f"a tick takes {STATEMENTS} statements", all(n <= STATEMENTS for _, n in found))
    report.holds(f"a tick takes {SECONDS} CPU-s", all(cpu <= SECONDS for cpu, _ in found))


def _little(report: Report) -> None:
    """One draft is locked; it has nothing new in it, so it is skipped."""
    draft = Digest.objects.filter(state=Digest.State.DRAFT).order_by("pk").first()
    now = NOW + timedelta(minutes=8)
    if draft is not None:
        Digest.objects.filter(pk=draft.pk).update(release_at=now, follows_rule=False)
        _add(report, "tick with one mail to lock and skip", [_tick(now)])


def _all_at_once(report: Report) -> None:
    """The next draft of every newsletter has to be locked in the same tick."""
    now = NOW + timedelta(minutes=9)
    first = Digest.objects.filter(state=Digest.State.DRAFT).order_by("newsletter", "occurrence")
    nearest = {digest.newsletter_id: digest.pk for digest in reversed(first)}
    drafts = Digest.objects.filter(pk__in=list(nearest.values()))
    drafts.update(release_at=now, follows_rule=False)
    took = []
    while drafts.filter(state=Digest.State.DRAFT).exists():
        start = time.monotonic()
        planning.plan(now=now)
        took.append(time.monotonic() - start)
    report.add(f"ticks until {len(nearest):,} due at once are locked and decided", len(took))
    report.add("the longest of them", round(max(took), 1), "s on the clock")
    report.holds(f"no tick takes {LONGEST:.0f} s", max(took) < LONGEST)


def _add(report: Report, name: str, found: list[tuple[float, int]]) -> None:
    report.add(f"CPU of a {name}, median", statistics.median(cpu for cpu, _ in found), "s")
    report.add(f"CPU of a {name}, at most", max(cpu for cpu, _ in found), "s")
    report.add(f"statements of a {name}, at most", max(number for _, number in found))
