"""The end of every run: the provider is well, people let things go on, and time passes."""

from collections import Counter
from datetime import timedelta
from typing import Any

from newsletter.delivery import audit, control, drain, preparation, recovery
from newsletter.models import Delivery, DeliveryException, Digest
from subscribers.models import ProviderState
from tests.newsletter.delivery.machine.workers import Clock, Worker

MOST_ROUNDS = 60
NO_LIMITS = {
    "mails_per_second": None,
    "calls_per_minute": None,
    "daily_cap": None,
    "warmup_plan": [],
}
ENDED = {Digest.State.SENT, Digest.State.CANCELLED}


def run_out(machine: Any) -> None:
    """Until every digest is sent or cancelled; fails when one never is."""
    ProviderState.objects.update(**NO_LIMITS)
    for turn in range(MOST_ROUNDS):
        machine.now += timedelta(minutes=16)
        recovery.sweep(now=machine.now)
        for digest in Digest.objects.exclude(state__in=ENDED):
            if digest.state == Digest.State.PAUSED and turn % 4 == 0:
                control.resume(digest_id=digest.pk, by=machine.staff, now=machine.now)
            preparation.prepare(digest_id=digest.pk, now=machine.now)
        _drain(machine)
        if not Digest.objects.exclude(state__in=ENDED).exists():
            break
    for digest in Digest.objects.all():
        _is_through(digest)
        _lost_nobody(machine, digest)
        _is_audited(machine, digest)


def _drain(machine: Any) -> None:
    worker = Worker(clock=Clock(lambda: machine.now))
    for _ in range(2_000):
        if worker.next_step() == "claims" and not worker.claims():
            break
        if worker.claim:
            getattr(worker, worker.next_step())()
    else:
        raise AssertionError("a drain without an end")
    drain.finish_digests(now=machine.now)


def _is_through(digest: Digest) -> None:
    batches = list(digest.batches.filter(state__in=["pending", "claimed", "submitting"]))
    states = [(one.state, one.not_before, one.bisection) for one in batches]
    providers = [
        (one.name, one.closed, one.not_before, one.probe_until)
        for one in ProviderState.objects.all()
    ]
    assert digest.state in ENDED, f"stuck: {digest.state} {digest.reason} {states} {providers}"
    assert not batches
    assert not DeliveryException.objects.filter(digest=digest, state="retry").exists()
    assert digest.sending_at is not None or digest.state == Digest.State.CANCELLED


def _is_audited(machine: Any, digest: Digest) -> None:
    """The audit that operators run says the same; of those sent again it knows better than I1."""
    times = {
        reader: min(number, 1)
        for (digest_id, reader), number in machine.book.times().items()
        if digest_id == digest.pk
    }
    found = audit.audit(digest_id=digest.pk, record=audit.Record(times=Counter(times)))
    assert not found.violations, "\n".join(str(one) for one in found.violations)


def _lost_nobody(machine: Any, digest: Digest) -> None:
    if digest.changes.filter(new=Digest.State.CANCELLED).exists():
        return
    bounced = DeliveryException.objects.filter(reason="bad_mailbox")
    excused = machine.touched | set(bounced.values_list("subscriber_id", flat=True))
    audience = Delivery.objects.filter(digest=digest).values_list("subscriber_id", flat=True)
    missing = machine.expected[digest.pk] - excused - set(audience)
    assert not missing, f"{missing} were never part of {digest}"
