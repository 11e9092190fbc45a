"""One digest with so many workers while people visit the site: what it took, and who got it."""

import io
import os
import time
from contextlib import suppress
from dataclasses import dataclass

from django.core.management import call_command

from benchmarks import sending
from benchmarks.checking import Check, check
from benchmarks.clients.crowd import Visit
from benchmarks.clients.visitors import Visitors
from benchmarks.data import digest as mail
from benchmarks.measuring import postgres, processor
from benchmarks.measuring.activity import Activity, Found
from benchmarks.measuring.shares import Shares
from benchmarks.options import Options
from benchmarks.servers.processes import BenchmarkError, say, wait_for
from benchmarks.servers.web import Web
from benchmarks.sinks.tally import Tally
from benchmarks.stage import Stage
from newsletter.models import Digest
from subscribers.models import Newsletter

# A confirmation mail is a call of its own: with 200 ms for each, two processes send ten a second.
SIGN_UPS_A_SECOND = 5.0
CLICKS_A_SECOND = 50.0
_LOCKS = ("Lock", "LWLock")


@dataclass(frozen=True, slots=True)
class Met:
    """What visitors of one kind met; times in milliseconds."""

    rate: float
    median: float
    p99: float
    errors: int


@dataclass(frozen=True, slots=True)
class Turn:
    """What is told of it. `seconds`: of processors, by who used them."""

    workers: int
    load: float
    per_second: float
    seconds: dict[str, float]
    shares: Shares
    drains: float
    waits: str
    connections: dict[str, int]
    memory: dict[str, float]
    wal: float | None
    visits: dict[str, Met]
    signed_up: int
    confirmed: int
    check: Check
    # What the command said when it did not agree, else "".
    audit: str


def take(
    stage: Stage,
    *,
    web: Web,
    newsletter: Newsletter,
    options: Options,
    workers: int,
    first_visitor: int,
) -> Turn:
    """Send and measure; then wait for the visitors' mails, and look who got what."""
    digest, tally = mail.draft(of=newsletter), stage.sink.tally
    tally.clear()
    visitors = _visitors(web, newsletter, first_visitor)
    load, watch = os.getloadavg()[0], _Watch(stage, web)
    sending.press(digest)
    wait_for(lambda: sending.is_sent(digest), seconds=options.limit, what="the digest", every=0.05)
    watch.end()
    visits = visitors.leave()
    signed_up = visits["sign-ups"].statuses[200]
    own = range(first_visitor, first_visitor + signed_up)
    confirmed = _confirmed(tally, own)
    share = options.latency * (tally.calls - confirmed) / (workers * watch.took)
    return Turn(
        workers=workers,
        load=load,
        per_second=speed(list(tally.times[1 : options.readers + 1])),
        seconds=watch.seconds,
        shares=_shares(watch, workers, provider=share),
        drains=watch.found.drains / watch.found.samples,
        waits=_in_words(watch.found),
        connections=watch.found.connections,
        memory=sending.memory(stage),
        wal=None if watch.wal is None else watch.wal / options.readers,
        visits={name: _met(visit) for name, visit in visits.items()},
        signed_up=signed_up,
        confirmed=confirmed,
        check=check(digest=digest, tally=tally, others=own),
        audit=_audit(stage, digest, tally, options.readers),
    )


def _visitors(web: Web, newsletter: Newsletter, first: int) -> Visitors:
    visitors = Visitors(
        port=web.port,
        newsletter=newsletter.slug,
        first=first,
        sign_ups=SIGN_UPS_A_SECOND,
        clicks=CLICKS_A_SECOND,
    )
    visitors.come()
    return visitors


def speed(times: list[int]) -> float:
    """Mails a second, the first call's left out: its own time is before the first moment."""
    first, last = min(filter(None, times)), max(times)
    return sum(one > first for one in times) * 1e9 / max(last - first, 1)


class _Watch:
    """Everybody's seconds from when it is made until `end`."""

    def __init__(self, stage: Stage, web: Web) -> None:
        fleet = stage.fleet.processes
        self._processes = {
            "bulk workers": fleet["bulk"],
            "the notices' worker": fleet["notices"],
            "beat": fleet["beat"],
            "web": web.process,
            "Redis": stage.broker.process,
            "the sink": stage.sink.process,
        }
        self._counts = postgres.counts_statements()
        if self._counts:
            postgres.forget_statements()
        self._activity = Activity(url=stage.database.url)
        self._activity.start()
        self._before, self._machine = self._used(), processor.whole_machine()
        self._began = time.monotonic()

    def end(self) -> None:
        self.took = time.monotonic() - self._began
        after, machine = self._used(), processor.whole_machine()
        self.found: Found = self._activity.end()
        self.all_cores = machine[1] - self._machine[1]
        self.busy = (machine[0] - self._machine[0]) / self.all_cores
        self.seconds = {name: after[name] - self._before[name] for name in after}
        for owner, used in self.found.seconds.items():
            self.seconds[f"database for {owner}"] = used
        self.wal = postgres.log_written() if self._counts else None

    def _used(self) -> dict[str, float]:
        seen = processor.snapshot()
        return {name: processor.used(one.pid, seen) for name, one in self._processes.items()}


def _shares(watch: _Watch, workers: int, *, provider: float) -> Shares:
    locks = watch.found.waiting("bulk", *_LOCKS) / workers
    return Shares(
        working=watch.seconds["bulk workers"] / (workers * watch.took),
        provider=provider,
        database=watch.found.running("bulk") / workers - locks,
        locks=locks,
        machine=watch.busy,
        own=sum(watch.seconds.values()) / watch.all_cores,
    )


def _in_words(found: Found) -> str:
    parts = (
        f"{owner}: {wait} {number / found.samples:.3f}"
        for (owner, wait), number in found.active.most_common(8)
    )
    return f"statements at a time, on average: {'; '.join(parts)}"


def _met(visit: Visit) -> Met:
    good = visit.statuses[200] + visit.statuses[302]
    return Met(
        rate=good / visit.took,
        median=visit.at(0.5) * 1000,
        p99=visit.at(0.99) * 1000,
        errors=visit.statuses.total() - good + visit.broken,
    )


def _confirmed(tally: Tally, numbers: range) -> int:
    def taken() -> int:
        return sum(map(bool, bytes(tally.counts[numbers.start : numbers.stop])))

    say("waiting for the confirmation mails")
    # Who did not get one is told with the other figures.
    with suppress(BenchmarkError):
        wait_for(lambda: taken() == len(numbers), seconds=60, what="confirmation mails", every=0.2)
    return taken()


def _audit(stage: Stage, digest: Digest, tally: Tally, readers: int) -> str:
    """What `audit_deliveries` finds against the sink's record; "" when all is well."""
    record = stage.folder / "record"
    counts = bytes(tally.counts[: readers + 1])
    record.write_text("".join(f"{n}\n" * count for n, count in enumerate(counts)))
    said = io.StringIO()
    try:
        call_command("audit_deliveries", digest.pk, provider_record=record, stdout=said)
    except SystemExit:
        return " ".join(said.getvalue().split())
    return ""
