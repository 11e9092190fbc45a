"""A meter over one stretch of a run: processor seconds of each party, statements."""

from dataclasses import dataclass, field

from django.db import connection

from benchmarks.measuring import postgres, processor
from benchmarks.stage import Stage

# The processes of the fleet that hand mail over; beat is told apart.
WORKERS = ("bulk", "notices")


@dataclass(slots=True)
class Reading:
    """Seconds by party; a database on another machine is None."""

    seconds: dict[str, float | None]
    # PostgreSQL's own processes, which serve every database of that server.
    background: float | None
    # How many, without brackets; each with calls, seconds and words where PostgreSQL counts.
    statements: int
    listed: list[tuple[int, float, str]] = field(default_factory=list, repr=False)

    @property
    def ours(self) -> float:
        """What the issue's figures count: our processes and the database."""
        return sum(self.seconds.get(name) or 0.0 for name in ("workers", "caller", "database"))


class Meter:
    """Starts when it is made; `read` ends it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._backends: postgres.Backends | None = None
        self._counted = stage.counter.total() if stage.counter else 0
        if connection.vendor == "postgresql":
            if stage.counter is None:
                postgres.forget_statements()
            self._own = postgres.own_backend()
            self._background = postgres.background()
            self._backends = postgres.Backends(database=stage.database.name, skip={self._own})
            self._backends.start()
        self._before = self._now()

    def read(self, *, caller: float, own_backend: float) -> Reading:
        """What was used since it was made.

        `caller` and `own_backend`: seconds of this process and of the backend that serves it, only
        while it did what the web server would have done.
        """
        after = self._now()
        seconds: dict[str, float | None] = {
            name: after[name] - self._before[name] for name in after
        }
        seconds["caller"] = caller
        counter = self._stage.counter
        listed = postgres.statements() if counter is None else []
        counted = counter.total() - self._counted if counter else sum(one[0] for one in listed)
        if self._backends is None:
            # SQLite runs inside of the processes that use it.
            seconds["database"], background = None, None
        else:
            used = self._backends.seconds()
            seconds["database"] = None if used is None else used + own_backend
            background = postgres.background() - self._background
        return Reading(seconds=seconds, background=background, statements=counted, listed=listed)

    def _now(self) -> dict[str, float]:
        processes = processor.snapshot()
        fleet = self._stage.fleet.processes
        return {
            "workers": sum(processor.used(fleet[name].pid, processes) for name in WORKERS),
            "beat": processor.used(fleet["beat"].pid, processes),
            "broker": processor.used(self._stage.broker.process.pid, processes),
            "sink": processor.used(self._stage.sink.process.pid, processes),
        }
