"""Whether batches hold the frozen audience: each reader once, nobody forgotten (I2)."""

from newsletter.delivery.audit.findings import Check, Invariant
from newsletter.delivery.holding import STANDING

# How many readers a batch's range holds: a range of the delivery table's own key.
ROWS_IN_RANGE = (
    "(SELECT COUNT(*) FROM newsletter_delivery held WHERE held.digest_id = batch.digest_id"
    " AND held.subscriber_id > batch.low AND held.subscriber_id <= batch.high"
    " AND held.lane = batch.lane)"
)

# Each standing range with how far the ones before it reach.
_REACHES = f"""
SELECT id, lane, low, high, MAX(high) OVER (
    PARTITION BY lane ORDER BY low, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
) AS reached
FROM newsletter_batch WHERE digest_id = %(digest)s AND {STANDING}
"""  # noqa: S608
# What lies between ranges, before the first and after the last, also in a lane without any.
_GAPS = f"""
SELECT lane, COALESCE(reached, 0) AS low, low AS high FROM ({_REACHES}) ranges
UNION ALL
SELECT lanes.lane, COALESCE((
    SELECT MAX(high) FROM newsletter_batch
    WHERE digest_id = %(digest)s AND lane = lanes.lane AND {STANDING}
), 0), 9223372036854775807
FROM (SELECT DISTINCT lane FROM newsletter_delivery WHERE digest_id = %(digest)s) lanes
"""  # noqa: S608

CHECKS = (
    Check(
        Invariant.ONE_STATE,
        "batches of a lane that is not there, so that they wait for ever",
        """
        SELECT batch.id FROM newsletter_batch batch
        LEFT JOIN newsletter_lane lane
            ON lane.digest_id = batch.digest_id AND lane.number = batch.lane
        WHERE batch.digest_id = %(digest)s AND lane.id IS NULL
        """,
    ),
    Check(
        Invariant.ONE_STATE,
        "readers whom no batch holds",
        # Once, not for each reader again: right after a mail PostgreSQL thinks that it has none.
        f"""
        WITH gap AS MATERIALIZED (
            SELECT lane, low, high FROM ({_GAPS}) ranges WHERE low < high
        )
        SELECT reader.subscriber_id AS id FROM gap
        JOIN newsletter_delivery reader ON reader.digest_id = %(digest)s
            AND reader.lane = gap.lane
            AND reader.subscriber_id > gap.low AND reader.subscriber_id <= gap.high
        """,  # noqa: S608
    ),
    Check(
        Invariant.ONE_STATE,
        "batches that hold readers of another batch",
        f"SELECT id FROM ({_REACHES}) ranges WHERE reached > low",  # noqa: S608
    ),
    Check(
        Invariant.ONE_STATE,
        "batches with another size than their range has readers",
        f"""
        SELECT batch.id FROM newsletter_batch batch
        WHERE batch.digest_id = %(digest)s AND batch.low IS NOT NULL
            AND batch.size <> {ROWS_IN_RANGE}
        """,  # noqa: S608
    ),
    Check(
        Invariant.ONE_STATE,
        "split batches whose parts do not cover them exactly",
        """
        SELECT whole.id FROM newsletter_batch whole LEFT JOIN (
            SELECT parent_id, MIN(low) AS low, MAX(high) AS high,
                SUM(CASE WHEN before <> low THEN 1 ELSE 0 END) AS breaks
            FROM (
                SELECT parent_id, low, high,
                    LAG(high) OVER (PARTITION BY parent_id ORDER BY low) AS before
                FROM newsletter_batch
                WHERE digest_id = %(digest)s AND parent_id IS NOT NULL AND low IS NOT NULL
            ) part
            GROUP BY parent_id
        ) parts ON parts.parent_id = whole.id
        WHERE whole.digest_id = %(digest)s AND whole.state = 'split' AND whole.low IS NOT NULL
            AND (parts.parent_id IS NULL OR parts.low <> whole.low OR parts.high <> whole.high
                OR parts.breaks > 0)
        """,
    ),
    Check(
        Invariant.ONE_STATE,
        "readers above what was prepared",
        """
        SELECT reader.subscriber_id AS id FROM newsletter_delivery reader
        WHERE reader.digest_id = %(digest)s AND reader.subscriber_id > (
            SELECT prepared_to FROM newsletter_digest WHERE id = %(digest)s
        )
        """,
    ),
    Check(
        Invariant.ONE_STATE,
        "mails whose audience is not the number of their readers",
        """
        SELECT digest.id FROM newsletter_digest digest
        WHERE digest.id = %(digest)s AND digest.audience_size <> (
            SELECT COUNT(*) FROM newsletter_delivery WHERE digest_id = %(digest)s
        )
        """,
    ),
)
