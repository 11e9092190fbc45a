"""Task names and how to send them: a wake-up that may be lost, never the work itself.

Stages call these after writing; none imports tasks. A broker that is away costs at most the
sweeper's 30 s.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

PLAN = "newsletter.plan_digests"
PREPARE = "newsletter.prepare_digest"
DRAIN = "newsletter.drain"
SWEEP = "newsletter.sweep_deliveries"
START_WAVES = "newsletter.start_waves"
APPLY_REPORTS = "newsletter.apply_reports"
FETCH_FEED = "newsletter.fetch_feed"
FETCH_IMAGE = "newsletter.fetch_image"
CHECK_MAIL = "newsletter.check_mail"

QUEUES = {
    PLAN: "default",
    PREPARE: "bulk",
    DRAIN: "bulk",
    SWEEP: "default",
    START_WAVES: "transactional",
    APPLY_REPORTS: "events",
    FETCH_FEED: "default",
    FETCH_IMAGE: "default",
    CHECK_MAIL: "default",
}

log = structlog.get_logger(__name__)

_asleep: ContextVar[bool] = ContextVar("asleep", default=False)


def send(task: str, **ids: int) -> None:
    """Wake `task` with keyword ids once the surrounding transaction has committed."""
    transaction.on_commit(partial(_publish, task, ids))


@contextmanager
def nobody() -> Iterator[None]:
    """Send no wake-ups inside the block: its caller does the work itself, broker or not."""
    before = _asleep.set(True)
    try:
        yield
    finally:
        _asleep.reset(before)


def _publish(task: str, ids: dict[str, int]) -> None:
    if _asleep.get():
        return
    try:
        current_app.send_task(task, kwargs=ids, queue=QUEUES[task], retry=False)
    except (OperationalError, OSError) as error:
        named = {key.removesuffix("_id"): value for key, value in ids.items()}
        log.warning("wake_lost", woken=task, error=type(error).__name__, **named)
