"""Bringing back what was lost: the sweep, run every 30 s, safe to run many times at once.

It creates no work of its own; it finds claims whose lease lapsed, pieces that nobody prepares and
batches that nobody drains, whatever became of the worker or of Redis.
"""

from collections.abc import Callable
from datetime import datetime

import structlog
from django.conf import settings
from django.db import transaction

from newsletter import wake
from newsletter.delivery import (
    attempts,
    bisection,
    cancelling,
    claims,
    deadline,
    drain,
    exceptions,
    jumped,
    replaying,
    splitting,
    tally,
    trouble,
)
from newsletter.models import Batch, DeliveryException, Digest
from subscribers.mailing import outbox, state
from subscribers.mailing.answers import Answer, Kind
from subscribers.mailing.limits import Grant
from subscribers.mailing.providers import PROVIDERS, Shape

State = Batch.State
DIED = "The worker ended before the answer came."
log = structlog.get_logger(__name__)


def sweep(*, now: datetime, earlier: datetime | None = None) -> None:
    """Recover lapsed claims, then wake whatever should be running.

    `earlier`: of the two clocks, by which waves go and are late; `now` where it is not given.

    Trouble with one of these is logged and does not keep the others from being done.
    """
    steps: dict[str, Callable[[], object]] = {
        "clock": lambda: jumped.bound(now=now),
        "claimed": lambda: _recover_claimed(now),
        "submitting": lambda: _recover_submitting(now),
        "bisected": lambda: _go_on_bisecting(now),
        "cancelled": lambda: cancelling.settle(now=now),
        "overdue": lambda: deadline.pause(now=earlier or now),
        "finished": lambda: drain.finish_digests(now=now),
        "waiting": lambda: _wake(now, earlier),
        "tally": lambda: tally.tally(now=now),
        "outbox": outbox.prune,
    }
    for name, step in steps.items():
        try:
            step()
        except Exception:
            log.exception("sweep_step_failed", step=name)


def _recover_claimed(now: datetime) -> None:
    """Claimed and never submitted: nothing left, so it simply waits again."""
    lapsed = Batch.objects.filter(state=State.CLAIMED, lease_until__lt=now)
    lapsed.update(state=State.PENDING, lease_until=None)


def _recover_submitting(now: datetime) -> None:
    """Died while handing over: what a relay acknowledged is accepted, what may have left is not."""
    lapsed = Batch.objects.filter(state=State.SUBMITTING, lease_until__lt=now)
    for batch_id in list(lapsed.values_list("pk", flat=True)):
        _give_up(batch_id, now)


@transaction.atomic
def _give_up(batch_id: int, now: datetime) -> None:
    batch = (
        Batch.objects.select_for_update(of=("self",))
        .filter(pk=batch_id, state=State.SUBMITTING, lease_until__lt=now)
        .first()
    )
    if batch is None:
        return
    never_left = batch.submitted_to is None and _goes_in_windows(batch)
    died = Answer(kind=Kind.NOT_SENT if never_left else Kind.UNKNOWN, detail=DIED)
    attempts.log(batch=batch, answer=died, now=now)
    if never_left:
        Batch.objects.filter(pk=batch.pk).update(state=State.PENDING, lease_until=None)
        return
    _call_unknown(batch, now)
    replaying.plan_lapsed(batch=batch, now=now)
    state.note(
        provider=batch.provider,
        # Whether it was a probe died with the worker; an unknown counts either way.
        grant=Grant(mails=0, is_probe=True),
        answer=Answer(kind=Kind.UNKNOWN),
        now=now,
    )
    trouble.follow_unknown(digest_id=batch.digest_id, provider=batch.provider, now=now)
    log.warning("batch_unknown", digest=batch.digest_id, batch=batch.pk)


def _call_unknown(batch: Batch, now: datetime) -> None:
    if batch.submitted_to is not None:
        splitting.by_progress(
            batch=batch,
            acked_to=batch.acked_to,
            submitted_to=batch.submitted_to,
            rest_not_before=None,
            now=now,
        )
        return
    Batch.objects.filter(pk=batch.pk).update(state=State.UNKNOWN, finished_at=now, lease_until=None)
    exceptions.settle_followed(batch=batch, new=DeliveryException.State.UNKNOWN, now=now)


def _goes_in_windows(batch: Batch) -> bool:
    """Whether nothing of it leaves before `submitted_to` says so."""
    provider = PROVIDERS.get(batch.provider)
    return provider is not None and provider.shape in {Shape.SMTP, Shape.ONE_BY_ONE}


def _go_on_bisecting(now: datetime) -> None:
    for digest_id in bisection.stuck():
        bisection.advance(digest_id=digest_id, now=now)


def _wake(now: datetime, earlier: datetime | None) -> None:
    unprepared = Digest.objects.filter(
        state__in=[Digest.State.PREPARING, Digest.State.SENDING], prepared_at__isnull=True
    )
    for digest_id in list(unprepared.values_list("pk", flat=True)):
        wake.send(wake.PREPARE, digest_id=digest_id)
    due = Batch.objects.filter(
        claims.due(now=now, earlier=earlier),
        state=State.PENDING,
        digest__state=Digest.State.SENDING,
    )
    if replaying.is_due(now=now):
        wake.send(wake.DRAIN)
    # As many as there are slots and batches; a drain without a slot ends at once.
    for _ in due[: settings.DRAINS].values_list("pk", flat=True):
        wake.send(wake.DRAIN)
