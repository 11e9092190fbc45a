"""Our rows against the provider's own record: nobody twice (I1), the same people (I3)."""

from newsletter.delivery.audit.findings import NAMED, Check, Invariant, Violation, run
from newsletter.delivery.audit.record import Record
from newsletter.delivery.exceptions import SENT_AGAIN
from newsletter.delivery.holding import STANDING, carrier_of, state_of
from newsletter.models import Digest

# Staff sent it again to those: the provider may have taken both, whatever came of the second.
_SENT_AGAIN = f"""
EXISTS (
    SELECT 1 FROM newsletter_exceptionchange logged
    WHERE logged.digest_id = %(digest)s AND logged.subscriber_id = taken.subscriber_id
        AND logged.reason = '{SENT_AGAIN}'
)
"""  # noqa: S608

_TWICE = Check(
    Invariant.ONCE,
    "readers whose mail the provider took more than once",
    f"SELECT taken.subscriber_id AS id FROM audit_record taken"  # noqa: S608
    f" WHERE taken.times > 1 AND NOT {_SENT_AGAIN}",
)
# With the provider at this moment, or its answer is not known: it may have taken them.
_MAY_BE_TAKEN = "('accepted', 'unknown', 'submitting')"
# In three parts, so that no reader's state is looked up but of those in question.
_TAKEN_UNASKED = Check(
    Invariant.PROVIDER_AGREES,
    "readers whose mail the provider took, and who are not accepted here",
    f"""
    SELECT taken.subscriber_id AS id FROM (
        SELECT everybody.subscriber_id FROM audit_record everybody
        LEFT JOIN newsletter_delivery reader ON reader.digest_id = %(digest)s
            AND reader.subscriber_id = everybody.subscriber_id
        WHERE reader.subscriber_id IS NULL
        UNION ALL
        SELECT differs.subscriber_id FROM newsletter_deliveryexception differs
        JOIN audit_record also ON also.subscriber_id = differs.subscriber_id
        WHERE differs.digest_id = %(digest)s AND differs.state NOT IN {_MAY_BE_TAKEN}
        UNION ALL
        SELECT also.subscriber_id FROM newsletter_batch batch
        JOIN newsletter_delivery reader ON reader.digest_id = %(digest)s
            AND reader.lane = batch.lane
            AND reader.subscriber_id > batch.low AND reader.subscriber_id <= batch.high
        JOIN audit_record also ON also.subscriber_id = reader.subscriber_id
        WHERE batch.digest_id = %(digest)s AND batch.state NOT IN {_MAY_BE_TAKEN}
            AND {STANDING} AND NOT EXISTS (
                SELECT 1 FROM newsletter_deliveryexception differs
                WHERE differs.digest_id = %(digest)s
                    AND differs.subscriber_id = reader.subscriber_id
            )
    ) taken WHERE NOT {_SENT_AGAIN}
    """,  # noqa: S608
)
_MISSING = Check(
    Invariant.PROVIDER_AGREES,
    "readers who are accepted here, and whose mail the provider does not have",
    f"""
    WITH absent AS MATERIALIZED (
        SELECT reader.subscriber_id, reader.lane FROM newsletter_delivery reader
        LEFT JOIN audit_record taken ON taken.subscriber_id = reader.subscriber_id
        WHERE reader.digest_id = %(digest)s AND taken.subscriber_id IS NULL
    )
    SELECT id FROM (
        SELECT absent.subscriber_id AS id,
            {state_of(reader="absent.subscriber_id", lane="absent.lane")} AS state,
            {carrier_of(reader="absent.subscriber_id", lane="absent.lane")} AS carrier
        FROM absent
    ) known
    WHERE state = 'accepted' AND (%(provider)s = '' OR EXISTS (
        SELECT 1 FROM newsletter_batch batch
        WHERE batch.id = known.carrier AND batch.provider = %(provider)s
    ))
    """,  # noqa: S608
)


def compare(*, digest: Digest, record: Record) -> list[Violation]:
    """Where a provider's record and our rows differ, unknown aside."""
    record.load()
    checks = [_TWICE, _TAKEN_UNASKED]
    if record.is_complete:
        checks.append(_MISSING)
    found = [
        violation
        for check in checks
        for violation in run(check, digest_id=digest.pk, provider=record.provider)
    ]
    if record.strangers:
        found.append(
            Violation(
                digest_id=digest.pk,
                invariant=Invariant.PROVIDER_AGREES,
                what="lines of the provider's record that name no reader",
                ids=tuple(record.strangers[:NAMED]),
                count=len(record.strangers),
            )
        )
    return found
