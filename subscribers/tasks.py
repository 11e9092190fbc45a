"""Celery's way in: one tick a second on a queue with a worker of its own."""

from typing import Any

import structlog
from celery import shared_task
from celery.signals import worker_ready
from django.core.cache import cache

from subscribers import notice_sending, privacy, witness
from subscribers.clock import Clock, database_now
from subscribers.privacy import retention
from subscribers.staff import calls

TICK_KEY = "beat:tick"

log = structlog.get_logger(__name__)


@shared_task(name="subscribers.send_due_notices", queue="transactional")
def send_due_notices(**_: Any) -> None:
    """Send confirmation mails and the like; leaves a sign that beat and this worker live."""
    notice_sending.send_due()
    cache.set(TICK_KEY, database_now().isoformat(), timeout=60)


@shared_task(name="subscribers.call_staff", queue="default")
def call_staff(**_: Any) -> None:
    """Make the calls of the staff's webhook that are due."""
    calls.make_due()


@shared_task(name="subscribers.empty_late", queue="default")
def empty_late(**_: Any) -> None:
    """Forget erased readers once more: what was on its way then is written down by now."""
    privacy.empty_late(now=database_now())


@shared_task(name="subscribers.let_go", queue="default")
def let_go(**_: Any) -> None:
    """Let go of records whose time is over."""
    retention.let_go(clock=Clock())


@worker_ready.connect
def say_when_locked(**_: Any) -> None:
    """Tell whoever starts a worker that it will send nothing, and why."""
    lock = witness.locked()
    if lock:
        log.error("sending_is_locked", since=str(lock.locked_at), reason=lock.reason)
