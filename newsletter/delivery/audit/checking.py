"""The audit of one digest, and of what holds between digests."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from newsletter.delivery.audit import agreement, asking, differing, ranges
from newsletter.delivery.audit.findings import Audit, Invariant, Violation, fetch, run
from newsletter.delivery.audit.record import Record
from newsletter.delivery.counts import Counts, counts, of_states
from newsletter.delivery.holding import STANDING, of_holder
from newsletter.models import Digest
from subscribers.models import OutboxMail

_BY_BATCH = f"""
SELECT state, SUM(readers) FROM (
    SELECT batch.state, {ranges.ROWS_IN_RANGE} AS readers FROM newsletter_batch batch
    WHERE digest_id = %(digest)s AND {STANDING}
) held GROUP BY state
"""  # noqa: S608
_BY_EXCEPTION = f"""
SELECT held_as, state, COUNT(*) FROM (
    SELECT differs.state,
        {of_holder("state", reader="differs.subscriber_id", lane="reader.lane")} AS held_as
    FROM newsletter_deliveryexception differs
    LEFT JOIN newsletter_delivery reader
        ON reader.digest_id = %(digest)s AND reader.subscriber_id = differs.subscriber_id
    WHERE differs.digest_id = %(digest)s
) known GROUP BY held_as, state
"""  # noqa: S608
_REPEATED = """
SELECT digest.id FROM newsletter_digest digest JOIN newsletter_digest other
    ON other.newsletter_id = digest.newsletter_id AND other.occurrence = digest.occurrence
    AND other.id <> digest.id
WHERE digest.state <> 'cancelled' AND other.state <> 'cancelled'
GROUP BY digest.id ORDER BY digest.id
"""


def audited_digests() -> list[int]:
    """Ids of the digests that have ever had recipients, in order."""
    prepared = Digest.objects.filter(lanes__isnull=False).distinct()
    return list(prepared.order_by("pk").values_list("pk", flat=True))


def repeated_occurrences() -> list[Violation]:
    """Digests that share newsletter and occurrence with another (I6), in one violation each."""
    return [
        Violation(
            digest_id=int(one),
            invariant=Invariant.ONE_PER_OCCURRENCE,
            what="mails with the newsletter and occurrence of another",
            ids=(int(one),),
            count=1,
        )
        for (one,) in fetch(_REPEATED)
    ]


def audit(*, digest_id: int, record: Record | None = None) -> Audit:
    """Recompute everything that must hold of one digest, from one snapshot of its rows.

    `record` is what its provider says that it took (I1, I3); without one the outbox is asked, if
    it took any of it. Safe while the digest is on its way. Changes nothing but a temporary table.
    """
    with _snapshot():
        digest = Digest.objects.get(pk=digest_id)
        found = Audit(digest_id=digest_id, states=_states(digest_id))
        for check in (*ranges.CHECKS, *differing.CHECKS):
            found.violations += run(check, digest_id=digest_id)
        found.violations += _sums(digest, found.states)
        found.violations += asking.check(digest=digest)
        _compare(found, digest, record)
    return found


def _states(digest_id: int) -> Counter[str]:
    """Readers by state, each counted once: as their batch is, but for those who differ."""
    states: Counter[str] = Counter()
    for state, readers in fetch(_BY_BATCH, digest=digest_id):
        states[state] += int(readers)
    for held_as, state, number in fetch(_BY_EXCEPTION, digest=digest_id):
        if held_as is not None:
            states[held_as] -= int(number)
        states[state] += int(number)
    return Counter({state: number for state, number in states.items() if number})


def _sums(digest: Digest, states: Counter[str]) -> list[Violation]:
    """The states add up to the audience (I2), and what is shown is what was counted (I5)."""
    found = []
    if states.total() != digest.audience_size:
        found.append(
            _of_digest(
                digest,
                Invariant.ONE_STATE,
                f"mails whose states add up to {states.total()} of {digest.audience_size}",
            )
        )
    shown = counts(digest_ids=[digest.pk]).get(digest.pk, Counts())
    if shown != of_states(states):
        found.append(
            _of_digest(
                digest,
                Invariant.COUNTS_SHOWN,
                f"mails shown as {shown}, while their rows say {of_states(states)}",
            )
        )
    return found


def _of_digest(digest: Digest, invariant: Invariant, what: str) -> Violation:
    return Violation(digest_id=digest.pk, invariant=invariant, what=what, ids=(digest.pk,), count=1)


def _compare(found: Audit, digest: Digest, record: Record | None) -> None:
    if record is None:
        if not _went_to_the_outbox(digest):
            found.notes.append("no record of the provider's was given, so I3 was not compared")
            return
        record = Record.of_outbox(digest=digest)
    if not record.is_complete:
        found.notes.append("the record is not complete, so nobody is called missing in it")
    found.violations += agreement.compare(digest=digest, record=record)


def _went_to_the_outbox(digest: Digest) -> bool:
    kept = OutboxMail.objects.filter(source=f"digest:{digest.pk}")
    return kept.exists() or digest.batches.filter(provider="outbox").exists()


@contextmanager
def _snapshot() -> Iterator[None]:
    """Every statement inside sees the database as it was at the first."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
