"""Celery's way in: each task wakes one domain function. Names are in `wake`."""

from typing import Any

from celery import shared_task
from django.core.cache import cache

from newsletter import wake
from newsletter.content import feeds, images, importing
from newsletter.delivery import drain, overdue, preparation, recovery, starting
from newsletter.release import checking
from newsletter.scheduling import escalation, planning, refilling
from newsletter.tracking import counting, inbox
from subscribers.clock import database_now, earlier_now

PLAN_KEY = "planner:finished"
# A day, so that it can be said for how long there was none.
PLAN_KEPT = 86_400


@shared_task(name=wake.PLAN, queue=wake.QUEUES[wake.PLAN])
def plan_digests(**_: Any) -> None:
    """Open, hold and release what is due; leaves a sign that a round of it has ended."""
    planning.plan(now=earlier_now())
    cache.set(PLAN_KEY, database_now().isoformat(), timeout=PLAN_KEPT)


@shared_task(name="newsletter.escalate", queue="default")
def escalate(**_: Any) -> None:
    """Tell staff of mails that wait for them and are due soon, or late."""
    now = earlier_now()
    escalation.escalate(now=now)
    overdue.escalate(now=now)


@shared_task(name="newsletter.refill_drafts", queue="default")
def refill_drafts(**_: Any) -> None:
    """Let news into the drafts that are not locked yet."""
    refilling.refill(now=database_now())


@shared_task(name=wake.PREPARE, queue=wake.QUEUES[wake.PREPARE])
def prepare_digest(*, digest_id: int, **_: Any) -> None:
    """Freeze the audience of one released digest."""
    # Lanes begin then: by a clock that is ahead they would wait until the other one says so.
    preparation.prepare(digest_id=digest_id, now=earlier_now())


@shared_task(name=wake.DRAIN, queue=wake.QUEUES[wake.DRAIN])
def drain_batches(**_: Any) -> None:
    """Hand over what is due, for a few seconds."""
    drain.drain()


@shared_task(name=wake.SWEEP, queue=wake.QUEUES[wake.SWEEP])
def sweep_deliveries(**_: Any) -> None:
    """Bring back what was lost."""
    now = database_now()
    recovery.sweep(now=now, earlier=earlier_now())
    if inbox.waiting(now=now):
        wake.send(wake.APPLY_REPORTS)
    for image_id in images.waiting(now=now):
        wake.send(wake.FETCH_IMAGE, image_id=image_id)


@shared_task(name=wake.START_WAVES, queue=wake.QUEUES[wake.START_WAVES])
def start_waves(**_: Any) -> None:
    """Wake the drains when a wave's time has come."""
    starting.start(now=earlier_now())


@shared_task(name=wake.APPLY_REPORTS, queue=wake.QUEUES[wake.APPLY_REPORTS])
def apply_reports(**_: Any) -> None:
    """Apply what providers reported; what does not fit into one go is for the next."""
    if inbox.apply_waiting(now=database_now()):
        wake.send(wake.APPLY_REPORTS)


@shared_task(name="newsletter.count_clicks", queue="events")
def count_clicks(**_: Any) -> None:
    """Bring the clicks of the last seconds from Redis into the database."""
    counting.fold(now=database_now())


@shared_task(name="newsletter.fetch_due_feeds", queue="default")
def fetch_due_feeds(**_: Any) -> None:
    """Wake one task for each feed that is due."""
    for feed_id in feeds.due_feeds(now=database_now()):
        wake.send(wake.FETCH_FEED, feed_id=feed_id)


@shared_task(name=wake.FETCH_FEED, queue=wake.QUEUES[wake.FETCH_FEED])
def fetch_feed(*, feed_id: int, **_: Any) -> None:
    """Import what is new in one feed."""
    importing.fetch_feed(feed_id=feed_id, now=database_now())


@shared_task(name=wake.FETCH_IMAGE, queue=wake.QUEUES[wake.FETCH_IMAGE])
def fetch_image(*, image_id: int, **_: Any) -> None:
    """Make our own copies of one picture."""
    images.fetch_image(image_id=image_id)


@shared_task(name=wake.CHECK_MAIL, queue=wake.QUEUES[wake.CHECK_MAIL])
def check_mail(*, digest_id: int, **_: Any) -> None:
    """Ask where the links of one mail lead, and what its sender's domain says."""
    checking.check(digest_id=digest_id, now=database_now())


@shared_task(name="newsletter.check_waiting", queue="default")
def check_waiting(**_: Any) -> None:
    """Look again at the mails that go out soon."""
    for digest_id in checking.look_again(now=database_now()):
        wake.send(wake.CHECK_MAIL, digest_id=digest_id)
