"""From the button to the first mail, with few readers and with many.

Each digest is cancelled once its first mail is out: the rest would only take time.
"""

import statistics
import time

from benchmarks import sending
from benchmarks.data import digest as mail
from benchmarks.data.readers import room
from benchmarks.options import Options
from benchmarks.report import Report
from benchmarks.servers.processes import wait_for
from benchmarks.stage import Stage
from newsletter import wake
from newsletter.digests import lifecycle
from subscribers.clock import database_now
from subscribers.models import Newsletter

# Nothing more comes when nothing came for so long (seconds).
QUIET = 1.5


def run(stage: Stage, options: Options) -> Report:
    """`runs` digests for each of 10,000, 100,000 ... readers up to `readers`."""
    sizes = [size for size in (10_000, 100_000) if size < options.readers] + [options.readers]
    first, newsletters = 1, {}
    for size in sizes:
        newsletters[size] = sending.audience(name=f"To {size}", first=first, how_many=size)
        first += room(size)
    stage.fleet.start()
    report = Report(title=f"First mail after send now, {options.shape}")
    cold = sending.warm_up(stage, first=first)
    report.add("first mail of workers just started", cold, "s")
    for size, newsletter in newsletters.items():
        found = [_once(stage, newsletter, options.limit) for _ in range(options.runs)]
        for name, values in zip(("byte", "mail"), zip(*found, strict=True), strict=True):
            said = f"s, median of {len(found)}; at most {max(values):.3f}"
            report.add(f"first {name} of {size:,} readers", statistics.median(values), said)
    return report


def _once(stage: Stage, newsletter: Newsletter, limit: float) -> tuple[float, float]:
    tally = stage.sink.tally
    digest = mail.draft(of=newsletter)
    tally.clear()
    start = time.monotonic_ns()
    sending.press(digest)
    wait_for(lambda: tally.mails > 0, seconds=limit, what="the first mail", every=0.002)
    byte, first = tally.first_byte - start, tally.first_mail - start
    lifecycle.cancel(digest_id=digest.pk, by=mail.sender(), now=database_now())
    wake.send(wake.SWEEP)
    wait_for(lambda: is_quiet(stage), seconds=limit, what="the rest to end")
    return byte / 1e9, first / 1e9


def is_quiet(stage: Stage, seconds: float = QUIET) -> bool:
    """Whether the sink was given nothing for a while."""
    return time.monotonic_ns() - stage.sink.tally.last_mail > seconds * 1e9
