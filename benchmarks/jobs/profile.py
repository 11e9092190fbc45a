"""Where a worker's time goes: the service's own tasks, run in this process under cProfile.

Slower than a worker by the profiler's own cost, so only the shares mean something.
"""

import cProfile
import pstats
import time

from celery import current_app

from benchmarks import sending
from benchmarks.data import digest as mail
from benchmarks.options import Options
from benchmarks.report import Report
from benchmarks.servers.processes import BenchmarkError
from benchmarks.stage import Stage
from newsletter import wake

_LINES = 45


def run(stage: Stage, options: Options) -> Report:
    """Prepare and drain one digest here, without workers."""
    newsletter = sending.audience(name="Morning Briefing", first=1, how_many=options.readers)
    current_app.loader.import_default_modules()
    report = Report(title=f"Profile of {options.readers:,} readers, {options.shape}")
    digest = mail.draft(of=newsletter)
    sending.press(digest)
    profile = cProfile.Profile()
    start = time.process_time()
    profile.enable()
    _work(digest, options)
    profile.disable()
    report.add("CPU of this process, profiled", time.process_time() - start, "s")
    report.add("mails", stage.sink.tally.mails)
    for order in ("tottime", "cumtime"):
        report.notes += _table(profile, order)
    return report


def _work(digest: mail.Digest, options: Options) -> None:
    tasks = current_app.tasks
    tasks[wake.PLAN]()
    tasks[wake.PREPARE](digest_id=digest.pk)
    end = time.monotonic() + options.limit
    while not sending.is_sent(digest):
        tasks[wake.DRAIN]()
        if time.monotonic() > end:
            raise BenchmarkError("It was not complete in time.")


def _table(profile: cProfile.Profile, order: str) -> list[str]:
    """The functions that took most, alone or with what they called."""
    found = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    column = 2 if order == "tottime" else 3
    rows = sorted(found.items(), key=lambda item: -item[1][column])[:_LINES]
    lines = [f"-- by {order}: calls, seconds alone, seconds with what it called"]
    for (file, line, name), (_, calls, alone, together, _) in rows:
        place = "/".join(file.split("/")[-3:])
        lines.append(f"{calls:>9} {alone:8.3f} {together:8.3f}  {place}:{line} {name}")
    return lines
