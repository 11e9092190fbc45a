"""1, 2 and 4 worker processes and two web processes on one PostgreSQL and one Redis.

The same readers get a digest with each number of workers, while others sign up and follow links.
After each the audit and the sink's own record must agree that nobody is missing and nobody doubled.
"""

import os
import statistics
from dataclasses import dataclass

from benchmarks import sending
from benchmarks.data.readers import room
from benchmarks.measuring import postgres, processor, visits
from benchmarks.measuring.shares import efficiency
from benchmarks.measuring.turn import Turn, take
from benchmarks.options import Options
from benchmarks.report import Report
from benchmarks.servers.processes import BenchmarkError, say
from benchmarks.servers.web import Web
from benchmarks.stage import Stage
from subscribers.models import Newsletter, Subscriber

WORKERS = (1, 2, 4)
# As in docs/operations.md.
NOTICES = 2


@dataclass(slots=True)
class Crew:
    """All that a turn needs."""

    stage: Stage
    options: Options
    web: Web
    newsletter: Newsletter
    # The number of the next who signs up.
    next_one: int


def run(stage: Stage, options: Options) -> Report:
    """`runs` rounds of one turn for each number of workers."""
    if not stage.database.is_postgresql:
        raise BenchmarkError("scale needs PostgreSQL: set BENCH_DATABASE_URL.")
    report = Report(title=f"Scale-out, {options.readers:,} readers, {options.shape}")
    newsletter = sending.audience(name="Morning Briefing", first=1, how_many=options.readers)
    _storage(report, options)
    web = Web(folder=stage.folder, env=stage.fleet.env)
    try:
        web.start(workers=options.web_workers, threads=options.web_threads)
        first = 2 * options.readers + 10_000
        crew = Crew(stage, options, web, newsletter, first)
        turns = [_turn(crew, n) for _ in range(options.runs) for n in WORKERS]
        _costs_of_visits(crew, report)
        memory = processor.peak(processor.tree(web.process.pid, processor.snapshot()))
        report.add("memory of a web process", max(memory.values(), default=0.0), "MiB at most")
    finally:
        web.process.kill()
    for turn in turns:
        _tell(report, turn, options)
    _compare(report, turns)
    return report


def _turn(crew: Crew, workers: int) -> Turn:
    say(f"{workers} worker processes")
    fleet = crew.stage.fleet
    fleet.resize(bulk=workers, notices=NOTICES)
    fleet.start()
    sending.warm_up(crew.stage, first=2 * crew.options.readers + 1)
    turn = take(
        crew.stage,
        web=crew.web,
        newsletter=crew.newsletter,
        options=crew.options,
        workers=workers,
        first_visitor=crew.next_one,
    )
    crew.next_one += turn.signed_up
    fleet.stop()
    return turn


def _costs_of_visits(crew: Crew, report: Report) -> None:
    """What one sign-up and one click cost with nothing else going on."""
    for name, cost in visits.costs(
        crew.stage, web=crew.web, newsletter=crew.newsletter, first=crew.next_one
    ).items():
        report.add(f"one of the {name}, the site", cost.web * 1000, "CPU-ms")
        report.add(f"one of the {name}, the database", cost.database * 1000, "CPU-ms")
        report.add(f"{name} alone", cost.rate, f"a second by {visits.CLIENTS} clients")


def _storage(report: Report, options: Options) -> None:
    report.add("readers", options.readers, f"of {Subscriber.objects.count():,}")
    size = sum(
        postgres.bytes_of(table) for table in ("subscribers_subscriber", "subscribers_subscription")
    )
    report.add("a reader and what he gets", size / room(options.readers), "bytes with indexes")


def _tell(report: Report, turn: Turn, options: Options) -> None:
    report.add(f"-- {turn.workers} worker processes", f"{turn.load:.1f}", "load before")
    report.add("speed", turn.per_second, "mails/s")
    for name, seconds in turn.seconds.items():
        report.add(f"{name}", seconds * 100_000 / options.readers, "CPU-s per 100,000")
    shares = turn.shares
    for name in ("working", "provider", "database", "locks", "rest"):
        report.add(f"workers' time: {name}", getattr(shares, name) * 100, "%")
    report.add("cores in use by all", shares.machine * 100, f"% of {os.cpu_count()}")
    report.add("cores in use by this run", shares.own * 100, "%")
    report.add("drains at work", turn.drains, "on average")
    report.add("the limit", shares.limit)
    report.notes += [f"{turn.workers}: {turn.waits}"]
    for name, number in sorted(turn.connections.items()):
        report.add(f"connections of {name}", number, "at most")
    report.add("memory of a worker process", turn.memory["child"], "MiB at most")
    report.add("memory of its main process", turn.memory["main"], "MiB at most")
    report.add("write-ahead log", turn.wal, "bytes a delivery, sign-ups included")
    report.add("a delivery", postgres.bytes_per_row("newsletter_delivery"), "bytes with its index")
    for name, visit in turn.visits.items():
        report.add(name, visit.rate, f"a second; median {visit.median:.0f}, p99 {visit.p99:.0f} ms")
        report.holds(f"{turn.workers}: every one of the {name} was answered", not visit.errors)
    _tell_audits(report, turn)


def _tell_audits(report: Report, turn: Turn) -> None:
    found = turn.check
    for name in ("lost", "doubled", "strange", "forgotten", "unknown"):
        report.add(name, getattr(found, name), "readers")
    which = f"with {turn.workers} workers"
    report.add("confirmation mails", turn.confirmed, f"of {turn.signed_up} sign-ups")
    report.holds(f"{which} nobody is lost, doubled, strange or forgotten", found.is_whole)
    report.holds(f"{which} nobody is unknown", not found.unknown)
    report.holds(f"{which} each sign-up got its mail", turn.confirmed == turn.signed_up)
    report.holds(f"{which} the audit agrees with the sink: {turn.audit}", not turn.audit)


def _compare(report: Report, turns: list[Turn]) -> None:
    speeds = {
        n: statistics.median(turn.per_second for turn in turns if turn.workers == n)
        for n in WORKERS
    }
    report.add("-- against one worker", "", "")
    for workers, speed in speeds.items():
        share = efficiency(one=speeds[1], many=speed, processes=workers)
        report.add(f"{workers} workers", speed / speeds[1], f"times; efficiency {share:.0%}")
