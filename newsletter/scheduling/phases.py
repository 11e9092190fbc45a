"""Phases of a tick: each works for a bounded time, and what it leaves is for the next planner.

A task is killed after two minutes (CELERY_TASK_TIME_LIMIT), and the queue of a planner is that of
others too. So a thousand mails that are due at once take several short ticks, not one long one.
"""

import time
from collections.abc import Callable, Iterable
from typing import TypeVar

Work = TypeVar("Work")

# A tick has five of them.
SECONDS = 5.0


def work_off(todo: Iterable[Work], work: Callable[[Work], object]) -> bool:
    """Do `work` for each, the first one in any case; False when time ran out before the last."""
    end: float | None = None
    for one in todo:
        if end is not None and time.monotonic() >= end:
            return False
        end = time.monotonic() + SECONDS if end is None else end
        work(one)
    return True
