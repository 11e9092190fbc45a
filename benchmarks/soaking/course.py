"""The hour itself: who does what how often, which fault comes when, and what is told of it."""

import random
import threading
import time
from contextlib import suppress
from datetime import timedelta

from django.db import Error as DatabaseError
from django.db import connections

from benchmarks.options import Options
from benchmarks.report import Report
from benchmarks.servers.processes import say
from benchmarks.soaking import verdict
from benchmarks.soaking.actor import Actor, Diary
from benchmarks.soaking.desk import OPEN, Desk, furnish, go_by_schedule
from benchmarks.soaking.faults import Faults
from benchmarks.soaking.installation import can_move_clocks
from benchmarks.soaking.people import Readers
from benchmarks.soaking.reports import Reports
from benchmarks.soaking.soak import PATIENCE, Ground
from benchmarks.soaking.watching import Watch, tell_growth
from newsletter.digests.lifecycle import OPEN_BATCHES
from newsletter.models import Batch, Digest, Lane, LooseClick, ReportPost
from newsletter.tracking import stream
from subscribers.clock import database_now
from subscribers.models import Notice

# Seconds of one fault.
FAULT = 10.0
# Of each mail's sending: long enough for faults to hit it.
SENDING = 40.0
# Until a fault is over for everybody: leases of 90 s and a sweep of 30 s.
READY = 180.0
# What passed of the run's limit before the course began, and what the verdict takes.
START = 150.0
# Connections that broke are met once more when they are used.
AFTERWARDS = 10.0
# What is told of a batch that is still open at the end.
_SAID = ("state", "low", "high", "size", "attempts", "lease_until", "not_before", "provider")


