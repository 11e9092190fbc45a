"""A mail that goes by each reader's own clock: its lanes, freezing who, claiming, starting a wave.

Done for readers in 38 zones, and again when half of them chose an hour of their own.
"""

import os
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from datetime import time as local_time

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from benchmarks import sending
from benchmarks.data import digest as mail
from benchmarks.data import readers
from benchmarks.data.clocks import choose_hours, scatter
from benchmarks.measuring import postgres, processor
from benchmarks.options import Options
from benchmarks.report import Report
from benchmarks.servers.processes import wait_for
from benchmarks.stage import Stage
from newsletter.delivery import claims, lanes, preparation
from newsletter.delivery.letters import Letters
from newsletter.digests import lifecycle
from newsletter.digests.waves import Waves, fields
from newsletter.models import Batch, Delivery, Digest, Lane
from newsletter.release import approval
from newsletter.scheduling.clocks import FIRST_ON_EARTH, instant
from subscribers import audience
from subscribers.clock import database_now
from subscribers.mailing import providers
from subscribers.models import Newsletter

# A day far ahead, so that nothing is due but what is made so.
DAY, AT = date(2031, 11, 24), local_time(6, 30)
CLAIMS = 100
PLANNED_IN = 3.0
STARTED_IN = 5.0


def run(stage: Stage, options: Options) -> Report:
    """Both audiences, then `runs` starts of a wave with workers and beat."""
    report = Report(title=f"A mail in waves to {options.readers:,} readers over 38 zones")
    newsletter = sending.audience(name="In Waves", first=1, how_many=options.readers)
    _at_once(report, newsletter)
    for title, moves in (("38 zones", scatter), ("half with own times", choose_hours)):
        moves()
        readers.tidy()
        _prepare(report, title, newsletter, everybody=options.readers)
        _claim(report, title)
    _start(stage, report, options)
    return report


def _prepare(report: Report, title: str, newsletter: Newsletter, *, everybody: int) -> None:
    digest = _released(newsletter, in_waves_of_day=True)
    seconds, used, _ = _measured(lambda: _plan(digest))
    report.add(f"{title}: lanes planned", seconds, "s")
    report.add(f"{title}: processor of it, database included", used, "CPU-s")
    report.holds(f"{title}: planned in {PLANNED_IN:g} s of processor", used < PLANNED_IN)
    memory = _held_anew()
    seconds, used, statements = _measured(lambda: _freeze(digest))
    report.add(f"{title}: prepared, all readers", seconds, "s")
    report.add(f"{title}: processor of it, database included", used, "CPU-s")
    report.add(f"{title}: statements of it", statements)
    report.add(
        f"{title}: memory it added to the process",
        processor.peak([os.getpid()])[os.getpid()] - memory,
        "MiB",
    )
    report.add(f"{title}: lanes", Lane.objects.filter(digest=digest).count())
    report.add(f"{title}: batches", Batch.objects.filter(digest=digest).count())
    written = Delivery.objects.filter(digest=digest).count()
    report.holds(f"{title}: everybody is in it", written == digest.audience_size == everybody)


def _freeze(digest: Digest) -> None:
    """All of it: after a minute one task hands over to the next."""
    while digest.prepared_at is None:
        preparation.prepare(digest_id=digest.pk, now=database_now())
        digest.refresh_from_db()


def _plan(digest: Digest) -> None:
    """The lanes, in a transaction that is taken back."""
    people = audience.deliverable(
        newsletter_id=digest.newsletter_id, frequencies=digest.frequencies
    )
    with transaction.atomic():
        lanes.make_waves(digest=digest, people=people, now=database_now())
        transaction.set_rollback(True)


def _at_once(report: Report, newsletter: Newsletter) -> None:
    """The same readers without waves, for comparing."""
    digest = _released(newsletter, in_waves_of_day=False)
    seconds, used, _ = _measured(lambda: _freeze(digest))
    report.add("without waves: prepared, all readers", seconds, "s")
    report.add("without waves: processor of it, database included", used, "CPU-s")
    readers.tidy()
    report.add("without waves: a claim with its readers", _a_claim(), "CPU-ms")
    _call_off()


