"""Letters over as many connections as there may be, on an event loop that runs when it is told.

Whoever has letters stays in charge: he adds some, lets the loop run until enough of them are
settled, and works with the database in between, while nothing of ours runs.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.smtp import verdicts
from subscribers.mailing.smtp.connection import Connection
from subscribers.mailing.smtp.envelope import CannotCarry, Envelope, envelope
from subscribers.mailing.smtp.features import Features
from subscribers.mailing.smtp.letters import Fate, Letter
from subscribers.mailing.smtp.opening import CannotOpen, open_wire
from subscribers.mailing.smtp.relay import Relay, Security
from subscribers.mailing.smtp.wire import Wire

# Seconds without a word while one is awaited; after them nothing more is to come.
ANSWER_TIMEOUT = 20.0
# Seconds that an idle connection is kept: less than any relay waits (RFC 5321 section 4.5.3.2.7).
KEPT = 30.0


class Exchange:
    """One relay's connections in this process. `error`: why no more letters leave."""

    def __init__(self, relay: Relay) -> None:
        self.error: Answer | None = None
        self.is_late = False
        self._relay = relay
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(self._fault_of_our_own)
        self._tls = None if relay.security is Security.NONE else ssl.create_default_context()
        self._connections: list[Connection] = []
        self._opening: set[asyncio.Task[tuple[Wire, Features]]] = set()
        # Lowered for one call when the relay takes no more connections from us.
        self._most = relay.connections
        self._queue: deque[Letter] = deque()
        self._timers: list[asyncio.TimerHandle] = []
        self._until: Callable[[], bool] = lambda: True
        self._is_asked_to_stop: Callable[[], bool] = lambda: False
        self._waiter: asyncio.Future[None] | None = None

    @property
    def size(self) -> int:
        """Bytes of a mail that the relay takes at most; 0 when it sets no limit."""
        return min((one.features.size for one in self._connections), default=0)

    # --- For whoever has letters

    def begin(
        self, *, seconds: float, is_asked_to_stop: Callable[[], bool] = lambda: False
    ) -> None:
        """Have a connection, and stop giving out letters in so many seconds. See `error`.

        Sooner when it `is_asked_to_stop()`, which is looked at every second at least.

        All is over after another ANSWER_TIMEOUT, whatever the relay does.
        """
        self._is_asked_to_stop = is_asked_to_stop
        self._timers = [
            self._loop.call_later(seconds, self._be_late),
            self._loop.call_later(seconds + ANSWER_TIMEOUT, self._give_up),
            self._loop.call_later(0, self._watch),
        ]
        self._drop_old()
        # One turn of the loop: it notices connections that were closed meanwhile.
        self._loop.run_until_complete(asyncio.sleep(0))
        self.error, self.is_late, self._most = None, False, self._relay.connections
        if not self._connections:
            self._open(1)
            self.run(until=lambda: bool(self._connections))

    def add(self, letters: Iterable[Letter]) -> None:
        """Let these leave too, in their order, as soon as the loop runs."""
        self._queue.extend(letters)
        self._give_out()

    def run(self, *, until: Callable[[], bool]) -> None:
        """Let the loop run until `until()`, or nothing more can happen."""
        self._until = until
        while not self._is_done():
            self._waiter = self._loop.create_future()
            self._loop.run_until_complete(self._waiter)

    def rest(self) -> None:
        """Keep idle connections for the next time, close the others."""
        for timer in self._timers:
            timer.cancel()
        self._stop_giving_out()
        for connection in [one for one in self._connections if one.is_busy]:
            connection.end(verdicts.not_sent("It was broken off."))
        self._until = lambda: True

    def close(self) -> None:
        """Hang up, and give everything back."""
        self.rest()
        for connection in self._connections:
            connection.quit()
        self._connections.clear()
        if self._opening:
            # Tasks that were cancelled end in their own time.
            self._loop.run_until_complete(asyncio.wait(self._opening))
        self._loop.close()

    # --- For connections

    def now(self) -> float:
        """The time of the event loop, in seconds."""
        return self._loop.time()

    def take(self, features: Features) -> Envelope | None:
        """The next letter that the relay can carry; those that it cannot have failed."""
        while self._queue:
            letter = self._queue.popleft()
            try:
                return envelope(letter, features)
            except CannotCarry as error:
                self.settle(letter, Fate.FAILED, error.failure)
            except KeyError as error:
                # Not the reader's fault, so nobody's mail would be better.
                self.fail(Answer(kind=Kind.REFUSED, detail=f"A mail has no value for {error}."))
        return None

    def settle(self, letter: Letter, fate: Fate, failure: Failure | None = None) -> None:
        """Write down what became of a letter."""
        letter.fate, letter.failure = fate, failure
        self._stir()

    def give_back(self, letter: Letter) -> None:
        """A letter that has not left is the next one, unless no more are to leave."""
        letter.fate = Fate.WAITING
        if not (self.error or self.is_late):
            self._queue.appendleft(letter)

    def fail(self, answer: Answer) -> None:
        """Stop giving out letters; an unknown weighs more than what came before it."""
        if self.error is None or answer.kind is Kind.UNKNOWN:
            self.error = answer
        self._stop_giving_out()

    def ended(self, connection: Connection, answer: Answer) -> None:
        """Go on over others. A connection over which letters went may be replaced."""
        self._connections.remove(connection)
        if not connection.settled:
            self._has_failed(answer)
        self._give_out()
        self._stir()

    # --- Inside

    def _give_out(self) -> None:
        """Letters to connections that are idle, to new ones, and to those that can take more."""
        for connection in sorted(self._connections, key=lambda one: one.is_busy):
            if not self._queue:
                return
            connection.offer()
        free = self._most - len(self._connections) - len(self._opening)
        self._open(min(free, len(self._queue) - len(self._opening)))

    def _stop_giving_out(self) -> None:
        self._queue.clear()
        for task in self._opening:
            task.cancel()

    def _open(self, how_many: int) -> None:
        for _ in range(how_many):
            task = self._loop.create_task(open_wire(self._relay, tls=self._tls))
            self._opening.add(task)
            task.add_done_callback(self._opened)

    def _opened(self, task: asyncio.Task[tuple[Wire, Features]]) -> None:
        self._opening.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, CannotOpen):
            self._has_failed(error.answer)
        elif error is not None:
            raise error
        elif not task.cancelled():
            wire, features = task.result()
            connection = Connection(wire=wire, features=features, office=self)
            self._connections.append(connection)
            connection.offer()
        self._stir()

    def _has_failed(self, answer: Answer) -> None:
        """A connection came to nothing: do with fewer, or with none if it was the last."""
        left = len(self._connections) + len(self._opening)
        self._most = max(left, 1)
        if not left:
            self.fail(answer)

    def _drop_old(self) -> None:
        old = self.now() - KEPT
        for connection in [one for one in self._connections if one.heard_at < old]:
            self._connections.remove(connection)
            connection.quit()

    def _be_late(self) -> None:
        self.is_late = True
        self._stop_giving_out()
        self._stir()

    def _give_up(self) -> None:
        self._break_off(since=self.now())

    def _watch(self) -> None:
        self._break_off(since=self.now() - ANSWER_TIMEOUT)
        if self._is_asked_to_stop() and not self.is_late:
            self._be_late()
        self._timers[-1] = self._loop.call_later(min(ANSWER_TIMEOUT / 4, 1.0), self._watch)

    def _break_off(self, *, since: float) -> None:
        """End connections that have been silent since then while an answer was awaited."""
        for connection in list(self._connections):
            if connection.is_busy and connection.heard_at <= since:
                answer = verdicts.not_sent("The relay did not answer in time.")
                self.fail(answer)
                connection.end(answer)

    def _is_done(self) -> bool:
        if self._until():
            return True
        return not self._opening and not any(one.is_busy for one in self._connections)

    def _stir(self) -> None:
        if self._waiter and not self._waiter.done() and self._is_done():
            self._waiter.set_result(None)

    def _fault_of_our_own(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """What a callback raised is raised where the loop was told to run."""
        error = context.get("exception") or RuntimeError(context["message"])
        if self._waiter and not self._waiter.done():
            self._waiter.set_exception(error)