class Course:
    """One soak."""

    def __init__(self, ground: Ground, options: Options) -> None:
        self._ground, self._options = ground, options
        self._chance = random.Random(options.seed)
        self._diary = Diary()
        self._over = threading.Event()
        self._events: list[str] = []
        self._slowest = 0.0
        # From when to when pages may answer with 5xx.
        self._trouble: list[tuple[float, float]] = []

    def furnish(self) -> None:
        """Readers, newsletters, a source."""
        ground, options = self._ground, self._options
        morning, self._evening = furnish(
            readers=options.readers,
            source=ground.source.url,
            mails_a_second=max(options.readers / SENDING, 10),
        )
        port, book = ground.installation.port, ground.book
        chance = random.Random(options.seed + 1)
        self._readers = Readers(
            port=port,
            book=book,
            diary=self._diary,
            chance=chance,
            newsletter=morning.slug,
            newsletter_id=morning.pk,
            other=self._evening.slug,
            other_id=self._evening.pk,
        )
        self._reports = Reports(port=port, book=book, diary=self._diary, chance=chance)
        self._desk = Desk(port=port, diary=self._diary, chance=chance, newsletter=morning)
        self._faults = Faults(
            installation=ground.installation,
            cluster=ground.cluster,
            service=ground.service,
            desk=self._desk,
            chance=self._chance,
            seconds=FAULT,
        )

    def go(self) -> None:
        """Until the time is over; then until everything has settled."""
        minutes = self._options.minutes
        self._begun = time.monotonic()
        end = self._begun + 60 * minutes
        watch_over = threading.Event()
        self._watch = Watch(installation=self._ground.installation, stop=watch_over)
        threading.Thread(target=self._watch.run, daemon=True).start()
        actors = self._actors()
        for actor in actors:
            actor.start()
        go_by_schedule(self._evening, now=database_now(), after=timedelta(minutes=2))
        self._hurt(until=end)
        self._over.set()
        for actor in actors:
            actor.join(60)
        self._settle()
        watch_over.set()

    def report(self) -> Report:
        """Figures, the time line, and what does not hold."""
        found = verdict.judge(
            book=self._ground.book,
            readers=self._readers,
            reports=self._reports,
            lost_clicks=self._faults.lost_clicks,
        )
        options = self._options
        report = Report(title=f"soak of {options.minutes:g} min, seed {options.seed}")
        for what, times in sorted(self._diary.did.items()):
            report.add(what, times)
        for provider, mails in self._ground.book.by_provider.items():
            report.add(f"mails taken by the {provider}", mails)
        for state, count in found.digests.items():
            report.add(f"mails that are {state}", count)
        for state, count in found.states.items():
            report.add(f"readers of them {state}", count)
        report.add("clicks followed", found.followed)
        report.add(
            "clicks counted",
            found.counted,
            f"{found.excused} of them may be lost with Redis or the site",
        )
        report.add("faults", len(self._events))
        report.add("longest until all was ready and mail flowed", self._slowest, "s after a fault")
        tell_growth(report, self._watch)
        report.notes += self._events
        report.notes += self._diary.strange[:10]
        report.broken += [*found.wrong, *self._left_open()]
        report.holds("nothing strange happened", not self._diary.strange)
        report.holds("mails went out", found.mails > 0)
        report.holds(f"all is ready within {READY:g} s of a fault", self._slowest < READY)
        late = [at for at in self._diary.failed if not self._is_trouble(at)]
        report.add("answers of 5xx", len(self._diary.failed), f"{len(late)} outside of faults")
        report.holds("pages answer while nothing is broken", not late)
        if not can_move_clocks():
            report.notes.append("No clock was moved: there is no libfaketime (faketime).")
        return report

    def _actors(self) -> list[Actor]:
        readers, desk = self._readers, self._desk
        doing = (
            ("sign-up", readers.sign_up, 0.5),
            ("confirming", readers.confirm, 0.4),
            ("clicks", readers.click, 0.5),
            ("choosing", readers.choose, 5.0),
            ("leaving", readers.leave, 6.0),
            ("reports", self._reports.report, 1.0),
            ("pages", desk.look, 1.0),
            ("mails", desk.make, 5.0),
            ("mending", desk.mend, 5.0),
        )
        return [
            Actor(
                name,
                act,
                pause=pause,
                stop=self._over,
                diary=self._diary,
                chance=random.Random(f"{self._options.seed} {name}"),
            )
            for name, act, pause in doing
        ]

    def _hurt(self, *, until: float) -> None:
        """A fault every so often, each kind once before any comes again."""
        every = max(min(180.0, 60 * self._options.minutes / 20), 2 * FAULT)
        waiting = self._faults.kinds()
        while time.monotonic() + every < until:
            time.sleep(every / 2)
            name, fault = waiting.pop()
            waiting = waiting or self._faults.kinds()
            at = time.monotonic() - self._begun
            begun = time.monotonic()
            fault()
            took = self._until_ready()
            self._trouble.append((begun, time.monotonic() + AFTERWARDS))
            self._events.append(f"{at:6.0f} s  {name}; mail flowed {took:.1f} s after it")
            say(self._events[-1])
            time.sleep(max(0.0, every / 2 - took))
        time.sleep(max(0.0, until - time.monotonic()))

    def _until_ready(self) -> float:
        """Until `/readyz` says so and somebody who signed up meanwhile got his mail."""
        begun, book = time.monotonic(), self._ground.book
        before = len(book.notices())

        def flows() -> bool:
            return self._ground.installation.is_ready() and len(book.notices()) > before

        while not flows() and time.monotonic() < begun + READY:
            time.sleep(0.3)
        took = time.monotonic() - begun
        self._slowest = max(self._slowest, took)
        return took

    def _is_trouble(self, at: float) -> bool:
        return any(begun <= at <= end for begun, end in self._trouble)

    def _settle(self) -> None:
        """Nobody comes any more; staff go on letting go what was paused."""
        say("waiting until everything has settled")
        # Before the run's own limit, so that what still waits is told.
        end = min(time.monotonic() + PATIENCE, self._begun + self._options.limit - START)
        while time.monotonic() < end:
            with suppress(DatabaseError):
                self._desk.mend()
                if not self._left_open():
                    return
            connections.close_all()
            time.sleep(2)
        self._say_what_waits()

    def _left_open(self) -> list[str]:
        counted = {
            "mails are not finished": Digest.objects.filter(state__in=OPEN).count(),
            "single mails wait": Notice.objects.exclude(
                state__in=[Notice.State.ACCEPTED, Notice.State.FAILED]
            ).count(),
            "reports wait": ReportPost.objects.filter(not_before__isnull=False).count(),
            "clicks wait": LooseClick.objects.count() + self._waiting_clicks(),
        }
        return [f"{number} {what}" for what, number in counted.items() if number]

    def _say_what_waits(self) -> None:
        """For whoever has to find out why: each open batch of each open mail."""
        for batch in Batch.objects.filter(digest__state__in=OPEN, state__in=OPEN_BATCHES):
            lane = Lane.objects.filter(digest=batch.digest_id, number=batch.lane).first()
            said = ", ".join(f"{name} {getattr(batch, name)}" for name in _SAID)
            say(f"{batch.digest} waits: {said}; its wave {lane and lane.release_at}")

    def _waiting_clicks(self) -> int:
        return len(stream.read(after="0-0", at_most=10))
