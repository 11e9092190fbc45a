"""What is done to an installation every few minutes. Each fault ends by itself."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.soaking.cluster import Cluster
from benchmarks.soaking.desk import SERVICE, Desk
from benchmarks.soaking.installation import Installation, can_move_clocks
from benchmarks.soaking.service import Service

# Clicks are in Redis alone until they are counted: 5 s, and longer while a worker is away.
CLICKS_WAIT = 30.0
# By how much a wrong clock is wrong, either way.
STEP = 300


@dataclass
class Faults:
    """All kinds, each a few seconds long (`seconds`)."""

    installation: Installation
    cluster: Cluster
    service: Service
    desk: Desk
    chance: random.Random
    seconds: float
    # From when to when clicks may have been lost: they wait some seconds in Redis.
    lost_clicks: list[tuple[float, float]] = field(default_factory=list)

    def kinds(self) -> list[tuple[str, Callable[[], None]]]:
        """Name and what is done, in an order of chance."""
        found: list[tuple[str, Callable[[], None]]] = [
            ("kill -9 of the worker of bulk", lambda: self.installation.kill("worker-bulk")),
            ("kill -9 of one process of bulk", self._kill_child),
            ("SIGTERM to the worker of bulk", lambda: self.installation.end("worker-bulk")),
            ("kill -9 of transactional", lambda: self.installation.kill("worker-transactional")),
            ("kill -9 of events", lambda: self.installation.kill("worker-events")),
            ("kill -9 of default", lambda: self.installation.kill("worker-default")),
            ("kill -9 of beat", lambda: self.installation.kill("beat")),
            ("kill -9 of the site", self._kill_site),
            ("Redis is emptied", self._flush),
            ("Redis is gone, and comes back empty", self._lose_redis),
            ("PostgreSQL ends all connections", self.cluster.cut),
            ("PostgreSQL dies and recovers", self._crash_database),
            ("PostgreSQL does not answer", self._pause_database),
            ("the provider hangs, having taken", lambda: self._mood("hangs, having taken")),
            ("the provider resets after taking", lambda: self._mood("resets after taking")),
            ("the provider resets before taking", lambda: self._mood("resets before taking")),
            ("the provider says 502, having taken", lambda: self._mood("says 502, having taken")),
            ("the provider says 503", lambda: self._mood("says 503")),
            ("the provider says 429", lambda: self._mood("says 429")),
            ("the provider says 401", lambda: self._mood("says 401")),
        ]
        if can_move_clocks():
            found.append((f"the clock of bulk is {STEP} s ahead", lambda: self._clock(STEP)))
            found.append((f"the clock of bulk is {STEP} s behind", lambda: self._clock(-STEP)))
        self.chance.shuffle(found)
        return found

    def _kill_child(self) -> None:
        self.installation.kill_child("worker-bulk", self.chance)

    def _kill_site(self) -> None:
        """A click is noted once its redirect is on its way: one of each thread may be lost."""
        begun = time.monotonic()
        self.installation.kill("web")
        self.lost_clicks.append((begun - 1, time.monotonic()))

    def _flush(self) -> None:
        begun = time.monotonic()
        self.installation.broker.flush()
        self.lost_clicks.append((begun - CLICKS_WAIT, time.monotonic()))

    def _lose_redis(self) -> None:
        begun = time.monotonic()
        self.installation.broker.process.kill()
        time.sleep(3 * self.seconds)
        self.installation.broker.start(self.installation.env)
        self.lost_clicks.append((begun - CLICKS_WAIT, time.monotonic()))

    def _crash_database(self) -> None:
        self.cluster.stop()
        time.sleep(self.seconds / 2)
        self.cluster.start()

    def _pause_database(self) -> None:
        self.cluster.pause()
        time.sleep(self.seconds)
        self.cluster.go_on()

    def _mood(self, mood: str) -> None:
        if mood == "says 401":
            self.desk.refuses.append(SERVICE)
        self.service.mood = mood
        time.sleep(self.seconds)
        self.service.mood = "well"
        self.desk.refuses.clear()

    def _clock(self, ahead: int) -> None:
        self.installation.set_clock(ahead)
        time.sleep(2 * self.seconds)
        self.installation.set_clock(0)
