"""Celery's way in: one tick a second on a queue with a worker of its own."""

from typing import Any

from celery import shared_task
from django.core.cache import cache

from subscribers import notice_sending
from subscribers.clock import database_now

TICK_KEY = "beat:tick"


@shared_task(name="subscribers.send_due_notices", queue="transactional")
def send_due_notices(**_: Any) -> None:
    """Send confirmation mails and the like; leaves a sign that beat and this worker live."""
    notice_sending.send_due()
    cache.set(TICK_KEY, database_now().isoformat(), timeout=60)
