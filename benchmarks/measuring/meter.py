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
    # Calls, seconds and words; None where they are not counted.
    statements: list[tuple[int, float, str]] | None = field(default=None, repr=False)

    @property
    def ours(self) -> float:
        """What the issue's figures count: our processes and the database."""
        return sum(self.seconds.get(name) or 0.0 for name in ("workers", "caller", "database"))


class Meter:
    """Starts when it is made; `read` ends it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._backends: postgres.Backends | None = None
        self._counts = False
        if connection.vendor == "postgresql":
            self._counts = postgres.count_statements()
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
        if self._backends is None:
            # SQLite runs inside of the processes that use it.
            return Reading(seconds=seconds | {"database": 0.0}, background=None)
        used = self._backends.seconds()
        return Reading(
            seconds=seconds | {"database": None if used is None else used + own_backend},
            background=postgres.background() - self._background,
            statements=postgres.statements() if self._counts else None,
        )

    def _now(self) -> dict[str, float]:
        processes = processor.snapshot()
        fleet = self._stage.fleet.processes
        return {
            "workers": sum(processor.used(fleet[name].pid, processes) for name in WORKERS),
            "beat": processor.used(fleet["beat"].pid, processes),
            "broker": processor.used(self._stage.broker.process.pid, processes),
            "sink": processor.used(self._stage.sink.process.pid, processes),
        }
