"""What makes a Celery worker say that it serves its queues: a timer of its consumer.

The timer runs in the loop that takes messages, so it stops when that loop does: a worker that hangs
is as gone as one that died.
"""

from typing import Any

import structlog
from celery import bootsteps
from django.db import DatabaseError, InterfaceError

from subscribers import heartbeats

log = structlog.get_logger(__name__)


class Heartbeat(bootsteps.StartStopStep):
    """Begins once the worker takes messages, again after each time it lost its broker."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, parent: Any, **kwargs: Any) -> None:
        self._timer: Any = None
        super().__init__(parent, **kwargs)

    def start(self, parent: Any) -> None:
        self._say(parent)
        every = heartbeats.EVERY.total_seconds()
        self._timer = parent.timer.call_repeatedly(every, self._say, (parent,))

    def stop(self, parent: Any) -> None:  # noqa: ARG002  (Celery's signature)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # When a connection to the broker is lost.
    shutdown = stop

    def _say(self, consumer: Any) -> None:
        queues = {queue.name for queue in consumer.task_consumer.queues}
        try:
            heartbeats.beat(node=consumer.hostname, queues=queues)
        except (DatabaseError, InterfaceError) as error:
            # The next one is seconds away, and the worker must go on.
            log.warning("heartbeat_lost", error=type(error).__name__)
