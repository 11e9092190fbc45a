"""Whether this worker was asked to stop: drains then claim nothing more."""

from ctypes import c_bool
from multiprocessing.sharedctypes import RawValue
from typing import Any

from celery.signals import worker_shutting_down

# Made before the worker forks its pool, so that the parent, who gets the signal, can tell all.
# Without a lock: one that is killed while it holds a lock would stop all others for ever.
_asked = RawValue(c_bool, False)  # noqa: FBT003


@worker_shutting_down.connect
def ask(**_: Any) -> None:
    """Remember that a warm shutdown has begun."""
    _asked.value = True


def is_asked() -> bool:
    """Whether to finish what is in hand and begin nothing new."""
    return bool(_asked.value)
