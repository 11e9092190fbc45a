"""FLUSHALL in mid-send at several moments: complete by itself, and how much later."""

import time

from benchmarks import sending
from benchmarks.checking import check
from benchmarks.data import digest as mail
from benchmarks.options import Options
from benchmarks.report import Report
from benchmarks.servers.processes import say, wait_for
from benchmarks.stage import Stage

ALLOWED = 60.0


def run(stage: Stage, options: Options) -> Report:
    """One digest left alone, then `runs` with a flush at evenly spread moments of it."""
    newsletter = sending.audience(name="Morning Briefing", first=1, how_many=options.readers)
    stage.fleet.start()
    sending.warm_up(stage, first=2 * options.readers + 1)
    alone = sending.send(
        stage, newsletter=newsletter, expected=options.readers, seconds=options.limit
    )
    report = Report(title=f"Redis flushed, {options.readers:,} readers, {options.shape}")
    report.add("left alone", alone.complete, "s until complete")
    for number in range(options.runs):
        at = alone.complete * (number + 0.5) / options.runs
        digest = mail.draft(of=newsletter)
        stage.sink.tally.clear()
        start = time.monotonic()
        sending.press(digest)
        time.sleep(max(0.0, start + at - time.monotonic()))
        stage.broker.flush()
        wait_for(
            lambda digest=digest: sending.is_sent(digest),
            seconds=options.limit,
            what="the digest after a flush",
            every=0.05,
        )
        later = time.monotonic() - start - alone.complete
        found = check(digest=digest, tally=stage.sink.tally)
        say(f"flushed at {at:.2f} s: {later:.1f} s later")
        report.add(f"flushed at {at:.2f} s", later, "s later than without")
        report.holds(f"flushed at {at:.2f} s: nobody is lost or doubled", found.is_whole)
        report.holds(f"flushed at {at:.2f} s: nobody is unknown", not found.unknown)
        report.holds(f"flushed at {at:.2f} s: at most {ALLOWED:g} s later", later <= ALLOWED)
    return report
