"""Whether anybody was mailed who had left, was suppressed or erased before the claim (I4).

Rows tell this only in part. When a batch was claimed is not kept, only when it was handed over, and
a claim is at most a lease older than that: who left within that lease may rightly have been mailed,
so he is not named. Somebody who came back since has no end on his row any more, and an erased
address cannot be matched with what was suppressed: both are passed over. What this names is wrong.
"""

from typing import Any

from newsletter.delivery.audit.findings import NAMED, Invariant, Violation, fetch
from newsletter.delivery.claims import LEASE
from newsletter.delivery.holding import carrier_of, state_of
from newsletter.models import Batch, Digest
from subscribers.database import moment
from subscribers.models import Subscriber

# Who must not be mailed any more, and since when.
_GONE = {
    "readers mailed after they left": """
        SELECT ended.subscriber_id, ended.ended_at AS since FROM subscribers_subscription ended
        WHERE ended.newsletter_id = %(newsletter)s AND ended.state = 'ended'
    """,
    "readers mailed after they were suppressed": """
        SELECT person.id AS subscriber_id, blocked.created_at AS since
        FROM subscribers_suppression blocked
        JOIN subscribers_subscriber person ON person.address_hash = blocked.address_hash
    """,
    "readers mailed after they were erased": """
        SELECT person.id AS subscriber_id, person.erased_at AS since
        FROM subscribers_subscriber person WHERE person.erased_at IS NOT NULL
    """,
}
_MAILED = """
SELECT mailed.id, mailed.since, batch.submitted_at FROM (
    SELECT gone.subscriber_id AS id, gone.since, {state} AS state, {carrier} AS carrier
    FROM ({gone}) gone
    JOIN newsletter_delivery reader
        ON reader.digest_id = %(digest)s AND reader.subscriber_id = gone.subscriber_id
) mailed
JOIN newsletter_batch batch ON batch.id = mailed.carrier
WHERE mailed.state IN ('accepted', 'unknown') AND mailed.since < batch.submitted_at
ORDER BY mailed.id
"""


def check(*, digest: Digest) -> list[Violation]:
    """Readers who were handed over longer after their end than a claim can have lasted."""
    found = []
    for what, gone in _GONE.items():
        sql = _MAILED.format(
            gone=gone,
            state=state_of(reader="gone.subscriber_id", lane="reader.lane"),
            carrier=carrier_of(reader="gone.subscriber_id", lane="reader.lane"),
        )
        rows = fetch(sql, digest=digest.pk, newsletter=digest.newsletter_id)
        ids = [int(one) for one, since, handed_over in rows if _is_wrong(since, handed_over)]
        if ids:
            found.append(
                Violation(
                    digest_id=digest.pk,
                    invariant=Invariant.ASKED_FOR,
                    what=what,
                    ids=tuple(ids[:NAMED]),
                    count=len(ids),
                )
            )
    return found


def _is_wrong(since: Any, handed_over: Any) -> bool:
    ended = moment(Subscriber, "erased_at", since)
    return moment(Batch, "submitted_at", handed_over) - ended > LEASE