def _claim(report: Report, title: str) -> None:
    """While all wait for their time, and when it has come for all of the first half."""
    readers.tidy()
    report.add(f"{title}: a claim while all waits", _a_claim(is_due=False), "CPU-ms")
    middle = Lane.objects.order_by("number")[Lane.objects.count() // 2]
    Lane.objects.filter(number__lte=middle.number).update(release_at=database_now())
    report.add(f"{title}: a claim with its readers", _a_claim(), "CPU-ms")
    _call_off()


def _a_claim(*, is_due: bool = True) -> float:
    """Milliseconds of processor of one, the database's among them, out of many."""
    provider, letters = providers.first(), Letters()

    def many() -> None:
        for number in range(CLAIMS):
            claim = claims.claim(provider=provider, letters=letters, now=database_now())
            assert (claim is not None) == is_due, f"claim {number}"

    return _measured(many)[1] * 1_000 / CLAIMS


def _start(stage: Stage, report: Report, options: Options) -> None:
    """How long after a wave's time its first mail is there, with the workers of docs/operations."""
    stage.fleet.start()
    sending.warm_up(stage, first=readers.room(options.readers) + 1)
    newsletter = Newsletter.objects.get(name="Warm Up")
    found = []
    for number in range(options.runs):
        digest = _released(newsletter, in_waves_of_day=True)
        preparation.prepare(digest_id=digest.pk, now=database_now())
        at = database_now() + timedelta(seconds=6.3 + number * 0.7)
        Lane.objects.filter(digest=digest).update(release_at=at)
        tally = stage.sink.tally
        tally.clear()
        due = time.monotonic() + (at - database_now()).total_seconds()
        wait_for(lambda tally=tally: tally.mails > 0, seconds=60, what="the wave", every=0.002)
        found.append(tally.first_mail / 1e9 - due)
        wait_for(lambda digest=digest: sending.is_sent(digest), seconds=60, what="its end")
    said = f"s after its time, median of {len(found)}; at most {max(found):.3f}"
    report.add("first mail of a wave", statistics.median(found), said)
    report.holds("no mail before its wave's time", min(found) > 0)
    report.holds(f"a wave starts within {STARTED_IN:g} s", max(found) < STARTED_IN)


def _released(newsletter: Newsletter, *, in_waves_of_day: bool) -> Digest:
    """Approved, and just let go: only its readers are still to be frozen."""
    digest = mail.draft(of=newsletter)
    now, by = database_now(), mail.sender()
    at = instant(day=DAY, at=AT, zone=FIRST_ON_EARTH) if in_waves_of_day else now
    approval.schedule(digest_id=digest.pk, release_at=at, by=by, now=now)
    waves = fields(Waves(day=DAY, at=AT)) if in_waves_of_day else {}
    Digest.objects.filter(pk=digest.pk).update(**waves)
    lifecycle.release(digest_id=digest.pk, now=now)
    return Digest.objects.select_related("newsletter").get(pk=digest.pk)


def _call_off() -> None:
    """Out of the way of what is measured next."""
    Batch.objects.exclude(state="cancelled").update(state="cancelled", lease_until=None)
    Digest.objects.filter(state="sending").update(state="cancelled")
    Lane.objects.all().delete()
    readers.tidy()


def _measured(work: Callable[[], object]) -> tuple[float, float, int]:
    """Seconds on the clock, CPU seconds with the database's, and statements."""
    backend = postgres.own_backend() if connection.vendor == "postgresql" else None
    with CaptureQueriesContext(connection) as captured:
        before, start = time.process_time() + _served(backend), time.monotonic()
        work()
        seconds = time.monotonic() - start
        used = time.process_time() + _served(backend) - before
    brackets = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    asked = [one for one in captured.captured_queries if not one["sql"].startswith(brackets)]
    return seconds, used, len(asked)


def _served(backend: int | None) -> float:
    if backend is None:
        return 0.0
    return processor.of_stat((processor.PROC / str(backend) / "stat").read_text())[1]


def _held_anew() -> float:
    """What this process holds (MiB); the most that it ever held counts from here on (proc(5))."""
    (processor.PROC / "self" / "clear_refs").write_text("5")
    return processor.peak([os.getpid()])[os.getpid()]
