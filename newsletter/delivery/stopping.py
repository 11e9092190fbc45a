"""Whether this worker was asked to stop: drains then claim nothing more."""

import multiprocessing
from typing import Any

from celery.signals import worker_shutting_down

# Made before the worker forks its pool, so that the parent, who gets the signal, can tell all.
_asked = multiprocessing.get_context("fork").Event()


@worker_shutting_down.connect
def ask(**_: Any) -> None:
    """Remember that a warm shutdown has begun."""
    _asked.set()


def is_asked() -> bool:
    """Whether to finish what is in hand and begin nothing new."""
    return _asked.is_set()
