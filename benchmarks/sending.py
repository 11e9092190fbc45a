"""Sending one digest as the desk does, and what that cost."""

import resource
import time
from dataclasses import dataclass, field

from django.db import connection

from benchmarks.checking import Check, check
from benchmarks.data import digest as mail
from benchmarks.data import readers
from benchmarks.measuring import postgres, processor
from benchmarks.measuring.meter import WORKERS, Meter, Reading
from benchmarks.servers.processes import say, wait_for
from benchmarks.stage import Stage
from newsletter.models import Digest
from newsletter.release import approval
from subscribers.clock import database_now
from subscribers.models import Newsletter

# Readers of the mail that is sent before anything is measured, as to workers that run for hours.
WARM_UP = 50


@dataclass(slots=True)
class Sent:
    """One digest that went out. Seconds count from the call of `send_now`."""

    digest: Digest
    first_byte: float
    first_mail: float
    last_mail: float
    # When the digest was `sent`.
    complete: float
    # Bytes and links of the mail, and bytes on the wire for each reader.
    weight: dict[str, int]
    wire_bytes: float
    calls: int
    reading: Reading
    check: Check
    # MiB at most, of the main process and of the children of the bulk worker.
    memory: dict[str, float] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        """Mails a second between the first and the last."""
        return self.check.taken / max(self.last_mail - self.first_byte, 1e-9)


def audience(*, name: str, first: int, how_many: int) -> Newsletter:
    """A newsletter with so many readers, numbered from `first`."""
    say(f"{name}: {how_many:,} readers")
    newsletter = mail.newsletter(name=name)
    readers.add(newsletter=newsletter, first=first, how_many=how_many)
    readers.tidy()
    return newsletter


def warm_up(stage: Stage, *, first: int) -> float:
    """Send to a few readers, so that every worker process has what it needs.

    Returns the seconds until the first mail of processes that had sent none.
    """
    name = "Warm Up"
    newsletter = Newsletter.objects.filter(name=name).first()
    newsletter = newsletter or audience(name=name, first=first, how_many=WARM_UP)
    stage.sink.tally.clear()
    start = time.monotonic_ns()
    for _ in range(2):
        digest = mail.draft(of=newsletter)
        press(digest)
        wait_for(lambda digest=digest: is_sent(digest), seconds=60, what="the warm-up")
    return (stage.sink.tally.first_mail - start) / 1e9


def press(digest: Digest) -> None:
    """The button: approve what it says now, and let it go."""
    approval.send_now(digest_id=digest.pk, by=mail.sender(), now=database_now())


def is_sent(digest: Digest) -> bool:
    """Whether nothing of it is open any more."""
    with connection.cursor() as cursor:
        # Marked, so that it does not count as a statement of the service's.
        cursor.execute(
            f"SELECT state AS {postgres.MARK} FROM newsletter_digest WHERE id = %s", [digest.pk]
        )
        return bool(cursor.fetchone()[0] == Digest.State.SENT)


def send(stage: Stage, *, newsletter: Newsletter, expected: int, seconds: float) -> Sent:
    """Send a new digest to all readers of a newsletter and wait until it is complete."""
    digest = mail.draft(of=newsletter)
    say(f"{newsletter}: sending")
    mail.sender()
    tally = stage.sink.tally
    tally.clear()
    meter = Meter(stage)
    own = _own_seconds()
    start = time.monotonic_ns()
    press(digest)
    caller, backend = (after - before for after, before in zip(_own_seconds(), own, strict=True))
    wait_for(lambda: tally.mails >= expected, seconds=seconds, what="all mails", every=0.005)
    wait_for(lambda: is_sent(digest), seconds=60, what="the digest to be complete", every=0.05)
    complete = time.monotonic_ns()
    say(f"{newsletter}: sent")
    reading = meter.read(caller=caller, own_backend=backend)
    return Sent(
        digest=digest,
        first_byte=(tally.first_byte - start) / 1e9,
        first_mail=(tally.first_mail - start) / 1e9,
        last_mail=(tally.last_mail - start) / 1e9,
        complete=(complete - start) / 1e9,
        weight=mail.check_weight(digest),
        wire_bytes=tally.bytes / max(tally.mails, 1),
        calls=tally.calls,
        reading=reading,
        check=check(digest=digest, tally=tally),
        memory=memory(stage),
    )


def memory(stage: Stage) -> dict[str, float]:
    """The most that the bulk worker's main process and any child of it ever held (MiB)."""
    root = stage.fleet.processes[WORKERS[0]].pid
    peaks = processor.peak(processor.tree(root, processor.snapshot()))
    main = peaks.pop(root, 0.0)
    return {"main": main, "child": max(peaks.values(), default=0.0)}


def _own_seconds() -> tuple[float, float]:
    """Of this process, and of the backend that serves it."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    own = usage.ru_utime + usage.ru_stime
    if connection.vendor != "postgresql":
        return own, 0.0
    backend = processor.snapshot().get(postgres.own_backend())
    return own, backend[1] if backend else 0.0
