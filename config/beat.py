"""Beat that goes on when somebody sets the machine's clock back.

Celery's own compares wall-clock times: after a step back of an hour no tick would come for an hour,
so no confirmation mail, no sweep, no plan. This one notices the step and counts anew from there.
"""

import time
from typing import Any

import structlog
from celery.beat import Scheduler as CelerysScheduler

# Seconds; what a clock that is kept by NTP never steps at once.
STEP = 2.0

log = structlog.get_logger(__name__)


class Scheduler(CelerysScheduler):
    """Celery's in-memory scheduler, with an eye on the wall clock."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._offset = _offset()
        super().__init__(*arguments, **named)

    def tick(self, *arguments: Any, **named: Any) -> float:
        """Send what is due; the seconds until something may be again."""
        before, self._offset = self._offset, _offset()
        step = self._offset - before
        if abs(step) > STEP:
            log.warning("clock_stepped", seconds=round(step))
            self._count_anew()
        return float(super().tick(*arguments, **named))

    def _count_anew(self) -> None:
        """Each tick as if it had just been sent, and none kept in the old order."""
        for entry in self.schedule.values():
            entry.last_run_at = entry.default_now()
        self._heap = None


def _offset() -> float:
    """How far the wall clock is from the one that nobody sets."""
    return time.time() - time.monotonic()
