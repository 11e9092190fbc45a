"""kill -9 of a random worker process at a random moment; then nobody may be lost or doubled.

The benchmark is the workers' supervisor: a main process that was killed takes its children along
and is started again. What was in the hands of the dead waits for its lease (90 s) and then for the
sweep; the clock is moved on instead (benchmarks.clock), unless `--real-leases` asks to wait.
With `--gently` the worker is asked to end (SIGTERM), as by an upgrade, and started again.
"""

import os
import random
import signal
import time
from contextlib import suppress
from dataclasses import dataclass

from benchmarks import clock, sending
from benchmarks.checking import Check, check
from benchmarks.data import digest as mail
from benchmarks.jobs.first_mail import is_quiet
from benchmarks.measuring import processor
from benchmarks.options import Options
from benchmarks.report import Report
from benchmarks.servers.processes import BenchmarkError, say, wait_for
from benchmarks.servers.settings import kind_of
from benchmarks.stage import Stage
from newsletter import wake
from subscribers.models import Newsletter

# As long as a lease and a little.
STEP = 100.0
# So often at most; each is a hundred seconds of an installation that looks after itself.
MOST_STEPS = 12
QUIET = 2.0


@dataclass(frozen=True, slots=True)
class Killed:
    """What one kill did."""

    who: str
    processes: int
    at: float
    took: float
    moved: float
    found: Check


def run(stage: Stage, options: Options) -> Report:
    """One digest left alone, then one for each kill."""
    chance = random.Random(options.seed)
    newsletter = sending.audience(name="Morning Briefing", first=1, how_many=options.readers)
    stage.fleet.start()
    sending.warm_up(stage, first=2 * options.readers + 1)
    alone = sending.send(
        stage, newsletter=newsletter, expected=options.readers, seconds=options.limit
    )
    done = "plain stops" if options.gently else "kills"
    report = Report(title=f"{options.runs} {done}, {options.readers:,} readers, {options.shape}")
    report.add("left alone", alone.complete, "s until complete")
    kills = []
    for number in range(options.runs):
        kills.append(_once(stage, newsletter, chance, alone.complete, options))
        say(_line(number, kills[-1]))
    _tell(report, kills, options)
    return report


def _once(
    stage: Stage, newsletter: Newsletter, chance: random.Random, span: float, options: Options
) -> Killed:
    digest = mail.draft(of=newsletter)
    stage.sink.tally.clear()
    start = time.monotonic()
    sending.press(digest)
    at = chance.uniform(0, span)
    time.sleep(max(0.0, start + at - time.monotonic()))
    who, processes = _stop(stage) if options.gently else _kill(stage, chance)
    moved = 0.0
    while not _settles(stage, digest, options):
        if moved >= MOST_STEPS * STEP:
            raise BenchmarkError(f"Not complete {moved:g} s after a kill at {at:.2f} s.")
        clock.move_on(seconds=STEP)
        moved += STEP
        wake.send(wake.SWEEP)
    took = time.monotonic() - start
    return Killed(
        who=who,
        processes=processes,
        at=at,
        took=took,
        moved=moved,
        found=check(digest=digest, tally=stage.sink.tally),
    )


def _kill(stage: Stage, chance: random.Random) -> tuple[str, int]:
    """Kill one process of the bulk worker; which, and how many died with it."""
    bulk = stage.fleet.processes["bulk"]
    family = sorted(processor.tree(bulk.pid, processor.snapshot()))
    victim = chance.choice(family)
    with suppress(ProcessLookupError):
        os.kill(victim, signal.SIGKILL)
    if victim != bulk.pid:
        return "child", 1
    bulk.kill()
    stage.fleet.start_one("bulk")
    stage.fleet.wait("bulk")
    return "main", len(family) - 1


def _stop(stage: Stage) -> tuple[str, int]:
    """Ask the bulk worker to end, and start it again."""
    bulk = stage.fleet.processes["bulk"]
    children = len(processor.tree(bulk.pid, processor.snapshot())) - 1
    # As long as the units of systemd give it.
    bulk.stop(30)
    stage.fleet.start_one("bulk")
    stage.fleet.wait("bulk")
    return "main, asked", children


def _settles(stage: Stage, digest: mail.Digest, options: Options) -> bool:
    """Wait until it is sent, or until nothing moves any more: then False."""
    quiet = QUIET + 2 * options.latency
    begun = time.monotonic()

    def over() -> bool:
        still = time.monotonic() - begun > quiet and is_quiet(stage, quiet)
        return sending.is_sent(digest) or (still and not options.real_leases)

    wait_for(over, seconds=600, what="the digest to settle", every=0.1)
    return sending.is_sent(digest)


def _line(number: int, killed: Killed) -> str:
    found = killed.found
    return (
        f"{number + 1}: {killed.who} at {killed.at:.2f} s, complete after {killed.took:.1f} s"
        f" (+{killed.moved:g}); lost {found.lost}, doubled {found.doubled},"
        f" unknown {found.unknown} ({found.unknown_but_taken} were taken)"
    )


def _tell(report: Report, kills: list[Killed], options: Options) -> None:
    # One call's readers, or two windows of fifty.
    bound = 100 if kind_of(options.shape) == "smtp" else 1_000
    report.notes += [_line(number, killed) for number, killed in enumerate(kills)]
    report.add("ended", len(kills), f"{sum(k.who != 'child' for k in kills)} of a main process")
    report.add("lost", sum(k.found.lost for k in kills), "readers in all")
    report.add("doubled", sum(k.found.doubled for k in kills), "readers in all")
    report.add("unknown", sum(k.found.unknown for k in kills), "readers in all")
    worst = max((k.found.unknown / k.processes for k in kills), default=0.0)
    report.add("unknown for each process that ended", worst, f"at most; {bound} are allowed")
    report.add("with unknowns", sum(k.found.unknown > 0 for k in kills), "kills")
    report.holds("nobody is lost or doubled", all(k.found.is_whole for k in kills))
    report.holds(f"at most {bound} unknown for each killed process", worst <= bound)
